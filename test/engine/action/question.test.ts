import { WebhookContext } from 'n8n-core';
import type { IDataObject, INodeType } from 'n8n-workflow';

import { Chert } from '../../../nodes/Chert/Chert.node.ts';
import { readQuestion } from '../../../nodes/Chert/sendAndWait/question';
import {
	additionalDataFor,
	newId,
	NODE,
	prepareEngine,
	triggerWorkflow,
} from '../../support/triggerWorkflow';

const QUESTION = { round: '0', expiresAt: 1 };

/** What n8n hands to the webhook of an execution that waits at a node with this name. */
async function waitingAt(name: string): Promise<WebhookContext> {
	await prepareEngine();
	const workflow = triggerWorkflow(new Chert() as unknown as INodeType, {
		id: newId(),
		parameters: {},
		isActive: true,
		staticData: {},
	});
	const { [NODE]: node } = workflow.nodes;
	workflow.nodes = { [name]: { ...node, name } };
	const contextData: IDataObject = { [`node:${name}`]: { question: JSON.stringify(QUESTION) } };
	const options = { credential: {}, base: 'http://localhost' };
	return new WebhookContext(
		workflow,
		workflow.nodes[name],
		additionalDataFor(workflow, 'webhook', options),
		'webhook',
		{} as never,
		[],
		{
			resultData: { runData: {} },
			executionData: { contextData, nodeExecutionStack: [] },
		} as never,
	);
}

it.each(['Ask', 'Ask {{ name }}', `Ask "Ana's" \\ boss`, 'Ask $& 😀'])(
	'reads the question of the node %s',
	async (name) => {
		expect(readQuestion(await waitingAt(name))).toEqual(QUESTION);
	},
);
