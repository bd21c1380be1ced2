import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillExample } from '../../hosts/examples';
import { serveFolder, type FileServer } from '../../hosts/fileServer';
import type { WorkflowFile } from '../../hosts/rest';
import type { HostName } from '../../hosts/versions';
import { FILES, openStage, type Stage } from '../support/stage';

/** A stage with a web server for a photo and a PDF, and the workflows that were imported. */
export interface TestHost extends Stage {
	files: FileServer;
	/** Where the workflows of this n8n may write. */
	outbox: string;
	/** Stores a filled-in example; gives its id. */
	importExample(name: string, settings?: Record<string, string>): Promise<string>;
	/** Stores a workflow; gives its id. */
	importWorkflow(workflow: WorkflowFile): Promise<string>;
	/** Deactivates and deletes what was imported, and empties the sandbox. */
	clear(): Promise<void>;
}

/** Starts everything; the package must have been built. What was started is ended again when a later step fails. */
export async function startTestHost(name: HostName): Promise<TestHost> {
	const outbox = mkdtempSync(join(tmpdir(), 'chert-outbox-'));
	const files = await serveFolder(FILES);
	const closeOwn = async () => {
		await files.close();
		rmSync(outbox, { recursive: true, force: true });
	};
	const stage = await openStage({ host: name, env: { N8N_RESTRICT_FILE_ACCESS_TO: outbox } }).catch(
		async (error: unknown) => {
			await closeOwn();
			throw error;
		},
	);
	const { sandbox, credentialId, close } = stage;
	const imported: string[] = [];

	const host: TestHost = Object.assign(stage, {
		files,
		outbox,
		async importExample(example: string, settings?: Record<string, string>) {
			return await host.importWorkflow(fillExample(example, { credentialId, settings }));
		},
		async importWorkflow(workflow: WorkflowFile) {
			const id = await host.n8n.rest.importWorkflow(workflow);
			imported.push(id);
			return id;
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
		async close() {
			await close();
			await closeOwn();
		},
	});
	return host;
}

/** Calls a webhook as another system would; fails unless n8n takes it. */
export async function callWebhook(host: TestHost, path: string, body: unknown): Promise<void> {
	const response = await fetch(`${host.n8n.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	if (!response.ok)
		throw new Error(`Webhook ${path} was answered ${response.status}: ${await response.text()}`);
}
