import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startN8n, type N8n, type N8nOptions } from '../../hosts/n8n';
import { installPackage, packPackage } from '../../hosts/package';
import type { NewCredential, Owner } from '../../hosts/rest';
import { startSandbox, type Sandbox } from '../../sandbox';

export const OWNER: Owner = {
	email: 'owner@example.com',
	password: 'Chert-demo-1',
	firstName: 'Ana',
	lastName: 'Lopez',
};

/** A photo of a room before and after, and an invoice. */
export const FILES = join(__dirname, '..', '..', 'demo', 'files');

/** A whole n8n with the packed package in it, signed in, beside a sandbox. */
export interface Stage {
	/** The one that runs now: a restart puts another in its place. */
	n8n: N8n;
	sandbox: Sandbox;
	/** id of a working Chert credential */
	credentialId: string;
	/** Ends n8n in its own way and starts it again on the same home and port. */
	restart(): Promise<void>;
	close(): Promise<void>;
}

/** What a person types into the credential's dialog to use the sandbox. */
export function credentialOf(
	{ apiUrl, signingSecret, tenant }: Sandbox,
	changes: Record<string, unknown> = {},
): NewCredential {
	return {
		name: 'Chert account',
		type: 'chertApi',
		data: { authentication: 'bearer', signingSecret, tenant, baseUrl: apiUrl, ...changes },
	};
}

/**
 * Starts what a user has: n8n, the package as npm delivers it, and a credential that works. The package must have been
 * built. What was started is ended again when a later step fails.
 */
export async function openStage(options: Pick<N8nOptions, 'host' | 'env'> = {}): Promise<Stage> {
	const home = mkdtempSync(join(tmpdir(), 'chert-stage-'));
	const sandbox = await startSandbox();
	let running: N8n | undefined;
	const close = async () => {
		await running?.stop();
		await sandbox.close();
		rmSync(home, { recursive: true, force: true });
	};
	const start = async (port?: number): Promise<N8n> => {
		running = await startN8n({ ...options, home, port });
		await running.rest.signIn(OWNER);
		return running;
	};
	try {
		await installPackage(await packPackage(), home);
		const n8n = await start();
		const stage: Stage = {
			n8n,
			sandbox,
			credentialId: await n8n.rest.createCredential(credentialOf(sandbox)),
			async restart() {
				await stage.n8n.stop();
				stage.n8n = await start(n8n.port);
			},
			close,
		};
		return stage;
	} catch (error) {
		await close();
		throw error;
	}
}
