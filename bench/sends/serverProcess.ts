import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startChild } from '../../hosts/children';
import { inheritedEnvironment } from '../../hosts/environment';
import { freePort, LOOPBACK } from '../../hosts/ports';
import { until } from '../../hosts/ready';

/** tsx has to compile it first. */
const READY_TIMEOUT_MS = 60_000;

export interface SendServer {
	apiUrl: string;
	/** Messages sent so far. */
	sent(): Promise<number>;
	close(): Promise<void>;
}

/** Starts the server of `server.ts` as a process of its own. */
export async function startSendServer(): Promise<SendServer> {
	const folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));
	const port = await freePort();
	const child = startChild({
		name: 'the server',
		command: process.execPath,
		args: ['--import', 'tsx', join(__dirname, 'server.ts'), String(port)],
		cwd: join(__dirname, '..', '..'),
		env: inheritedEnvironment(),
		logFile: join(folder, 'server.log'),
	});
	const origin = `http://${LOOPBACK}:${port}`;
	const sent = async (): Promise<number> => {
		const response = await fetch(`${origin}/sent`);
		return ((await response.json()) as { sent: number }).sent;
	};
	const isReady = async () => (await sent()) >= 0;
	await until(isReady, {
		what: `An answer of the server (${child.logFile})`,
		timeoutMs: READY_TIMEOUT_MS,
	});
	return {
		apiUrl: `${origin}/api/v1`,
		sent,
		async close() {
			await child.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
