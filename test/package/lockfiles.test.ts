import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PROJECT = join(__dirname, '../..');

const LOCKFILES = [
	'package-lock.json',
	'lint/official/package-lock.json',
	'hosts/n8n-2/package-lock.json',
	'hosts/n8n-1/package-lock.json',
];

interface Lockfile {
	packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

/** Whether a package finds another where Node.js looks for it: in its own node_modules or one above. */
function finds(packages: Lockfile['packages'], from: string, name: string): boolean {
	if (join(from, 'node_modules', name) in packages) return true;
	return from !== '.' && finds(packages, dirname(from), name);
}

describe.each(LOCKFILES)('%s', (path) => {
	const text = readFileSync(join(PROJECT, path), 'utf8');

	it('names no registry, so that any will do', () => {
		expect(text).not.toMatch(/"resolved": "https?:/);
	});

	it('names the binaries of other platforms too, without which npm ci refuses it', () => {
		const { packages } = JSON.parse(text) as Lockfile;
		const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
			Object.keys(optionalDependencies).filter((name) => !finds(packages, from || '.', name)),
		);
		expect(missing).toEqual([]);
	});
});
