import { listFields, listOutput, readLimit } from '../listFields';
import type { OperationDefinition } from '../resource';

/** Source: API section 5.1. */
export const getManyWebhooks: OperationDefinition = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many webhooks',
	description:
		'List the webhooks of the account. Returns the URL, the events and the ID of each webhook, without its secret.',
	fields: listFields,
	plan(item) {
		const limit = readLimit(item);
		return {
			repeat: 'read',
			request: { method: 'GET', path: '/webhook-subscriptions' },
			toOutput: ({ body }) =>
				listOutput(body, ['subscriptions', 'webhook_subscriptions']).slice(0, limit),
		};
	},
};
