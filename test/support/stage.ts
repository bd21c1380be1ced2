import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startN8n, type N8n, type N8nOptions } from '../../hosts/n8n';
import { installPackage, packPackage } from '../../hosts/package';
import { startSandbox, type Sandbox } from '../../sandbox';

export const OWNER = { email: 'owner@example.com', password: 'Chert-demo-1', firstName: 'Ana', lastName: 'Lopez' };

/** A whole n8n with the packed package in it, signed in, beside a sandbox. */
export interface Stage {
	n8n: N8n;
	sandbox: Sandbox;
	/** id of a working Chert credential */
	credentialId: string;
	close(): Promise<void>;
}

/** Starts what a user has: n8n, the package as npm delivers it, and a credential that works. */
export async function openStage(options: N8nOptions = {}): Promise<Stage> {
	const home = mkdtempSync(join(tmpdir(), 'chert-stage-'));
	const sandbox = await startSandbox();
	await installPackage(await packPackage(), home);
	const n8n = await startN8n({ ...options, home });
	await n8n.rest.signIn(OWNER);
	const credentialId = await n8n.rest.createCredential({ name: 'Chert account', type: 'chertApi', data: credentialData(sandbox) });
	return {
		n8n,
		sandbox,
		credentialId,
		close: async () => {
			await n8n.stop();
			await sandbox.close();
			rmSync(home, { recursive: true, force: true });
		},
	};
}

export function credentialData({ apiUrl, signingSecret, tenant }: Sandbox) {
	return { authentication: 'bearer', signingSecret, tenant, baseUrl: apiUrl };
}
