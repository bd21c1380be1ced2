import type { INode } from 'n8n-workflow';

import type { WorkflowFile } from '../../hosts/rest';

const TRIGGER = 'Trigger';

/** A workflow that reports each event that its trigger lets through to a counter. */
export function reportingWorkflow(
	type: 'chertTrigger' | 'chertStreamTrigger',
	credentialId: string,
	counterUrl: string,
): WorkflowFile {
	return chain(`Report ${type}`, [
		chertTrigger(type, credentialId),
		node('Work', 'n8n-nodes-base.httpRequest', 4.2, {
			method: 'POST',
			url: `=${counterUrl}/{{ encodeURIComponent($json.eventId) }}/{{ $execution.id }}`,
			options: {},
		}),
	]);
}

/** A workflow that reports the messages of each turn that its trigger joined to a counter. */
export function turnReportingWorkflow(
	type: 'chertTrigger' | 'chertStreamTrigger',
	credentialId: string,
	counterUrl: string,
	pauseSeconds: number,
): WorkflowFile {
	const trigger = chertTrigger(type, credentialId);
	trigger.parameters = { ...trigger.parameters, options: { waitForPause: pauseSeconds } };
	const eventIds = "encodeURIComponent($json.messages.map(({ eventId }) => eventId).join(' '))";
	return chain(`Report turns of ${type}`, [
		trigger,
		node('Work', 'n8n-nodes-base.httpRequest', 4.2, {
			method: 'POST',
			url: `=${counterUrl}/{{ ${eventIds} }}/{{ $execution.id }}`,
			options: {},
		}),
	]);
}

/** A workflow that does nothing but receive. */
export function receivingWorkflow(credentialId: string): WorkflowFile {
	return chain('Receive by Chert Trigger', [chertTrigger('chertTrigger', credentialId), noOp()]);
}

/** The same with n8n's Webhook node, which lets anybody in. */
export function webhookWorkflow(path: string): WorkflowFile {
	return chain('Receive by Webhook', [webhook(path, {}), noOp()]);
}

/** The same with n8n's Webhook node and a Code node that verifies what the Chert Trigger verifies. */
export function webhookAndCodeWorkflow(path: string, secret: string): WorkflowFile {
	const jsCode = `
const { createHmac, timingSafeEqual } = require('crypto');
const [item] = $input.all();
const rawBody = await this.helpers.getBinaryDataBuffer(0, 'data');
const fields = Object.fromEntries(item.json.headers['x-webhook-signature'].split(',').map((field) => field.split('=')));
const expected = createHmac('sha256', '${secret}').update(fields.t + '.').update(rawBody).digest();
if (Math.abs(Date.now() / 1000 - Number(fields.t)) > 300) throw new Error('stale');
if (!timingSafeEqual(expected, Buffer.from(fields.v1, 'hex'))) throw new Error('forged');
return [{ json: JSON.parse(rawBody.toString()) }];`;
	return chain('Receive by Webhook and Code', [
		webhook(path, { rawBody: true }),
		node('Verify', 'n8n-nodes-base.code', 2, { jsCode }),
		noOp(),
	]);
}

function chertTrigger(type: string, credentialId: string): INode {
	return {
		...node(TRIGGER, `n8n-nodes-chert.${type}`, type === 'chertTrigger' ? 1.1 : 1, {
			events: ['message.received'],
		}),
		webhookId: `bench-${type}`,
		credentials: { chertApi: { id: credentialId, name: 'Chert account' } },
	};
}

function webhook(path: string, options: object): INode {
	return {
		...node(TRIGGER, 'n8n-nodes-base.webhook', 2.1, {
			httpMethod: 'POST',
			path,
			responseMode: 'onReceived',
			options,
		}),
		webhookId: path,
	};
}

const noOp = () => node('Done', 'n8n-nodes-base.noOp', 1, {});

function node(name: string, type: string, typeVersion: number, parameters: object): INode {
	return {
		id: name.toLowerCase(),
		name,
		type,
		typeVersion,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
	};
}

function chain(name: string, nodes: INode[]): WorkflowFile {
	const connections = Object.fromEntries(
		nodes
			.slice(1)
			.map((next, index) => [
				nodes[index].name,
				{ main: [[{ node: next.name, type: 'main' as const, index: 0 }]] },
			]),
	);
	const placed = nodes.map((each, index) => ({
		...each,
		position: [index * 220, 0] as [number, number],
	}));
	return { name, nodes: placed, connections, settings: { executionOrder: 'v1' } };
}
