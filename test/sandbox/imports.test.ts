import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SANDBOX = path.join(__dirname, '../../sandbox');

/** A file may import from its own folder and from folders to its left; `index` and `main` come last. */
const ORDER = ['world', 'schemas', 'faults', 'server', 'routes', 'control', 'index', 'main'];

const files = readdirSync(SANDBOX, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => file.replace(/\.ts$/, ''));

/** What a file imports, as paths under `sandbox/` without extension. */
function importsOf(file: string): string[] {
	const source = readFileSync(path.join(SANDBOX, `${file}.ts`), 'utf8');
	return [...source.matchAll(/from '(\.[^']*)'/g)].map(([, target]) => {
		const resolved = path.join(path.dirname(file), target);
		return files.includes(resolved) ? resolved : path.join(resolved, 'index');
	});
}

const folderOf = (file: string): string => file.split(path.sep)[0];

it('has only the folders in the order', () => {
	expect([...new Set(files.map(folderOf))].sort()).toEqual([...ORDER].sort());
});

it.each(files)('%s imports nothing from a later folder', (file) => {
	const later = importsOf(file).filter(
		(target) => ORDER.indexOf(folderOf(target)) > ORDER.indexOf(folderOf(file)),
	);
	expect(later).toEqual([]);
});

it('has no circle of imports', () => {
	const done = new Set<string>();
	const circles: string[] = [];
	const visit = (file: string, trail: string[]): void => {
		if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' > '));
		if (done.has(file) || trail.includes(file)) return;
		for (const target of importsOf(file)) visit(target, [...trail, file]);
		done.add(file);
	};
	for (const file of files) visit(file, []);
	expect(circles).toEqual([]);
});
