import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const DEMO_FOLDER = join(__dirname, '..', '.demo');

/**
 * Creates the empty folder of this run, for n8n's home and all logs. It stays after the run so that the logs can be
 * read; the next run removes it, unless its process is still running.
 * @returns its absolute path, `<parent>/run-<process id>`
 */
export function openRunFolder(parent = DEMO_FOLDER): string {
	const earlier = existsSync(parent) ? readdirSync(parent) : [];
	for (const name of earlier) {
		const pid = Number(/^run-(\d+)$/.exec(name)?.[1]);
		// Systems use process ids again: a folder with this process's id belongs to an earlier run.
		if (pid && (pid === process.pid || !isRunning(pid)))
			rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
	}
	const folder = join(parent, `run-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	return folder;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: the process belongs to another user.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
