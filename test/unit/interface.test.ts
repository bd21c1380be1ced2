import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { ChertApi } from '../../credentials/ChertApi.credentials';
import { Chert } from '../../nodes/Chert/Chert.node.ts';
import { ChertStreamTrigger } from '../../nodes/ChertStreamTrigger/ChertStreamTrigger.node.ts';
import { ChertTrigger } from '../../nodes/ChertTrigger/ChertTrigger.node.ts';

// Saved workflows hold these names and values: a change here breaks the workflows of others.

const { description } = new Chert();

/** A property as workflows know it: its default, and the values or the names that it can hold. */
interface Shape {
	type: string;
	default: unknown;
	values?: unknown[];
}

const COMMON_OPTIONS = { maxRetries: 4, maxRetryWait: 120, includeInputFields: false };
const KEY = { idempotencyKey: '' };
const COUNTRY = { defaultCountryCode: '' };
const EMPTY_LOCATOR = { mode: 'list', value: '' };
const PARTS = {
	specifyParts: 'fields',
	parts: { part: [{ type: 'text', text: '' }] },
	partsJson: expect.any(String),
};
const LIST = { returnAll: false, limit: 50 };
const CARD_RECIPIENT = { recipient: 'chatId', chatId: '', phone: '' };
const MESSAGE_RECEIVED = ['message.received'];

