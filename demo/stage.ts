import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exampleNames, fillExample } from '../hosts/examples';
import { serveFolder, type FileServer } from '../hosts/fileServer';
import { ensureHost } from '../hosts/install';
import { startN8n, type N8n } from '../hosts/n8n';
import { installPackage, packPackage } from '../hosts/package';
import { freePort } from '../hosts/ports';
import type { Owner } from '../hosts/rest';
import { startSandbox, type Sandbox } from '../sandbox';
import { newOwner } from './owner';
import type { Steps } from './steps';

const run = promisify(execFile);

const ROOT = join(__dirname, '..');

/** What the demo plays on. */
export interface Stage {
	n8n: N8n;
	sandbox: Sandbox;
	owner: Owner;
	/** The CRM's files on the web: photos and an invoice. */
	files: FileServer;
	/** Id of the stored workflow, by the example's name. */
	workflows: Map<string, string>;
}

/** How the demo will end: what has to be stopped, latest first, and with which status. */
export class Ending {
	/** Interrupted before the conversation was over. */
	status = 130;

	private readonly stops: Array<() => Promise<void>> = [];

	add(stop: () => Promise<void>): void {
		this.stops.push(stop);
	}

	async run(): Promise<void> {
		for (const stop of this.stops.splice(0).reverse()) await stop();
	}
}

export interface StageOptions {
	n8nPort: number;
	sandboxPort: number;
	/** Where n8n's home and the logs go. */
	folder: string;
	steps: Steps;
	ending: Ending;
}

/**
 * Installs what is missing, then starts n8n with the packed package in it, a local Chert, and the CRM's web server.
 * @throws {Error} naming the step, the reason and the log
 */
export async function startStage({
	n8nPort,
	sandboxPort,
	folder,
	steps,
	ending,
}: StageOptions): Promise<Stage> {
	await steps.run('Installing n8n', async (tell) => await ensureHost('n8n-2', { tell }));

	const home = join(folder, 'n8n');
	const photos = join(folder, 'photos');
	mkdirSync(photos);
	await steps.run('Building the package and installing it in n8n', async () => {
		await build(join(folder, 'build.log'));
		await installPackage(await packPackage(), home);
	});

	const sandbox = await steps.run('Starting the local Chert', async () => {
		const started = await startSandbox({ port: await freePort(sandboxPort) });
		ending.add(async () => await started.close());
		return started;
	});
	const files = await serveFolder(join(__dirname, 'files'));
	ending.add(async () => await files.close());

	const n8n = await steps.run('Starting n8n', async () => {
		const logFile = join(folder, 'n8n.log');
		const env = { N8N_RESTRICT_FILE_ACCESS_TO: photos };
		const started = await startN8n({ home, port: await freePort(n8nPort), logFile, env });
		ending.add(async () => await started.stop());
		return started;
	});

	const owner = newOwner();
	const workflows = await steps.run('Setting up credential and workflows', async () => {
		await n8n.rest.signIn(owner);
		return await setUpWorkflows(n8n, sandbox, photos);
	});
	return { n8n, sandbox, owner, files, workflows };
}

async function build(logFile: string): Promise<void> {
	try {
		const { stdout } = await run('npm', ['run', 'build'], { cwd: ROOT });
		writeFileSync(logFile, stdout);
	} catch (error) {
		const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
		writeFileSync(logFile, stdout + stderr);
		throw new Error(`npm run build failed. Its log: ${logFile}`);
	}
}

/** Stores the credential and every example, and activates those that wait for something to happen. */
async function setUpWorkflows(
	{ rest }: N8n,
	sandbox: Sandbox,
	photos: string,
): Promise<Map<string, string>> {
	const { signingSecret, tenant, apiUrl: baseUrl, lines } = sandbox;
	const credentialId = await rest.createCredential({
		name: 'Chert account',
		type: 'chertApi',
		data: { authentication: 'bearer', signingSecret, tenant, baseUrl },
	});
	const settings: Record<string, Record<string, string>> = {
		'photo-group': { senderLine: lines[0].phoneNumber },
		'review-request': { senderLine: lines[0].phoneNumber },
		'save-inbound-photo': { folder: photos },
	};

	const ids = new Map<string, string>();
	for (const name of exampleNames()) {
		const workflow = fillExample(name, { credentialId, settings: settings[name] });
		const id = await rest.importWorkflow(workflow);
		ids.set(name, id);
		const isStartedByHand = workflow.nodes.some(
			({ type }) => type === 'n8n-nodes-base.manualTrigger',
		);
		if (!isStartedByHand) await rest.activate(id);
	}
	return ids;
}
