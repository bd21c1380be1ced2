import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chertCredential } from '../hosts/chertCredential';
import { exampleNames, fillExample, readExample } from '../hosts/examples';
import { serveFolder, type FileServer } from '../hosts/fileServer';
import { ensureHost } from '../hosts/install';
import { startN8n, type N8n } from '../hosts/n8n';
import { freePort } from '../hosts/ports';
import type { Owner, WorkflowFile } from '../hosts/rest';
import { startSandbox, type Sandbox } from '../sandbox';
import { newOwner } from './owner';
import { runStep } from './steps';

const run = promisify(execFile);

const ROOT = join(__dirname, '..');

/** For people who connect their own workflow and see two replies. */
const PHONE_NOTE =
	'The example workflows of this demo also reply to the customers of your own workflows. ' +
	'To let only yours reply, unpublish the examples in n8n.';

/** Everything that the demo runs. */
export interface Demo {
	n8n: N8n;
	sandbox: Sandbox;
	owner: Owner;
	/** Web server with the files of the CRM: photos and an invoice. */
	files: FileServer;
	/** Ids of the stored workflows by example name. */
	workflows: Map<string, string>;
}

/** How the demo exits: its exit status, and what to stop, in reverse order. */
export class Shutdown {
	/** Until the conversation is complete, an exit is an interruption. */
	status = 130;

	private readonly tasks: Array<() => Promise<void>> = [];

	add(task: () => Promise<void>): void {
		this.tasks.push(task);
	}

	async run(): Promise<void> {
		for (const task of this.tasks.splice(0).reverse()) await task();
	}
}

export interface DemoOptions {
	/** Preferred port of n8n. */
	n8nPort: number;
	/** Preferred port of the local Chert. */
	sandboxPort: number;
	/** Folder of n8n's home and the logs. */
	folder: string;
	shutdown: Shutdown;
}

/**
 * Installs what is missing, then starts n8n with the built package, a local Chert and the CRM's web server.
 * @throws {Error} naming the step, the reason and the log
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
	const { n8nPort, sandboxPort, folder, shutdown } = options;
	await ensureHost('n8n-2');
	await runStep('Building the package', async () => await build(join(folder, 'build.log')));

	const sandbox = await runStep('Starting the local Chert', async () => {
		const started = await startSandbox({
			port: await freePort(sandboxPort),
			note: PHONE_NOTE,
			workflowNames: workflowNames(),
		});
		shutdown.add(async () => await started.close());
		return started;
	});
	const files = await serveFolder(join(__dirname, 'files'));
	shutdown.add(async () => await files.close());

	const photos = join(folder, 'photos');
	mkdirSync(photos);
	const owner = newOwner();
	const n8n = await runStep('Starting n8n', async () => {
		const started = await startN8n({
			home: join(folder, 'n8n'),
			port: await freePort(n8nPort),
			logFile: join(folder, 'n8n.log'),
			env: { N8N_RESTRICT_FILE_ACCESS_TO: photos },
			owner,
			withChert: true,
		});
		shutdown.add(async () => await started.stop());
		return started;
	});

	const workflows = await runStep(
		'Setting up the credential and the workflows',
		async () => await setUpWorkflows(n8n, sandbox, photos),
	);
	return { n8n, sandbox, owner, files, workflows };
}

async function build(logFile: string): Promise<void> {
	try {
		const { stdout } = await run('npm', ['run', 'build'], { cwd: ROOT });
		writeFileSync(logFile, stdout);
	} catch (error) {
		const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
		writeFileSync(logFile, stdout + stderr);
		throw new Error(`npm run build failed. Log: ${logFile}`);
	}
}

/** Name of each example by the webhook IDs of its triggers. */
function workflowNames(): Record<string, string> {
	return Object.fromEntries(
		exampleNames()
			.map(readExample)
			.flatMap(({ name, nodes }) =>
				nodes.flatMap(({ webhookId }) => (webhookId ? [[webhookId, name]] : [])),
			),
	);
}

/** Stores the credential and all examples, and activates the workflows that can run without anything else. */
async function setUpWorkflows(
	{ rest }: N8n,
	sandbox: Sandbox,
	photos: string,
): Promise<Map<string, string>> {
	const credentialId = await rest.createCredential(chertCredential(sandbox));
	const senderLine = sandbox.lines[0].phoneNumber;
	const settings: Record<string, Record<string, string>> = {
		'photo-group': { senderLine },
		'review-request': { senderLine },
		'save-inbound-photo': { folder: photos },
	};

	const ids = new Map<string, string>();
	for (const name of exampleNames()) {
		const workflow = fillExample(name, { credentialId, settings: settings[name] });
		const id = await rest.importWorkflow(workflow);
		ids.set(name, id);
		if (isReady(workflow)) await rest.activate(id);
	}
	return ids;
}

/** Whether a workflow starts without a person, and needs no credential but that of Chert. */
function isReady({ nodes }: WorkflowFile): boolean {
	return nodes.every(
		({ type, credentials = {} }) =>
			type !== 'n8n-nodes-base.manualTrigger' &&
			Object.keys(credentials).every((credential) => credential === 'chertApi'),
	);
}
