import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { eventProperties } from '../shared/events/options';
import { runEvents } from '../shared/events/run';
import { deliver } from './deliver';
import { createSubscription, deleteSubscription, ensureSubscription } from './lifecycle';

export class ChertTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chert Trigger',
		name: 'chertTrigger',
		icon: { light: 'file:../../icons/chert.svg', dark: 'file:../../icons/chert.dark.svg' },
		group: ['trigger'],
		// n8n looks for an option of the old Webhook node at each call to a trigger of version 1, by an expression, which
		// takes a V8 isolate.
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		// n8n's node search lists both nodes as one entry, under the description of the trigger.
		description:
			'iMessage: start workflows on replies and tapbacks, send messages, files, reactions and locations',
		eventTriggerDescription: 'Send a message to your Chert line, or reply in a chat with it',
		activationMessage:
			'Chert now delivers your events to this workflow. Send a message to your line to see it run.',
		defaults: { name: 'Chert Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'chertApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'webhook',
				// Chert is received once the run is stored, and needs no body.
				responseMode: 'onReceived',
				responseData: 'noData',
			},
		],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click Execute step, then send a message to your Chert line from your phone. It runs the workflow once.<br /><br /><b>For every message</b>, <a data-key="activate">publish</a> the workflow: it then has a webhook subscription of its own at Chert, and each run is in the <a data-key="executions">executions list</a>.',
				active:
					'<b>While building</b>, click Execute step, then send a message to your Chert line from your phone. The published workflow gets it too.<br /><br /><b>Live messages</b> run the published workflow; each run is in the <a data-key="executions">executions list</a>.',
			},
			activationHint:
				'Once you have finished building, <a data-key="activate">publish</a> the workflow so that every message runs it.',
		},
		properties: eventProperties,
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await ensureSubscription(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await createSubscription(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await deleteSubscription(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await deliver(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await runEvents(this)];
	}
}
