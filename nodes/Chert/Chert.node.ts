import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { searchLineIds, searchLineNumbers } from './listSearch/lines';
import { attachment } from './resources/attachment';
import { chat } from './resources/chat';
import { location } from './resources/location';
import { message } from './resources/message';
import { checkRoute, createRoute, deleteRoute } from './sendAndWait/route';
import { receiveAnswer, webhooks } from './sendAndWait/webhook';

export class Chert implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chert',
		name: 'chert',
		icon: { light: 'file:../../icons/chert.svg', dark: 'file:../../icons/chert.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["resource"] + ": " + $parameter["operation"] }}',
		description: 'Send iMessages with files and links, react to messages and share locations',
		defaults: { name: 'Chert' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'chertApi', required: true }],
		webhooks,
		requestDefaults: { headers: { accept: 'application/json' } },
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Attachment', value: 'attachment' },
					{ name: 'Chat', value: 'chat' },
					{ name: 'Location', value: 'location' },
					{ name: 'Message', value: 'message' },
				],
				default: 'message',
			},
			...message.properties,
			...chat.properties,
			...attachment.properties,
			...location.properties,
		],
	};

	customOperations = {
		attachment: attachment.customOperations,
		chat: chat.customOperations,
		location: location.customOperations,
		message: message.customOperations,
	};

	methods = { listSearch: { searchLineIds, searchLineNumbers } };

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
