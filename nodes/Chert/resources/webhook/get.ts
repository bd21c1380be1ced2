import type { OperationDefinition } from '../resource';
import { readWebhookId, unwrapWebhook, webhookField, webhookNotFound } from './webhookFields';

/** Source: API section 5.1. */
export const getWebhook: OperationDefinition = {
	name: 'Get',
	value: 'get',
	action: 'Get webhook',
	description: 'Look up one webhook. Returns its URL, its events and whether it is active.',
	fields: [webhookField],
	plan(item) {
		const webhookId = readWebhookId(item);
		return {
			repeat: 'read',
			errorContext: { id: webhookId, byCode: { 2011: webhookNotFound(webhookId) } },
			request: { method: 'GET', path: `/webhook-subscriptions/${encodeURIComponent(webhookId)}` },
			toOutput: ({ body }) => ({ json: unwrapWebhook(body) }),
		};
	},
};
