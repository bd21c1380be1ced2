import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ErrorContext, ErrorMessage } from '../../../shared/errorMessages';
import { unwrapObject } from '../../../shared/responseBody';
import { toWebhookId } from '../../input/id';
import type { Item } from '../../input/item';
import { EVENT_OPTIONS } from '../../../shared/events/eventOptions';
import { locatorValue } from '../fields';

export const webhookField: INodeProperties = {
	displayName: 'Webhook',
	name: 'webhookId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The webhook, by its URL or its ID',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchWebhooks', searchable: true },
		},
		{
			displayName: 'ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. c27d0b94-5f1e-4a83-9d6b-8e0a3f7c1d52',
		},
	],
};

/** @throws InputError when it is empty or not an ID */
export function readWebhookId(item: Item): string {
	return toWebhookId(locatorValue(item.getNodeParameter('webhookId', '')));
}

export const webhookUrlField: INodeProperties = {
	displayName: 'URL',
	name: 'url',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://hooks.example.com/chert',
	description: 'Public web address that Chert sends the events to, starting with https://',
};

export const eventsField: INodeProperties = {
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	options: [
		{
			name: 'All Events',
			value: '*',
			description: 'Every event that Chert sends, now and in the future',
		},
		...EVENT_OPTIONS,
	],
	default: ['message.received'],
	description: 'The events that Chert sends to the URL',
};

export const versionField: INodeProperties = {
	displayName: 'Payload Version',
	name: 'version',
	type: 'string',
	default: '',
	placeholder: 'e.g. 2026-04-01',
	description: "Version of the events' format. Leave empty for Chert's default.",
};

export const webhookNotFound = (webhookId: string): ErrorMessage => ({
	message: `There is no webhook with the ID "${webhookId}"`,
	description: 'Pick the webhook from the list, or use the ID from Get Many Webhooks',
});

/** What Chert's codes mean for a webhook's URL and events. */
export const WEBHOOK_ERRORS: ErrorContext['byCode'] = {
	1002: {
		message: 'Chert does not accept the URL, the events or the payload version',
		description: 'Use a public address that starts with https://, and event names as in the list',
	},
	2008: {
		message: 'The Chert account has as many webhooks as its plan allows',
		description: 'Delete one that is no longer used, or upgrade the Chert plan',
	},
};

/** The webhook in a response (API section 5.1). */
export function unwrapWebhook(body: IDataObject): IDataObject {
	return unwrapObject(body, 'subscription', 'webhook_subscription');
}
