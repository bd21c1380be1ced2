import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureInstalled } from '../../hosts/install';
import type { HostVersion } from '../../hosts/versions';

/** Stands for npm: notes how it was called, and does what matters of `npm ci`, which is to begin with an empty folder. */
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
	const quiet = { log: () => undefined };
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
	});
	afterEach(() => {
		process.env.PATH = path;
		delete process.env.FAILING_STEP;
		rmSync(root, { recursive: true, force: true });
	});

	it('installs once, and again when the lockfile has changed', async () => {
		expect(await ensureInstalled(host, quiet)).toBe(true);
		expect(await ensureInstalled(host, quiet)).toBe(false);
		expect(calls()).toEqual(['ci', 'rebuild']);

		writeFileSync(join(host.folder, 'package-lock.json'), '{ "version": 2 }');
		expect(await ensureInstalled(host, quiet)).toBe(true);
		expect(calls()).toEqual(['ci', 'rebuild', 'ci', 'rebuild']);
	});

	it('lets the second of two calls wait for the first', async () => {
		const both = await Promise.all([ensureInstalled(host, quiet), ensureInstalled(host, quiet)]);
		expect(both.sort()).toEqual([false, true]);
		expect(calls()).toEqual(['ci', 'rebuild']);
	});

	it.each(['ci', 'rebuild'])(
		'says what failed when npm %s does, and starts from the beginning the next time',
		async (step) => {
			process.env.FAILING_STEP = step;
			const title = step === 'ci' ? 'fetching packages' : 'building native parts';
			await expect(ensureInstalled(host, quiet)).rejects.toThrow(
				new RegExp(
					`n8n-1: ${title} did not work: npm ${step} ended with status 3\\nnpm error something is missing\\nThe whole log: .*install-n8n-1\\.log`,
				),
			);

			process.env.FAILING_STEP = '';
			expect(await ensureInstalled(host, quiet)).toBe(true);
		},
	);

	it('reports each step', async () => {
		const lines: string[] = [];
		await ensureInstalled(host, { log: (line) => lines.push(line) });
		expect(lines).toEqual([
			'n8n-1: fetching packages ...',
			expect.stringMatching(/^n8n-1: fetching packages took \d+ s$/),
			'n8n-1: building native parts ...',
			expect.stringMatching(/^n8n-1: building native parts took \d+ s$/),
		]);
	});
});
