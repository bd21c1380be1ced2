import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillExample } from '../../hosts/examples';
import { serveFolder, type FileServer } from '../../hosts/fileServer';
import { startN8n, type N8n } from '../../hosts/n8n';
import { installPackage, packPackage } from '../../hosts/package';
import type { NewCredential, Owner, WorkflowFile } from '../../hosts/rest';
import type { HostName } from '../../hosts/versions';
import { startSandbox, type Sandbox } from '../../sandbox';

/** A photo of a room before and after, and an invoice. */
export const FILES = join(__dirname, '..', '..', 'demo', 'files');

const OWNER: Owner = { email: 'owner@example.com', password: 'Correct-Horse-7', firstName: 'Test', lastName: 'Owner' };

/** A whole n8n with the packed package in it, a sandbox for it to talk to, and a web server with a photo and a PDF. */
export interface TestHost {
	n8n: N8n;
	sandbox: Sandbox;
	files: FileServer;
	/** Where the workflows of this n8n may write. */
	outbox: string;
	credentialId: string;
	/** Stores a filled-in example; gives its id. */
	importExample(name: string, settings?: Record<string, string>): Promise<string>;
	/** Stores a workflow; gives its id. */
	importWorkflow(workflow: WorkflowFile): Promise<string>;
	/** Ends n8n in its own way and starts it again on the same home and port. */
	restart(): Promise<void>;
	/** Deactivates and deletes what was imported, and empties the sandbox. */
	clear(): Promise<void>;
	stop(): Promise<void>;
}

/** What a person types into the credential's dialog to use the sandbox. */
export function credentialFor(sandbox: Sandbox, changes: Record<string, unknown> = {}): NewCredential {
	const { signingSecret, tenant, apiUrl: baseUrl } = sandbox;
	return {
		name: 'Chert account',
		type: 'chertApi',
		data: { authentication: 'bearer', signingSecret, tenant, baseUrl, ...changes },
	};
}

/** Starts everything; the package must have been built. What was started is ended again when a later step fails. */
export async function startTestHost(name: HostName): Promise<TestHost> {
	const home = mkdtempSync(join(tmpdir(), 'chert-n8n-test-'));
	const endings: Array<() => Promise<void>> = [async () => rmSync(home, { recursive: true, force: true })];
	const stop = async () => {
		for (const end of endings.splice(0).reverse()) await end();
	};
	try {
		return await start(name, home, endings, stop);
	} catch (error) {
		await stop();
		throw error;
	}
}

async function start(
	name: HostName,
	home: string,
	endings: Array<() => Promise<void>>,
	stop: () => Promise<void>,
): Promise<TestHost> {
	const outbox = join(home, 'outbox');
	mkdirSync(outbox);
	const sandbox = await startSandbox();
	endings.push(async () => await sandbox.close());
	const files = await serveFolder(FILES);
	endings.push(async () => await files.close());
	await installPackage(await packPackage(), home);

	const startHost = async (port?: number) => {
		const started = await startN8n({ host: name, home, port, env: { N8N_RESTRICT_FILE_ACCESS_TO: outbox } });
		endings.push(async () => await started.stop());
		await started.rest.signIn(OWNER);
		return started;
	};
	const n8n = await startHost();
	const credentialId = await n8n.rest.createCredential(credentialFor(sandbox));
	const imported: string[] = [];

	const host: TestHost = {
		n8n,
		sandbox,
		files,
		outbox,
		credentialId,
		async importExample(name, settings) {
			return await host.importWorkflow(fillExample(name, { credentialId, settings }));
		},
		async importWorkflow(workflow) {
			const id = await host.n8n.rest.importWorkflow(workflow);
			imported.push(id);
			return id;
		},
		async restart() {
			await host.n8n.stop();
			host.n8n = await startHost(n8n.port);
		},
		async clear() {
			const { rest } = host.n8n;
			for (const id of imported.splice(0)) {
				if ((await rest.workflow(id)).active) await rest.deactivate(id);
				await rest.request('POST', `/workflows/${id}/archive`, {});
				await rest.request('DELETE', `/workflows/${id}`);
			}
			await sandbox.control.idle();
			sandbox.control.reset();
		},
		stop,
	};
	return host;
}

/** Calls a webhook as another system would; fails unless n8n takes it. */
export async function callWebhook(host: TestHost, path: string, body: unknown): Promise<void> {
	const response = await fetch(`${host.n8n.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	if (!response.ok) throw new Error(`Webhook ${path} was answered ${response.status}: ${await response.text()}`);
}
