import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = join(__dirname, '..');

/**
 * Makes the tarball that `npm publish` would upload, from what is in dist/ now.
 * @returns its absolute path, in .cache/
 * @throws {Error} with npm's output
 */
export async function packPackage(): Promise<string> {
	const folder = join(ROOT, '.cache', 'packed');
	mkdirSync(folder, { recursive: true });
	const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
		cwd: ROOT,
	});
	const [{ filename }] = JSON.parse(stdout) as Array<{ filename: string }>;
	return join(folder, filename);
}

/**
 * Installs the tarball where n8n keeps the community packages that its users install, in the way n8n does it.
 * Takes effect at the next start of n8n.
 * @param tarball absolute path
 * @param home N8N_USER_FOLDER of that n8n
 * @throws {Error} with npm's output
 */
export async function installPackage(tarball: string, home: string): Promise<void> {
	const folder = join(home, '.n8n', 'nodes');
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true }),
	);
	// The peer n8n-workflow is the host's own copy.
	const flags = [
		'--ignore-scripts',
		'--omit=peer',
		'--legacy-peer-deps',
		'--no-audit',
		'--no-fund',
		'--offline',
	];
	await run('npm', ['install', tarball, ...flags], { cwd: folder });
}
