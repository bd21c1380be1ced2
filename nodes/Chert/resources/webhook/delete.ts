import { successOutput } from '../../transport/output';
import type { OperationDefinition } from '../resource';
import { readWebhookId, webhookField, webhookNotFound } from './webhookFields';

const NOT_FOUND = 2011;

/** Source: API section 5.1. */
export const deleteWebhook: OperationDefinition = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete webhook',
	description: 'Delete a webhook, so that Chert sends no more events to its URL',
	fields: [webhookField],
	plan(item) {
		const webhookId = readWebhookId(item);
		return {
			orderingKey: webhookId,
			repeat: 'idempotentWrite',
			doneOnRetry: [NOT_FOUND],
			errorContext: { id: webhookId, byCode: { [NOT_FOUND]: webhookNotFound(webhookId) } },
			request: {
				method: 'DELETE',
				path: `/webhook-subscriptions/${encodeURIComponent(webhookId)}`,
			},
			toOutput: (result) => successOutput(result, { webhookId }),
		};
	},
};
