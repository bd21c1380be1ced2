import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One entry of `npm pack --json`: sizes in bytes. */
export interface PackResult {
	filename: string;
	size: number;
	unpackedSize: number;
	files: Array<{ path: string; size: number }>;
}

/**
 * Packs a package with npm and unpacks the tarball, so that what users download can be looked at.
 * @param root folder of the package; its dist must be built
 * @param use gets the folder that holds the unpacked package, and npm's own listing; both are gone afterwards
 * @returns what `use` returns
 * @throws if npm or tar fails
 */
export async function withPackedPackage<T>(
	root: string,
	use: (folder: string, pack: PackResult) => Promise<T>,
): Promise<T> {
	const temporary = await mkdtemp(join(tmpdir(), 'chert-pack-'));
	try {
		const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary], {
			cwd: root,
			shell: process.platform === 'win32',
		});
		const [pack] = JSON.parse(stdout) as [PackResult];
		const folder = join(temporary, 'unpacked');
		await mkdir(folder);
		await run('tar', ['-xzf', join(temporary, pack.filename), '-C', folder, '--strip-components=1']);
		return await use(folder, pack);
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}
