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

import { processEvents } from '../shared/events/processEvents';
import { eventProperties } from '../shared/events/triggerSettings';
import type { EventSettings } from '../shared/events/triggerSettings';
import { catchUpOption, findMissedEvents } from './catchUp';
import { deliver } from './deliver';
import {
	createSubscription,
	deleteSubscription,
	ensureSubscription,
} from '../shared/subscription/subscriptionLifecycle';
import { checkedTriggerSubscription, triggerSubscription } from './triggerSubscription';

export class ChertTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chert Trigger',
		name: 'chertTrigger',
		icon: { light: 'file:../../icons/chert.svg', dark: 'file:../../icons/chert.dark.svg' },
		group: ['trigger'],
		// For a trigger of version 1, n8n evaluates an option of its old Webhook node at each request, in a V8 isolate.
		version: 1.1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		// n8n's node search lists this node and the action node as one entry, with this description.
		description:
			'iMessage: start workflows on replies and tapbacks; send messages, files, reactions and locations',
		eventTriggerDescription: 'Text your Chert line, or reply in a chat with it',
		activationMessage:
			'Chert now delivers your events to this workflow. Text your line to see it run.',
		defaults: { name: 'Chert Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'chertApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'webhook',
				// n8n responds once the execution is stored. Chert needs no body.
				responseMode: 'onReceived',
				responseData: 'noData',
			},
		],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click Execute step, then text your Chert line from your phone. The workflow runs once.<br /><br /><b>For every message</b>, <a data-key="activate">publish</a> the workflow. It then has its own webhook subscription with Chert. Each run is in the <a data-key="executions">executions list</a>.',
				active:
					'<b>While building</b>, click Execute step, then text your Chert line from your phone. The published workflow gets the message too.<br /><br /><b>Live messages</b> run the published workflow; each run is in the <a data-key="executions">executions list</a>.',
			},
			activationHint:
				'Once you have finished building, <a data-key="activate">publish</a> the workflow so that every message runs it.',
		},
		properties: eventProperties([catchUpOption]),
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await ensureSubscription(this, checkedTriggerSubscription(this));
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await createSubscription(this, triggerSubscription(this));
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await deleteSubscription(this, triggerSubscription(this));
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await deliver(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const findMissed = async (settings: EventSettings, isRerun: boolean) =>
			await findMissedEvents(this, settings, isRerun);
		return [await processEvents(this, { findMissed })];
	}
}
