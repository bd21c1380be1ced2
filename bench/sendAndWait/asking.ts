import type { INode } from 'n8n-workflow';

import { chertCredential } from '../../hosts/chertCredential';
import { until } from '../../hosts/ready';
import type { ExecutionSummary, WorkflowFile } from '../../hosts/rest';
import type { Sandbox } from '../../sandbox';
import type { BreakableN8n } from '../breakableN8n';

/** How long many questions, or many answers, may take. */
export const WAIT_MS = 10 * 60_000;

/** Somebody whom no question was asked. */
export const STRANGER = '+15550199999';

/** A published workflow that asks the person whose number its webhook gets, and the n8n and the Chert around it. */
export interface Asking {
	n8n: BreakableN8n;
	sandbox: Sandbox;
	workflowId: string;
}

/** A different number for each index. */
export const phoneOf = (index: number) => `+1555${String(1_000_000 + index)}`;

/**
 * Publishes the workflow.
 *
 * @param responseType how people answer in iMessage
 * @param after the node that goes on with the answer; its name is After
 */
export async function startAsking(
	n8n: BreakableN8n,
	sandbox: Sandbox,
	responseType: 'approval' | 'freeText',
	after: Pick<INode, 'type' | 'typeVersion' | 'parameters'>,
): Promise<Asking> {
	const credentialId = await n8n.rest().createCredential(chertCredential(sandbox));
	const file = askingWorkflow(credentialId, responseType, after);
	const workflowId = await n8n.rest().importWorkflow(file);
	await n8n.rest().activate(workflowId);
	return { n8n, sandbox, workflowId };
}

function askingWorkflow(
	credentialId: string,
	responseType: string,
	after: Pick<INode, 'type' | 'typeVersion' | 'parameters'>,
): WorkflowFile {
	return {
		name: 'Ask',
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				id: 'start',
				name: 'Start',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: 'ask',
				parameters: { path: 'ask', httpMethod: 'POST' },
			},
			{
				id: 'ask',
				name: 'Ask',
				type: 'n8n-nodes-chert.chert',
				typeVersion: 1,
				position: [200, 0],
				webhookId: 'answers',
				parameters: {
					resource: 'message',
					operation: 'sendAndWait',
					recipient: 'phone',
					phone: '={{ $json.body.phone }}',
					message: '={{ $json.body.question }}',
					answerBy: 'reply',
					responseType,
				},
				credentials: { chertApi: { id: credentialId, name: 'Chert account' } },
			},
			{ id: 'after', name: 'After', position: [400, 0], ...after },
		],
		connections: {
			Start: { main: [[{ node: 'Ask', type: 'main', index: 0 }]] },
			Ask: { main: [[{ node: 'After', type: 'main', index: 0 }]] },
		},
	};
}

/** Asks one person. Resolves when n8n has stored the execution. @throws Error unless n8n accepts it */
export async function askOne({ n8n }: Asking, phone: string, question: string): Promise<void> {
	const response = await fetch(`${n8n.addresses()[0]}/webhook/ask`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ phone, question }),
	});
	await response.arrayBuffer();
	if (!response.ok) throw new Error(`n8n responded with ${response.status}`);
}

/** Asks all of them, and waits until their executions wait. */
export async function askAll(asking: Asking, phones: string[]): Promise<void> {
	const expected = (await countOf(asking, 'waiting')) + phones.length;
	for (const phone of phones) await askOne(asking, phone, 'Is it fine?');
	await until(async () => (await countOf(asking, 'waiting')) === expected, {
		what: `${expected} open questions`,
		timeoutMs: WAIT_MS,
	});
}

/** Number of executions with a status. */
export async function countOf({ n8n, workflowId }: Asking, status: string): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status: [status] }));
	const { count } = await n8n
		.rest()
		.request<{ count: number; results: ExecutionSummary[] }>(
			'GET',
			`/executions?filter=${filter}&limit=1`,
		);
	return count;
}

/** Records of questions. */
export const questionsAtChert = ({ sandbox }: Asking) =>
	sandbox.control.subscriptions().filter(({ url }) => url.includes('/webhook-waiting/'));
