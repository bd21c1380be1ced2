import type { IDataObject, INode } from 'n8n-workflow';

import { until } from '../../hosts/ready';
import { outputOf, type Execution, type WorkflowFile } from '../../hosts/rest';
import { callWebhook, type TestHost } from './testHost';

export const ANA = '+15550100123';
export const BEN = '+15550100124';

/** Name of the node that asks. */
export const ASK = 'Ask Ana';

const QUESTION = 'Is quote 1042 fine?';

/** Records of questions at Chert. */
export const questionsAtChert = ({ sandbox }: TestHost) =>
	sandbox.control.subscriptions().filter(({ url }) => url.includes('/webhook-waiting/'));

/** Publishes a workflow that asks Ana to answer in iMessage whenever its webhook is called. */
export async function publishAsking(
	host: TestHost,
	parameters: IDataObject,
	path?: string,
): Promise<string> {
	const asking = workflow(
		host,
		{ answerBy: 'reply', responseType: 'approval', ...parameters },
		{ isPublished: true, path },
	);
	const workflowId = await host.importWorkflow(asking);
	await host.n8n.rest.activate(workflowId);
	return workflowId;
}

/** Publishes such a workflow and asks that many questions. */
export async function askByReply(host: TestHost, parameters: IDataObject, count = 1) {
	const workflowId = await publishAsking(host, parameters);
	const ids: string[] = [];
	for (let asked = 1; asked <= count; asked++) ids.push(await askAgain(host, asked));
	const messages = host.sandbox.control.messages().filter(({ text }) => text === QUESTION);
	return { workflowId, ids, messages };
}

/** Asks another question; gives the execution that waits for its answer. */
export async function askAgain(host: TestHost, total: number, path = 'ask'): Promise<string> {
	await callWebhook(host, path, {});
	await until(
		() => host.sandbox.control.messages().filter(({ text }) => text === QUESTION).length >= total,
		{ what: `Question ${total}`, timeoutMs: 20_000 },
	);
	const { results } = await host.n8n.rest.request<{ results: Execution[] }>(
		'GET',
		'/executions?limit=1',
	);
	await untilWaiting(host, results[0].id);
	return results[0].id;
}

/** How the workflow asks. */
export interface AskOptions {
	rounds?: number;
	items?: number;
	isPublished?: boolean;
	/** Path of its webhook, different for each workflow */
	path?: string;
	/** The execution is not done soon after the answer. */
	isSlow?: boolean;
}

/**
 * Runs a workflow that asks Ana, up to the first question; gives the execution and the link.
 *
 * @param options `asked` is the number of this question where Ana got others before
 */
export async function askAna(
	host: TestHost,
	parameters: IDataObject,
	{ asked = 1, ...options }: AskOptions & { asked?: number } = {},
): Promise<{ id: string; link: string }> {
	const workflowId = await host.importWorkflow(workflow(host, parameters, options));
	const id = await host.n8n.rest.run(workflowId, 'Start');
	const links = await questions(host, asked);
	await untilWaiting(host, id);
	return { id, link: links[asked - 1] };
}

/** Resolves when the execution waits for its answer. */
export async function untilWaiting(host: TestHost, id: string): Promise<void> {
	await until(async () => (await statusOf(host, id)) === 'waiting', {
		what: `Execution ${id} waiting for an answer`,
		timeoutMs: 20_000,
	});
}

/** The links of the questions that arrived, once there are that many. */
export async function questions(host: TestHost, count: number): Promise<string[]> {
	const messages = await host.sandbox.control.waitForMessages(count, { phone: ANA }, 20_000);
	return messages.map(({ text }) => /https?:\S+/.exec(text)?.[0] ?? '');
}

/** The execution once it has ended with that many answers. n8n 1 shows the status before it has stored the data. */
export async function ended(
	{ n8n }: TestHost,
	id: string,
	answers = 1,
	timeoutMs = 60_000,
): Promise<Execution> {
	const isComplete = async () => {
		const execution = await n8n.rest.executionEnded(id, timeoutMs);
		return outputOf(execution, ASK).length >= answers && execution;
	};
	return await until(isComplete, { what: `Answer ${answers} in execution ${id}`, timeoutMs });
}

/** Status of an execution. */
export async function statusOf(host: TestHost, id: string): Promise<string> {
	return (await host.n8n.rest.request<Execution>('GET', `/executions/${id}`)).status;
}

/** Sends the page's form. */
export async function submit(link: string, fields: Record<string, string>): Promise<Response> {
	return await fetch(link, { method: 'POST', body: new URLSearchParams(fields) });
}

/** A workflow that asks Ana for each round of a loop, with that many input items each; by webhook where published. */
export function workflow(
	host: TestHost,
	parameters: IDataObject,
	{ rounds = 1, items = 1, isPublished = false, path = 'ask', isSlow = false }: AskOptions,
): WorkflowFile {
	const node = (name: string, type: string, typeVersion: number, parameters: IDataObject) =>
		({
			id: `${path} ${name}`,
			name,
			type,
			typeVersion,
			position: [0, 0],
			parameters,
		}) as unknown as INode;
	const ask = node(ASK, 'n8n-nodes-chert.chert', 1, {
		resource: 'message',
		operation: 'sendAndWait',
		recipient: 'phone',
		phone: ANA,
		message: QUESTION,
		...parameters,
	});
	ask.webhookId = `${path}-ana`;
	ask.credentials = { chertApi: { id: host.credentialId, name: 'Chert account' } };
	return {
		name: 'Ask',
		settings: { executionOrder: 'v1' },
		nodes: [
			isPublished
				? {
						...node('Start', 'n8n-nodes-base.webhook', 2, { path, httpMethod: 'POST' }),
						webhookId: path,
					}
				: node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Rows', 'n8n-nodes-base.code', 2, {
				jsCode: `return Array.from({ length: ${Math.max(rounds, items)} }, (_, row) => ({ json: { row } }));`,
			}),
			node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize: items, options: {} }),
			ask,
			isSlow
				? // n8n waits for less than 65 seconds without storing the execution as waiting.
					node('After', 'n8n-nodes-base.wait', 1.1, { amount: 60, unit: 'seconds' })
				: node('After', 'n8n-nodes-base.noOp', 1, {}),
		],
		connections: {
			Start: { main: [[{ node: 'Rows', type: 'main', index: 0 }]] },
			Rows: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
			Loop: { main: [[], [{ node: ASK, type: 'main', index: 0 }]] },
			[ASK]: { main: [[{ node: 'After', type: 'main', index: 0 }]] },
			After: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
		},
	};
}
