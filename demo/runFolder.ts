import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const DEMO_FOLDER = join(__dirname, '..', '.demo');

/**
 * Makes the folder of this run: n8n's home and all logs. It stays after the run, for whoever wants to read a log, and is
 * removed by the next one; a run that still goes on is left alone.
 * @returns its absolute path, `.demo/run-<process id>`
 */
export function openRunFolder(): string {
	const earlier = existsSync(DEMO_FOLDER) ? readdirSync(DEMO_FOLDER) : [];
	for (const name of earlier) {
		const pid = Number(/^run-(\d+)$/.exec(name)?.[1]);
		if (pid && !isAlive(pid))
			rmSync(join(DEMO_FOLDER, name), { recursive: true, force: true, maxRetries: 5 });
	}
	const folder = join(DEMO_FOLDER, `run-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	return folder;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: somebody else's process.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
