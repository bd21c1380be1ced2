import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureInstalled } from '../../hosts/install';
import type { HostVersion } from '../../hosts/versions';

/** Replaces npm: records its calls. `npm ci` empties node_modules, like the real one. */
const NPM = `#!/bin/sh
echo "$@" >> ../../calls
[ "$1" = "$FAILING_STEP" ] && { echo "npm error something is missing"; exit 3; }
[ "$1" = ci ] && { rm -rf node_modules; mkdir node_modules; }
exit 0
`;

describe('ensureInstalled', () => {
	let root: string;
	let host: HostVersion;
	const path = process.env.PATH;
	const { npm_execpath: npmScript } = process.env;
	const quiet = () => undefined;
	const calls = () =>
		readFileSync(join(root, 'calls'), 'utf8')
			.trimEnd()
			.split('\n')
			.map((line) => line.split(' ')[0]);

	beforeEach(() => {
		root = mkdtempSync(join(tmpdir(), 'chert-install-'));
		const folder = join(root, 'hosts', 'n8n-1');
		mkdirSync(folder, { recursive: true });
		mkdirSync(join(root, 'bin'));
		writeFileSync(join(root, 'bin', 'npm'), NPM);
		chmodSync(join(root, 'bin', 'npm'), 0o755);
		writeFileSync(join(folder, 'package-lock.json'), '{ "version": 1 }');
		writeFileSync(join(root, 'calls'), '');
		host = {
			name: 'n8n-1',
			folder,
			major: 1,
			hasOwnNode: false,
			nativePackages: ['sqlite3'],
			env: {},
		};
		process.env.PATH = [join(root, 'bin'), path].join(delimiter);
		delete process.env.npm_execpath;
	});
	afterEach(() => {
		process.env.PATH = path;
		if (npmScript) process.env.npm_execpath = npmScript;
		delete process.env.FAILING_STEP;
		rmSync(root, { recursive: true, force: true });
	});

	it('installs once, and again after the lockfile changes', async () => {
		expect(await ensureInstalled(host, quiet)).toBe(true);
		expect(await ensureInstalled(host, quiet)).toBe(false);
		expect(calls()).toEqual(['ci', 'rebuild']);

		writeFileSync(join(host.folder, 'package-lock.json'), '{ "version": 2 }');
		expect(await ensureInstalled(host, quiet)).toBe(true);
		expect(calls()).toEqual(['ci', 'rebuild', 'ci', 'rebuild']);
	});

	it('makes the second of two parallel calls wait for the first', async () => {
		const both = await Promise.all([ensureInstalled(host, quiet), ensureInstalled(host, quiet)]);
		expect(both.sort()).toEqual([false, true]);
		expect(calls()).toEqual(['ci', 'rebuild']);
	});

	it.each(['ci', 'rebuild'])(
		'reports why npm %s failed, and starts over on the next call',
		async (step) => {
			process.env.FAILING_STEP = step;
			await expect(ensureInstalled(host, quiet)).rejects.toThrow(
				new RegExp(
					`npm ${step} in .*n8n-1 ended with status 3:\\nnpm error something is missing\\nFull log: .*npm-${step}\\.log`,
				),
			);

			process.env.FAILING_STEP = '';
			expect(await ensureInstalled(host, quiet)).toBe(true);
		},
	);

	it('reports each step', async () => {
		const lines: string[] = [];
		await ensureInstalled(host, (line) => lines.push(line));
		expect(lines).toEqual([
			'n8n-1: fetching packages ...',
			expect.stringMatching(/^n8n-1: fetching packages: done in \d+ s$/),
			'n8n-1: building native packages ...',
			expect.stringMatching(/^n8n-1: building native packages: done in \d+ s$/),
		]);
	});
});
