import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startChild } from '../hosts/children';
import { inheritedEnvironment } from '../hosts/environment';
import { freePort, LOOPBACK } from '../hosts/ports';
import { until } from '../hosts/ready';
import { DEFAULT_SIGNING_SECRET, DEFAULT_TENANT } from '../sandbox';
import { RemoteControl } from './soak/remoteControl';

/** tsx has to compile the sandbox first. */
const READY_TIMEOUT_MS = 60_000;

export interface SandboxProcess {
	apiUrl: string;
	signingSecret: string;
	tenant: string;
	control: RemoteControl;
	close(): Promise<void>;
}

/**
 * Starts the sandbox as a process of its own, so that it shares no event loop with what it measures.
 *
 * @param seed of its dice
 */
export async function startSandboxProcess(seed: number): Promise<SandboxProcess> {
	const folder = mkdtempSync(join(tmpdir(), 'chert-soak-'));
	const port = await freePort();
	const child = startChild({
		name: 'the sandbox',
		command: process.execPath,
		args: [
			'--import',
			'tsx',
			join('sandbox', 'main.ts'),
			'--port',
			String(port),
			'--seed',
			String(seed),
		],
		cwd: join(__dirname, '..'),
		env: inheritedEnvironment(),
		logFile: join(folder, 'sandbox.log'),
	});
	const origin = `http://${LOOPBACK}:${port}`;
	const control = new RemoteControl(origin);
	await until(async () => await control.audit(), {
		what: `An answer of the sandbox (${child.logFile})`,
		timeoutMs: READY_TIMEOUT_MS,
	});
	return {
		apiUrl: `${origin}/api/v1`,
		signingSecret: DEFAULT_SIGNING_SECRET,
		tenant: DEFAULT_TENANT,
		control,
		async close() {
			await child.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
