import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { searchLineIds, searchLineNumbers } from './listSearch/lines';
import { searchWebhooks } from './listSearch/webhooks';
import { customOperations, properties, subtitle } from './resources';
import { checkRoute, createRoute, deleteRoute } from './sendAndWait/route';
import { receiveAnswer, webhooks } from './sendAndWait/webhook';

export class Chert implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chert',
		name: 'chert',
		icon: { light: 'file:../../icons/chert.svg', dark: 'file:../../icons/chert.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle,
		description:
			'Send and read iMessages, ask for answers, manage group chats, and share files, contacts and locations',
		defaults: { name: 'Chert' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'chertApi', required: true }],
		webhooks,
		requestDefaults: { headers: { accept: 'application/json' } },
		properties,
	};

	customOperations = customOperations;

	methods = { listSearch: { searchLineIds, searchLineNumbers, searchWebhooks } };

	webhookMethods = {
		setup: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await checkRoute(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await createRoute(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await deleteRoute(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveAnswer(this);
	}
}
