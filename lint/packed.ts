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

/** A package as users download it. */
export interface UnpackedPackage {
	/** Temporary folder with the files of the tarball. */
	folder: string;
	listing: PackResult;
	/** Deletes the folder. */
	remove(): Promise<void>;
}

/**
 * Packs a package with npm and unpacks the tarball into a temporary folder.
 * @param root folder of the package; its dist must be built
 * @returns the folder, npm's listing of the files, and a function that deletes the folder
 * @throws if npm or tar fails
 */
export async function unpackPackage(root: string): Promise<UnpackedPackage> {
	const temporary = await mkdtemp(join(tmpdir(), 'chert-pack-'));
	const remove = () => rm(temporary, { recursive: true, force: true });
	try {
		const { stdout } = await run(
			'npm',
			['pack', '--json', '--ignore-scripts', '--pack-destination', temporary],
			{ cwd: root, shell: process.platform === 'win32' },
		);
		const [listing] = JSON.parse(stdout) as [PackResult];
		const folder = join(temporary, 'unpacked');
		await mkdir(folder);
		const tarball = join(temporary, listing.filename);
		await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
		return { folder, listing, remove };
	} catch (error) {
		await remove();
		throw error;
	}
}
