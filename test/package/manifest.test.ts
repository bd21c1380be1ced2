import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');
const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));

/** Scripts that npm runs on a user's machine, or that n8n forbids. */
const LIFECYCLE_SCRIPTS = [
	'prepare',
	'preinstall',
	'install',
	'postinstall',
	'prepublish',
	'preprepare',
	'postprepare',
];

describe('package.json meets the rules for verified nodes', () => {
	it.each([
		'dependencies',
		'optionalDependencies',
		'bundledDependencies',
		'bundleDependencies',
		'overrides',
		'resolutions',
	])('has no %s', (field) => {
		expect(manifest[field]).toBeUndefined();
	});

	it('has n8n-workflow as its only peer dependency', () => {
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('runs no scripts at installation', () => {
		expect(
			Object.keys(manifest.scripts).filter((name) => LIFECYCLE_SCRIPTS.includes(name)),
		).toEqual([]);
	});

	it('is marked as a strict community node package under MIT', () => {
		expect(manifest.n8n).toMatchObject({ n8nNodesApiVersion: 1, strict: true });
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest.license).toBe('MIT');
	});

	it('names its author, homepage and repository', () => {
		expect(manifest.author).toEqual({
			name: expect.any(String),
			email: expect.stringContaining('@'),
		});
		expect(manifest.homepage).toMatch(/^https:\/\//);
		expect(manifest.repository.url).toMatch(/^git\+https:\/\//);
	});

	it('pins each development dependency to one version', () => {
		const loose = Object.entries<string>(manifest.devDependencies).filter(
			([, version]) => !/^\d/.test(version),
		);
		expect(loose).toEqual([]);
	});

	it('has its version in the changelog', () => {
		const changelog = readFileSync(join(PROJECT, 'CHANGELOG.md'), 'utf8');
		expect(changelog).toContain(`## [${manifest.version}]`);
	});

	it('has a lockfile of the same version', () => {
		const lockfile = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8'));
		expect(lockfile.version).toBe(manifest.version);
	});
});
