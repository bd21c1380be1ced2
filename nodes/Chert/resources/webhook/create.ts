import { toEventNames } from '../../input/eventNames';
import { optionalText } from '../../input/text';
import { toHttpsAddress } from '../../input/webAddress';
import type { OperationDefinition } from '../resource';
import {
	eventsField,
	unwrapWebhook,
	versionField,
	WEBHOOK_ERRORS,
	webhookUrlField,
} from './webhookFields';

/** A webhook subscription. Source: API section 5.1. */
export const createWebhook: OperationDefinition = {
	name: 'Create',
	value: 'create',
	action: 'Create webhook',
	description:
		'Have Chert send events to a URL outside n8n; for a workflow, use the Chert Trigger. Returns the webhook with its ID and its secret, which Chert shows only this once.',
	fields: [
		{ ...webhookUrlField, required: true },
		{ ...eventsField, required: true },
	],
	options: [versionField],
	plan(item, options) {
		const url = toHttpsAddress(item.getNodeParameter('url', ''), 'URL');
		const events = toEventNames(item.getNodeParameter('events', []));
		const version = optionalText(options.version, 'Payload Version');
		return {
			orderingKey: url,
			// A second request would create a second webhook.
			repeat: 'singleWrite',
			errorContext: { checkIn: 'Get Many Webhooks', byCode: WEBHOOK_ERRORS },
			request: {
				method: 'POST',
				path: '/webhook-subscriptions',
				// Without events, Chert sends all of them.
				json: { url, ...(events.length > 0 && { events }), ...(version && { version }) },
			},
			toOutput: ({ body }) => ({ json: unwrapWebhook(body) }),
		};
	},
};
