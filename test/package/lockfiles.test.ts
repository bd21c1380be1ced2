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

/** Whether Node.js finds a package from another one: in its node_modules folder or a parent's. */
function resolves(packages: Lockfile['packages'], from: string, name: string): boolean {
	if (join(from, 'node_modules', name) in packages) return true;
	return from !== '.' && resolves(packages, dirname(from), name);
}

describe.each(LOCKFILES)('%s', (path) => {
	const text = readFileSync(join(PROJECT, path), 'utf8');

	it('names no registry, so that it works with any', () => {
		expect(text).not.toMatch(/"resolved": "https?:/);
	});

	it('includes the binaries of other platforms, which npm ci requires', () => {
		const { packages } = JSON.parse(text) as Lockfile;
		const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
			Object.keys(optionalDependencies).filter((name) => !resolves(packages, from || '.', name)),
		);
		expect(missing).toEqual([]);
	});
});
