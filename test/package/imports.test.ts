import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');

/** The other folders whose files a folder imports. Operations count as part of `resources`. */
function importsOf(top: string): Map<string, Set<string>> {
	const root = join(ROOT, top);
	const folderOf = (path: string) =>
		relative(root, existsSync(path) ? path : dirname(path)).replace(/resources\/.*/, 'resources');
	const imports = new Map<string, Set<string>>();
	for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
		if (!name.endsWith('.ts')) continue;
		const directory = dirname(join(root, name));
		const from = folderOf(directory);
		for (const [, path] of readFileSync(join(root, name), 'utf8').matchAll(/from '(\.[^']+)'/g)) {
			const to = folderOf(join(directory, path));
			if (to !== from) imports.set(from, (imports.get(from) ?? new Set()).add(to));
		}
	}
	return imports;
}

it('no two folders of nodes import each other, directly or not', () => {
	const imports = importsOf('nodes');
	const reachable = (from: string, seen = new Set<string>()): Set<string> => {
		for (const to of imports.get(from) ?? []) {
			if (!seen.has(to)) reachable(to, seen.add(to));
		}
		return seen;
	};
	expect(imports.size).toBeGreaterThan(5);
	expect([...imports.keys()].filter((folder) => reachable(folder).has(folder))).toEqual([]);
});
