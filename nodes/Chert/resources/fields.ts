import type { IDataObject, INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import type { Item } from '../input/item';
import type { RetryLimits } from '../../shared/retry';
import { optionalText } from '../input/text';
import type { KeyedWrite } from '../transport/operation';

export const phoneField: INodeProperties = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +15550100123',
	description:
		'The recipient, with + and country code. Blanks, dots, brackets and dashes are taken out.',
};

export const chatIdField: INodeProperties = {
	displayName: 'Chat ID',
	name: 'chatId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
	description:
		'The chat: "chatId" of the Chert Trigger, the ID of the chat that Create Chat gives, or "lead_id" of Send',
};

export const attachmentIdField: INodeProperties = {
	displayName: 'Attachment ID',
	name: 'attachmentId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 3d9a61f0b7c84e2595d1a0c6e8f47b12',
	description: 'The attachment: "attachmentId" of Upload or of the Chert Trigger',
};

export const binaryPropertyField: INodeProperties = {
	displayName: 'Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the field that holds the file, as the node before shows it',
};

/** Options of every operation that sends, in alphabetical order as n8n wants them. */
export const idempotencyKeyOption: INodeProperties = {
	displayName: 'Idempotency Key',
	name: 'idempotencyKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-4711-review',
	description:
		'Chert sends only once for the same key. Left empty, the node makes a key of its own for each item, which stays the same through retries.',
};

const retryOptions: INodeProperties[] = [
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 4,
		description: 'How often a step is tried again when Chert is busy or the network fails',
	},
	{
		displayName: 'Max Retry Wait (Seconds)',
		name: 'maxRetryWait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 120,
		description:
			'How long one item may wait in all. If Chert asks for a longer wait, the item fails at once and says how long.',
	},
];

/**
 * The "Options" of an operation: its own and those of all that talk to Chert, sorted by label.
 *
 * @param own options of this operation
 */
export function optionsField(...own: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...own, ...retryOptions].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/** The parts of a message: a sortable form, or the API's own JSON. */
export const partsFields: INodeProperties[] = [
	{
		displayName: 'Specify Parts',
		name: 'specifyParts',
		type: 'options',
		options: [
			{ name: 'Using Fields Below', value: 'fields' },
			{ name: 'Using JSON', value: 'json' },
		],
		default: 'fields',
	},
	{
		displayName: 'Parts',
		name: 'parts',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Part' },
		placeholder: 'Add Part',
		default: { part: [{ type: 'text', text: '' }] },
		description:
			'What to send, in this order. Each part becomes a bubble. Chert takes no two texts in a row.',
		displayOptions: { show: { specifyParts: ['fields'] } },
		options: [partFields()],
	},
	{
		displayName: 'Parts (JSON)',
		name: 'partsJson',
		type: 'json',
		default: '[\n  { "type": "text", "value": "Hello" }\n]',
		description:
			'The parts as the Chert API takes them. <a href="https://docs.trychert.com/api/send-message" target="_blank">More info</a>.',
		displayOptions: { show: { specifyParts: ['json'] } },
	},
];

function partFields(): INodePropertyCollection {
	const shownFor = (type: string) => ({ show: { type: [type] } });
	return {
		displayName: 'Part',
		name: 'part',
		values: [
			{
				displayName: 'Type',
				name: 'type',
				type: 'options',
				options: [
					{
						name: 'File',
						value: 'file',
						description: 'A file from a binary field, uploaded on the way',
					},
					{ name: 'Media', value: 'media', description: 'A file that is uploaded already' },
					{ name: 'Rich Link', value: 'richLink', description: 'A web address with its preview' },
					{ name: 'Text', value: 'text', description: 'Words, in a bubble of their own' },
				],
				default: 'text',
			},
			{
				displayName: 'Text',
				name: 'text',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				placeholder: 'e.g. Thanks for having us in today!',
				displayOptions: shownFor('text'),
			},
			{ ...attachmentIdField, required: undefined, displayOptions: shownFor('media') },
			{ ...binaryPropertyField, required: undefined, displayOptions: shownFor('file') },
			{
				displayName: 'URL',
				name: 'url',
				type: 'string',
				default: '',
				placeholder: 'e.g. https://example.com/review',
				displayOptions: shownFor('richLink'),
			},
			{
				displayName: 'Link Preview',
				name: 'linkPreview',
				type: 'collection',
				placeholder: 'Add field',
				default: {},
				description: 'What the preview shows. Fields left out are taken from the page.',
				displayOptions: shownFor('richLink'),
				options: [
					{
						displayName: 'Icon URL',
						name: 'iconUrl',
						type: 'string',
						default: '',
						placeholder: 'e.g. https://example.com/icon.png',
					},
					{
						displayName: 'Image URL',
						name: 'imageUrl',
						type: 'string',
						default: '',
						placeholder: 'e.g. https://example.com/kitchen.jpg',
					},
					{
						displayName: 'Summary',
						name: 'summary',
						type: 'string',
						default: '',
						placeholder: 'e.g. It takes a minute',
					},
					{
						displayName: 'Title',
						name: 'title',
						type: 'string',
						default: '',
						placeholder: 'e.g. How did we do?',
					},
				],
			},
		],
	};
}

export const parallelAttachmentsOption: INodeProperties = {
	displayName: 'Send Images as One Group',
	name: 'parallelAttachments',
	type: 'boolean',
	default: false,
	description:
		'Whether two or more images arrive together as a collage or stack instead of one bubble each',
};

/** The options that an item has, `{}` when none is set. */
export function readOptions(item: Item): IDataObject {
	return item.getNodeParameter('options', {}) as IDataObject;
}

/** The value of a resource locator, or of an expression in its place. */
export function locatorValue(value: unknown): unknown {
	return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

/**
 * How the transport makes a send idempotent (API section 2.5).
 *
 * @param keyIn where the request's JSON has the key
 */
export function keyedWrite(keyIn: KeyedWrite['keyIn'], options: IDataObject): KeyedWrite {
	return { keyIn, ownKey: optionalText(options.idempotencyKey, 'Idempotency Key') };
}

/** The options Max Retries and Max Retry Wait; values other than numbers count as the default. */
export function readRetryLimits(options: IDataObject): RetryLimits {
	const atLeastZero = (value: unknown, fallback: number) => {
		const number = value === undefined || value === '' || value === null ? NaN : Number(value);
		return Number.isFinite(number) ? Math.max(0, number) : fallback;
	};
	return {
		maxRetries: Math.floor(atLeastZero(options.maxRetries, 4)),
		maxWaitMs: atLeastZero(options.maxRetryWait, 120) * 1000,
	};
}
