import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chertCredential } from '../../hosts/chertCredential';
import { startN8n, type N8n, type N8nOptions } from '../../hosts/n8n';
import { reusablePort } from '../../hosts/ports';
import { startSandbox, type Sandbox } from '../../sandbox';

/** Folder with a photo before, a photo after, and an invoice. */
export const FILES = join(__dirname, '..', '..', 'demo', 'files');

/** n8n with the packed package, signed in, and a sandbox. */
export interface TestEnvironment {
	/** The running n8n; `restart` replaces it. */
	n8n: N8n;
	sandbox: Sandbox;
	/** Id of a working Chert credential. */
	credentialId: string;
	/** Stops n8n gracefully and starts it again with the same home and port. */
	restart(): Promise<void>;
	close(): Promise<void>;
}

/**
 * Starts n8n as a user has it, with the package as npm delivers it and a working credential. Build the package first.
 * If a step fails, everything that is already running is stopped.
 */
export async function startTestEnvironment(
	options: Pick<N8nOptions, 'host' | 'env'> = {},
): Promise<TestEnvironment> {
	const home = mkdtempSync(join(tmpdir(), 'chert-test-'));
	const sandbox = await startSandbox();
	let running: N8n | undefined;
	let restarts = 0;
	const start = async (more: N8nOptions) =>
		(running = await startN8n({ ...options, home, ...more }));
	const close = async () => {
		await running?.stop();
		await sandbox.close();
		rmSync(home, { recursive: true, force: true });
	};
	try {
		// A restarted n8n must find its port free.
		const n8n = await start({ withChert: true, port: await reusablePort() });
		const environment: TestEnvironment = {
			n8n,
			sandbox,
			credentialId: await n8n.rest.createCredential(chertCredential(sandbox)),
			async restart() {
				await environment.n8n.stop();
				// From its event log, n8n takes waiting executions for crashed ones and changes their data. Sometimes they do
				// not wait afterwards. With another log, only executions that were running count as crashed.
				const log = { N8N_EVENTBUS_LOGWRITER_LOGBASENAME: `n8nEventLog-${++restarts}` };
				environment.n8n = await start({ port: n8n.port, env: { ...options.env, ...log } });
			},
			close,
		};
		return environment;
	} catch (error) {
		await close();
		throw error;
	}
}
