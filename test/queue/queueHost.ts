import { chertCredential } from '../../hosts/chertCredential';
import { fillExample } from '../../hosts/examples';
import { serveFolder, type FileServer } from '../../hosts/fileServer';
import { OWNER } from '../../hosts/n8n';
import { installPackage } from '../../hosts/installPackage';
import { startQueue, type Queue } from '../../hosts/queue';
import type { WorkflowFile } from '../../hosts/rest';
import { startSandbox, type Sandbox } from '../../sandbox';
import { FILES } from '../support/testEnvironment';

/** n8n as several processes on Redis and Postgres, the packed package in each, beside a sandbox. */
export interface QueueHost {
	queue: Queue;
	sandbox: Sandbox;
	files: FileServer;
	credentialId: string;
	importExample(name: string, settings?: Record<string, string>): Promise<string>;
	stop(): Promise<void>;
}

/** A job whose worker died is noticed in 20 to 25 seconds instead of 60 to 90; a busy worker is not taken for dead. */
const NOTICE_DEATH_QUICKLY = {
	QUEUE_WORKER_LOCK_DURATION: '20000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

/**
 * Starts one main process, two workers and two webhook processors; the package must have been built. What was started
 * is ended again when a later step fails.
 */
export async function startQueueHost(): Promise<QueueHost> {
	const sandbox = await startSandbox();
	const files = await serveFolder(FILES);
	let queue: Queue | undefined;
	const stop = async () => {
		await queue?.stop();
		await files.close();
		await sandbox.close();
	};
	try {
		queue = await startQueue({
			workers: 2,
			webhookProcessors: 2,
			prepareHome: installPackage,
			env: NOTICE_DEATH_QUICKLY,
		});
		const { rest } = queue;
		await rest.signIn(OWNER);
		const credentialId = await rest.createCredential(chertCredential(sandbox));
		const importExample: QueueHost['importExample'] = async (name, settings) =>
			await rest.importWorkflow(fillExample(name, { credentialId, settings }));
		return { queue, sandbox, files, credentialId, importExample, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

export interface ChainNode {
	name: string;
	type: string;
	typeVersion: number;
	webhookId?: string;
	parameters: object;
}

/** A webhook that responds at once. */
export function webhook(path: string): ChainNode {
	const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} };
	return {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		webhookId: path,
		parameters,
	};
}

/** Replies, by the address that the webhook id gives. */
export function chertTrigger(webhookId: string): ChainNode {
	return {
		name: 'Chert Trigger',
		type: 'n8n-nodes-chert.chertTrigger',
		typeVersion: 1.1,
		webhookId,
		parameters: { events: ['message.received'] },
	};
}

/** What comes in goes out. */
export function noOperation(name: string): ChainNode {
	return { name, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
}

/** A workflow in one line. */
export function chain(name: string, credentialId: string, ...nodes: ChainNode[]): WorkflowFile {
	const all = nodes.map((node, index) => ({
		...node,
		id: `${name}-${index}`,
		position: [index * 220, 0],
		...(node.type.startsWith('n8n-nodes-chert.') && {
			credentials: { chertApi: { id: credentialId, name: 'Chert account' } },
		}),
	}));
	const links = all
		.slice(1)
		.map((node, index) => [
			all[index].name,
			{ main: [[{ node: node.name, type: 'main', index: 0 }]] },
		]);
	return { name, nodes: all, connections: Object.fromEntries(links) } as unknown as WorkflowFile;
}
