import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { searchLineIds, searchLineNumbers } from './listSearch/lines';
import { searchWebhooks } from './listSearch/webhooks';
import { customOperations, properties, subtitle } from './resources';

export class Chert implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Chert',
		name: 'chert',
		icon: { light: 'file:../../icons/chert.svg', dark: 'file:../../icons/chert.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle,
		description:
			'Send and read iMessages, react to them, run group chats, and share files, contacts and locations',
		defaults: { name: 'Chert' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'chertApi', required: true }],
		requestDefaults: { headers: { accept: 'application/json' } },
		properties,
	};

	customOperations = customOperations;

	methods = { listSearch: { searchLineIds, searchLineNumbers, searchWebhooks } };
}
