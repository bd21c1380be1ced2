import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataTables, withSelectedTables } from '../../hosts/dataTables';
import { fillExample } from '../../hosts/examples';
import { serveFolder, type FileServer } from '../../hosts/fileServer';
import type { WorkflowFile } from '../../hosts/rest';
import { hostVersion, type HostName } from '../../hosts/versions';
import { FILES, startTestEnvironment, type TestEnvironment } from '../support/testEnvironment';

/** A test environment with a web server for a photo and a PDF, which keeps track of imported workflows. */
export interface TestHost extends TestEnvironment {
	files: FileServer;
	/** Folder that the workflows may write to. */
	outbox: string;
	/** n8n's data tables. */
	tables: DataTables;
	/** Stores an example with the credential and settings filled in. Returns its id. */
	importExample(name: string, settings?: Record<string, string | number>): Promise<string>;
	/** Stores a workflow, and creates the data tables that it describes. Returns its id. */
	importWorkflow(workflow: WorkflowFile): Promise<string>;
	/** Deactivates and deletes the imported workflows, deletes all data tables, and resets the sandbox. */
	clear(): Promise<void>;
}

/** Starts a test host. Build the package first. If a step fails, everything that is already running is stopped. */
export async function startTestHost(name: HostName): Promise<TestHost> {
	const outbox = mkdtempSync(join(tmpdir(), 'chert-outbox-'));
	const files = await serveFolder(FILES);
	const closeOwnParts = async () => {
		await files.close();
		rmSync(outbox, { recursive: true, force: true });
	};
	const environment = await startTestEnvironment({
		host: name,
		env: { N8N_RESTRICT_FILE_ACCESS_TO: outbox },
	}).catch(async (error: unknown) => {
		await closeOwnParts();
		throw error;
	});
	const { sandbox, credentialId, close } = environment;
	const tables = new DataTables(() => environment.n8n.rest);
	const { major } = hostVersion(name);
	const imported: string[] = [];

	const host: TestHost = Object.assign(environment, {
		files,
		outbox,
		tables,
		async importExample(example: string, settings?: Record<string, string | number>) {
			return await host.importWorkflow(fillExample(example, { credentialId, settings }));
		},
		async importWorkflow(workflow: WorkflowFile) {
			await tables.createFor(workflow);
			// n8n 1 has no selection by name.
			const usable = major === 1 ? withSelectedTables(workflow, await tables.ids()) : workflow;
			const id = await host.n8n.rest.importWorkflow(usable);
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
			await tables.deleteAll();
			await sandbox.control.idle();
			sandbox.control.reset();
		},
		async close() {
			await close();
			await closeOwnParts();
		},
	});
	return host;
}

/** Calls a webhook as another system does. @throws {Error} unless n8n accepts the request */
export async function callWebhook(host: TestHost, path: string, body: unknown): Promise<void> {
	const response = await fetch(`${host.n8n.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	if (!response.ok)
		throw new Error(`Webhook ${path} returned ${response.status}: ${await response.text()}`);
}
