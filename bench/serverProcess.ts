import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startChild } from '../hosts/children';
import { inheritedEnvironment } from '../hosts/environment';
import { freePort, LOOPBACK } from '../hosts/ports';
import { untilReady } from '../hosts/ready';

/** tsx compiles the server first. */
const READY_TIMEOUT_MS = 60_000;

export interface ServerProcess {
	/** `http://127.0.0.1:<port>` */
	origin: string;
	close(): Promise<void>;
}

/**
 * Starts a server in its own process, so that it shares no event loop with the measured code.
 * @param script path of a TypeScript file from the repository's root; it gets `--port <number>`
 * @param probePath a path that returns a 2xx status once the server is ready
 */
export async function startServerProcess(
	script: string,
	probePath: string,
	args: string[] = [],
): Promise<ServerProcess> {
	const folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));
	const port = await freePort();
	const origin = `http://${LOOPBACK}:${port}`;
	const child = startChild({
		name: script,
		command: process.execPath,
		args: ['--import', 'tsx', script, '--port', String(port), ...args],
		cwd: join(__dirname, '..'),
		env: inheritedEnvironment(),
		logFile: join(folder, 'server.log'),
	});
	const isReady = async () => (await fetch(`${origin}${probePath}`)).ok;
	await untilReady(child, isReady, READY_TIMEOUT_MS);
	return {
		origin,
		async close() {
			await child.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
