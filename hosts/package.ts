import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = join(__dirname, '..');

/**
 * Packs the built package into the tarball that `npm publish` uploads.
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
 * Installs a tarball as n8n installs community packages. n8n loads it at its next start.
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
	// n8n provides the peer dependency n8n-workflow.
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
