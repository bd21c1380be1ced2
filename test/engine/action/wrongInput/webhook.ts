import { EMPTY, ID_SOURCE, WEBHOOK_IS_URL, one, type Case } from './case';

export const WEBHOOK_CASES: Record<string, Case> = {
	'half a webhook': one(
		'webhook.getMany',
		{ limit: '={{ 0.5 }}' },
		'Limit "0.5" is not a whole number of at least 1: enter one, e.g. 1',
	),
	'a webhook without URL': one(
		'webhook.create',
		{ url: EMPTY },
		'URL is empty: enter a web address, e.g. https://example.com/review',
	),
	'a webhook without https': one(
		'webhook.create',
		{ url: 'http://hooks.example.com' },
		'URL "http://hooks.example.com" is not secure: use an address that starts with https://',
	),
	'a webhook without events': one(
		'webhook.create',
		{ url: 'https://hooks.example.com', events: '={{ [] }}' },
		'Events is empty: choose at least one event, or All Events',
	),
	'no webhook to get': one(
		'webhook.get',
		{ webhookId: '={{ "" }}' },
		`Webhook is empty: ${ID_SOURCE.webhook}`,
	),
	'a webhook to delete by its URL': one(
		'webhook.delete',
		{ webhookId: { __rl: true, mode: 'id', value: 'https://hooks.example.com' } },
		`Webhook "https://hooks.example.com" ${WEBHOOK_IS_URL}`,
	),
	'a webhook update without changes': one(
		'webhook.update',
		{ webhookId: 'sub_1' },
		'Update Fields is empty: add at least one field to change',
	),
	'a webhook update to no events': one(
		'webhook.update',
		{ webhookId: 'sub_1', updateFields: { events: [] } },
		'Events is empty: choose at least one event, or All Events',
	),
	'an event that is an object': one(
		'webhook.create',
		{ url: 'https://hooks.example.com', events: '={{ [{ name: "message.received" }] }}' },
		'Events is an object, not an event name: choose the value inside it',
	),
};