/** Each operation: parameters with their defaults, then the names in its options with theirs. */
const OPERATIONS: Record<string, [parameters: object, options: object]> = {
	'message.send': [
		{ phone: '', body: '', binaryPropertyNames: '' },
		{
			attachments: '',
			fileUrls: '',
			livePhoto: false,
			effect: '',
			externalId: '',
			leadName: '',
			phoneLineId: EMPTY_LOCATOR,
			plainText: false,
			...KEY,
			...COUNTRY,
		},
	],
	'message.sendToChat': [
		{ chatId: '', ...PARTS },
		{ parallelAttachments: false, plainText: false, typingSeconds: 3, ...KEY },
	],
	'message.sendAndWait': [
		{
			recipient: 'phone',
			phone: '',
			chatId: '',
			message: '',
			answerBy: 'link',
			responseType: 'approval',
			approvalOptions: {},
			formFields: { values: [{ fieldLabel: '', fieldType: 'text' }] },
		},
		{
			limitWaitTime: {
				values: { limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' },
			},
			approveWords: 'yes, ok, okay, y, sure, approve, approved, 👍',
			disapproveWords: 'no, n, stop, decline, declined, 👎',
			approvers: '',
			unclearReply: expect.any(String),
			afterAnswer: 'none',
			afterAnswerText: expect.any(String),
			pageTitle: expect.any(String),
			buttonLabel: expect.any(String),
			...KEY,
			...COUNTRY,
		},
	],
	'message.react': [{ messageId: '', reaction: 'love' }, {}],
	'message.get': [{ messageId: '', simplify: true }, {}],
	'message.getMany': [{ chatId: '', ...LIST, simplify: true, filters: {} }, {}],
	'message.edit': [{ messageId: '', text: '' }, { partIndex: 0 }],
	'chat.create': [
		{ from: EMPTY_LOCATOR, to: '', ...PARTS },
		{ subject: '', parallelAttachments: false, ...KEY, ...COUNTRY },
	],
	'chat.markRead': [{ chatId: '' }, {}],
	'chat.setTyping': [{ chatId: '', state: 'typing' }, {}],
	'chat.updateGroup': [{ chatId: '', updateFields: {} }, {}],
	'chat.addParticipant': [{ chatId: '', address: '' }, COUNTRY],
	'chat.removeParticipant': [{ chatId: '', address: '' }, COUNTRY],
	'chat.leave': [{ chatId: '' }, {}],
	'contact.sendCard': [{ ...CARD_RECIPIENT, specifyCard: 'fields', card: {}, vcard: '' }, COUNTRY],
	'contact.shareOwn': [CARD_RECIPIENT, COUNTRY],
	'line.getMany': [{ ...LIST, filters: {} }, {}],
	'event.get': [{ eventRowId: '' }, {}],
	'event.getMany': [{ ...LIST, filters: {} }, {}],
	'event.replay': [{ eventRowId: '' }, { subscriptionId: '' }],
	'webhook.create': [{ url: '', events: MESSAGE_RECEIVED }, { version: '' }],
	'webhook.delete': [{ webhookId: EMPTY_LOCATOR }, {}],
	'webhook.get': [{ webhookId: EMPTY_LOCATOR }, {}],
	'webhook.getMany': [LIST, {}],
	'webhook.update': [{ webhookId: EMPTY_LOCATOR, updateFields: {} }, {}],
	'attachment.upload': [{ binaryPropertyName: 'data' }, { fileName: '', mimeType: '' }],
	'attachment.get': [{ attachmentId: '' }, {}],
	'attachment.download': [{ attachmentId: '', binaryPropertyName: 'data' }, {}],
	'location.send': [
		{ recipient: 'phone', phone: '', chatId: '', latitude: '', longitude: '' },
		{ label: '', address: '', fallbackMode: 'auto', expiresAt: '', ...KEY, ...COUNTRY },
	],
};

/** What can be added to the collections of an operation, with their defaults. */
const COLLECTIONS: Array<[path: string, collection: string, defaults: object]> = [
	['message.getMany', 'filters', { direction: 'inbound', since: '' }],
	['line.getMany', 'filters', { activeOnly: true }],
	[
		'event.getMany',
		'filters',
		{ type: 'message.received', status: 'failed', leadId: '', since: '' },
	],
	['chat.updateGroup', 'updateFields', { displayName: '', iconUrl: '' }],
	[
		'webhook.update',
		'updateFields',
		{ url: '', events: MESSAGE_RECEIVED, isActive: true, version: '' },
	],
	[
		'contact.sendCard',
		'card',
		{ fullName: '', givenName: '', familyName: '', organization: '', phones: {}, emails: {} },
	],
];

/** The values of the fields that have a list of them. */
const VALUES: Array<[path: string, name: string, values: string[]]> = [
	['message.react', 'reaction', ['dislike', 'emphasize', 'laugh', 'like', 'love', 'question']],
	['chat.setTyping', 'state', ['stopped', 'typing']],
	['location.send', 'recipient', ['chatId', 'phone']],
	['contact.sendCard', 'recipient', ['chatId', 'phone']],
	['contact.sendCard', 'specifyCard', ['fields', 'vcard']],
	['contact.shareOwn', 'recipient', ['chatId', 'phone']],
	['message.getMany', 'filters.direction', ['inbound', 'outbound']],
	['event.getMany', 'filters.status', ['delivered', 'dev_inbox', 'failed', 'pending']],
	[
		'event.getMany',
		'filters.type',
		['lead_reply', 'message.received', 'reaction.added', 'reaction.removed'],
	],
	[
		'webhook.create',
		'events',
		['*', 'lead_reply', 'message.received', 'reaction.added', 'reaction.removed'],
	],
	['message.send', 'options.effect', ['', 'celebration']],
];

/** What both triggers have in their options. */
const TRIGGER_OPTIONS = {
	binaryPropertyPrefix: 'attachment_',
	chatIds: '',
	chatType: 'all',
	downloadAttachments: false,
	includeOwn: false,
	lines: '',
	optOutWords: expect.stringContaining('stop, '),
	senders: '',
	waitForPause: 0,
};

/** The properties that belong to an operation, whatever else they depend on. */
function fieldsOf(path: string): INodeProperties[] {
	const [resource, operation] = path.split('.');
	return description.properties.filter(({ displayOptions }) => {
		const { resource: resources, operation: operations } = displayOptions?.show ?? {};
		return resources?.includes(resource) && operations?.includes(operation);
	});
}

/** A field of an operation, or one inside a collection, as `options.effect`. */
function fieldOf(path: string, name: string): INodeProperties {
	const [outer, inner] = name.split('.');
	const find = (fields: INodeProperties[], wanted: string) => {
		const field = fields.find((candidate) => candidate.name === wanted);
		if (!field) throw new Error(`${path} has no ${name}`);
		return field;
	};
	const field = find(fieldsOf(path), outer);
	return inner ? find(field.options as INodeProperties[], inner) : field;
}

const defaultsOf = (properties: INodeProperties[]) =>
	Object.fromEntries(properties.map((property) => [property.name, property.default]));

const valuesOf = (property: INodeProperties) =>
	(property.options as INodePropertyOptions[]).map(({ value }) => value).sort();

function shapesOf(properties: INodeProperties[]): Record<string, Shape> {
	return Object.fromEntries(
		properties.map((property) => [
			property.name,
			{
				type: property.type,
				default: property.default,
				...(property.type === 'options' && { values: valuesOf(property) }),
			},
		]),
	);
}

it('is a declarative node that is called chert, and a tool', () => {
	expect(description).toMatchObject({
		name: 'chert',
		displayName: 'Chert',
		version: 1,
		usableAsTool: true,
		credentials: [{ name: 'chertApi', required: true }],
		requestDefaults: expect.any(Object),
	});
	expect(new Chert()).not.toHaveProperty('execute');
});

it('has these resources and operations', () => {
	const [resource] = description.properties;
	const operations = description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap((property) =>
			valuesOf(property).map(
				(value) => `${String(property.displayOptions?.show?.resource?.[0])}.${String(value)}`,
			),
		);

	expect(resource).toMatchObject({ name: 'resource', default: 'message' });
	expect(valuesOf(resource)).toEqual([
		'attachment',
		'chat',
		'contact',
		'event',
		'line',
		'location',
		'message',
		'webhook',
	]);
	expect(operations.sort()).toEqual(Object.keys(OPERATIONS).sort());
});

describe.each(Object.entries(OPERATIONS))('%s', (path, [parameters, options]) => {
	it('has these parameters and defaults', () => {
		expect(defaultsOf(fieldsOf(path))).toEqual({
			...parameters,
			options: {},
			toolDescription: expect.any(String),
		});
	});

	it('has these options and defaults', () => {
		const { type, options: entries } = fieldOf(path, 'options');

		expect(type).toBe('collection');
		const { includeInputFields, ...retries } = COMMON_OPTIONS;
		// The output of Send and Wait is the answer.
		const common = path === 'message.sendAndWait' ? retries : { ...retries, includeInputFields };
		expect(defaultsOf(entries as INodeProperties[])).toEqual({ ...options, ...common });
	});

	it('gives each field a label, and its labels no two fields at once', () => {
		const names = fieldsOf(path).map(({ displayName }) => displayName);

		expect(new Set(names).size).toBe(names.length);
	});
});

it.each([
	[new ChertTrigger(), { ...TRIGGER_OPTIONS, catchUp: true }],
	[new ChertStreamTrigger(), TRIGGER_OPTIONS],
])('the trigger %# has these parameters and options', (trigger, options) => {
	const { properties } = trigger.description;
	expect(defaultsOf(properties)).toEqual({
		events: MESSAGE_RECEIVED,
		simplify: true,
		options: {},
	});
	const entries = properties.find(({ name }) => name === 'options')?.options;
	expect(defaultsOf(entries as INodeProperties[])).toEqual(options);
});

it.each(COLLECTIONS)('%s has these %s', (path, collection, defaults) => {
	const field = fieldOf(path, collection);

	expect(field.type).toBe('collection');
	expect(defaultsOf(field.options as INodeProperties[])).toEqual(defaults);
});

it.each(VALUES)('%s has these values of %s', (path, name, values) => {
	expect(valuesOf(fieldOf(path, name))).toEqual(values);
});

it.each(['phones', 'emails'])('a card has a list of %s', (name) => {
	const [{ name: entry, values }] = fieldOf('contact.sendCard', `card.${name}`)
		.options as INodePropertyCollection[];

	expect(entry).toBe(name.replace(/s$/, ''));
	expect(defaultsOf(values)).toEqual({ value: '', label: '' });
});

it.each([
	['chat.create', 'from', ['list', 'phone'], 'searchLineNumbers'],
	['message.send', 'options.phoneLineId', ['list', 'id'], 'searchLineIds'],
	['webhook.get', 'webhookId', ['list', 'id'], 'searchWebhooks'],
	['webhook.update', 'webhookId', ['list', 'id'], 'searchWebhooks'],
	['webhook.delete', 'webhookId', ['list', 'id'], 'searchWebhooks'],
])('%s has these modes of %s', (path, name, modes, method) => {
	const locator = fieldOf(path, name);

	expect(locator.type).toBe('resourceLocator');
	expect(locator.modes?.map((mode) => mode.name)).toEqual(modes);
	expect(locator.modes?.[0].typeOptions?.searchListMethod).toBe(method);
	expect(new Chert().methods.listSearch).toHaveProperty(method);
});

describe.each(['message.sendToChat', 'chat.create'])('the parts of %s', (path) => {
	it('are typed in a sortable form or as JSON', () => {
		expect(valuesOf(fieldOf(path, 'specifyParts'))).toEqual(['fields', 'json']);
		expect(fieldOf(path, 'parts')).toMatchObject({
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			displayOptions: { show: { specifyParts: ['fields'] } },
		});
		expect(fieldOf(path, 'partsJson')).toMatchObject({
			type: 'json',
			displayOptions: { show: { specifyParts: ['json'] } },
		});
		expect(JSON.parse(String(fieldOf(path, 'partsJson').default))).toEqual([
			{ type: 'text', value: expect.any(String) },
		]);
	});

	it('have these kinds and fields', () => {
		const [{ name, values }] = fieldOf(path, 'parts').options as INodePropertyCollection[];
		const shown = Object.fromEntries(
			values.map((value) => [value.name, value.displayOptions?.show?.type]),
		);
		const preview = values.find((value) => value.name === 'linkPreview')
			?.options as INodeProperties[];

		expect(name).toBe('part');
		expect(shapesOf(values)).toEqual({
			type: {
				type: 'options',
				default: 'text',
				values: ['file', 'fileUrl', 'media', 'richLink', 'text'],
			},
			text: { type: 'string', default: '' },
			attachmentId: { type: 'string', default: '' },
			binaryPropertyName: { type: 'string', default: 'data' },
			url: { type: 'string', default: '' },
			fileName: { type: 'string', default: '' },
			linkPreview: { type: 'collection', default: {} },
		});
		expect(shown).toEqual({
			type: undefined,
			text: ['text'],
			attachmentId: ['media'],
			binaryPropertyName: ['file'],
			url: ['fileUrl', 'richLink'],
			fileName: ['fileUrl'],
			linkPreview: ['richLink'],
		});
		expect(defaultsOf(preview)).toEqual({ title: '', summary: '', imageUrl: '', iconUrl: '' });
	});
});

it('has a credential with these fields', () => {
	const { name, displayName, properties } = new ChertApi();

	expect([name, displayName]).toEqual(['chertApi', 'Chert API']);
	expect(shapesOf(properties.filter(({ type }) => type !== 'notice'))).toEqual({
		authentication: { type: 'options', default: 'bearer', values: ['bearer', 'hmac'] },
		signingSecret: { type: 'string', default: '' },
		tenant: { type: 'string', default: '' },
		baseUrl: { type: 'string', default: 'https://console.trychert.com/api/v1' },
	});
	const secret = properties.find((property) => property.name === 'signingSecret');
	expect(secret).toMatchObject({ required: true, typeOptions: { password: true } });
});
