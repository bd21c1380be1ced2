import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { ChertApi } from '../../credentials/ChertApi.credentials';
import { Chert } from '../../nodes/Chert/Chert.node.ts';

// Saved workflows hold these names and values: a change here breaks the workflows of others.

const { description } = new Chert();

/** A property as workflows know it: its default, and the values or the names that it can hold. */
interface Shape {
	type: string;
	default: unknown;
	values?: unknown[];
}

const COMMON_OPTIONS = { maxRetries: 4, maxRetryWait: 120 };
const KEY = { idempotencyKey: '' };
const EMPTY_LOCATOR = { mode: 'list', value: '' };
const PARTS = {
	specifyParts: 'fields',
	parts: { part: [{ type: 'text', text: '' }] },
	partsJson: expect.any(String),
};

/** Each operation: parameters with their defaults, then the names in its options with theirs. */
const OPERATIONS: Record<string, [parameters: object, options: object]> = {
	'message.send': [
		{ phone: '', body: '' },
		{
			attachments: '',
			binaryPropertyNames: 'data',
			livePhoto: false,
			effect: '',
			externalId: '',
			leadName: '',
			phoneLineId: EMPTY_LOCATOR,
			...KEY,
		},
	],
	'message.sendToChat': [
		{ chatId: '', ...PARTS },
		{ parallelAttachments: false, ...KEY },
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
		},
	],
	'message.react': [{ messageId: '', reaction: 'love' }, {}],
	'chat.create': [
		{ from: EMPTY_LOCATOR, to: '', ...PARTS },
		{ subject: '', parallelAttachments: false, ...KEY },
	],
	'attachment.upload': [{ binaryPropertyName: 'data' }, { fileName: '', mimeType: '' }],
	'attachment.get': [{ attachmentId: '' }, {}],
	'attachment.download': [{ attachmentId: '', binaryPropertyName: 'data' }, {}],
	'location.send': [
		{ recipient: 'phone', phone: '', chatId: '', latitude: '', longitude: '' },
		{ label: '', address: '', fallbackMode: 'auto', expiresAt: '', ...KEY },
	],
};

/** The properties that belong to an operation, whatever else they depend on. */
function fieldsOf(path: string): INodeProperties[] {
	const [resource, operation] = path.split('.');
	return description.properties.filter(({ displayOptions }) => {
		const { resource: resources, operation: operations } = displayOptions?.show ?? {};
		return resources?.includes(resource) && operations?.includes(operation);
	});
}

function fieldOf(path: string, name: string): INodeProperties {
	const field = fieldsOf(path).find((candidate) => candidate.name === name);
	if (!field) throw new Error(`${path} has no ${name}`);
	return field;
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
	expect(valuesOf(resource)).toEqual(['attachment', 'chat', 'location', 'message']);
	expect(operations.sort()).toEqual(Object.keys(OPERATIONS).sort());
});

describe.each(Object.entries(OPERATIONS))('%s', (path, [parameters, options]) => {
	it('has these parameters and defaults', () => {
		expect(defaultsOf(fieldsOf(path))).toEqual({ ...parameters, options: {} });
	});

	it('has these options and defaults', () => {
		const { type, options: entries } = fieldOf(path, 'options');

		expect(type).toBe('collection');
		expect(defaultsOf(entries as INodeProperties[])).toEqual({ ...options, ...COMMON_OPTIONS });
	});

	it('gives each field a label, and its labels no two fields at once', () => {
		const names = fieldsOf(path).map(({ displayName }) => displayName);

		expect(new Set(names).size).toBe(names.length);
	});
});

it('puts these tapbacks on', () => {
	expect(valuesOf(fieldOf('message.react', 'reaction'))).toEqual([
		'dislike',
		'emphasize',
		'laugh',
		'like',
		'love',
		'question',
	]);
});

it('sends a location to these', () => {
	expect(valuesOf(fieldOf('location.send', 'recipient'))).toEqual(['chatId', 'phone']);
});

it.each([
	['chat.create', fieldOf('chat.create', 'from'), ['list', 'phone'], 'searchLineNumbers'],
	[
		'message.send',
		(fieldOf('message.send', 'options').options as INodeProperties[]).find(
			({ name }) => name === 'phoneLineId',
		)!,
		['list', 'id'],
		'searchLineIds',
	],
] as const)('chooses the line of %s by these modes', (_operation, locator, modes, method) => {
	expect(locator.type).toBe('resourceLocator');
	expect(locator.modes?.map(({ name }) => name)).toEqual(modes);
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
			type: { type: 'options', default: 'text', values: ['file', 'media', 'richLink', 'text'] },
			text: { type: 'string', default: '' },
			attachmentId: { type: 'string', default: '' },
			binaryPropertyName: { type: 'string', default: 'data' },
			url: { type: 'string', default: '' },
			linkPreview: { type: 'collection', default: {} },
		});
		expect(shown).toEqual({
			type: undefined,
			text: ['text'],
			attachmentId: ['media'],
			binaryPropertyName: ['file'],
			url: ['richLink'],
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
