import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = join(__dirname, '..');

/**
 * Packs the built package as `npm publish` does, and installs the tarball as n8n installs community packages. n8n loads
 * it at its next start.
 *
 * @param home N8N_USER_FOLDER of that n8n, which also gets the tarball
 * @throws {Error} with npm's output
 */
export async function installPackage(home: string): Promise<void> {
	const folder = join(home, '.n8n', 'nodes');
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true }),
	);
	const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
		cwd: ROOT,
	});
	const [{ filename }] = JSON.parse(stdout) as Array<{ filename: string }>;
	// n8n provides the peer dependency n8n-workflow.
	const flags = [
		'--ignore-scripts',
		'--omit=peer',
		'--legacy-peer-deps',
		'--no-audit',
		'--no-fund',
		'--offline',
	];
	await run('npm', ['install', `./${filename}`, ...flags], { cwd: folder });
}
