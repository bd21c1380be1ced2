import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { optionalText } from '../input/text';
import type { KeyedWrite } from '../transport/operation';

/** For each operation that sends a message. */
export const idempotencyKeyOption: INodeProperties = {
	displayName: 'Idempotency Key',
	name: 'idempotencyKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-4711-review',
	description:
		'Chert sends only one message per key. Leave empty to let the node create a key for each item, which stays the same through retries.',
};

/** For each operation that takes a phone number. */
export const countryCodeOption: INodeProperties = {
	displayName: 'Default Country Code',
	name: 'defaultCountryCode',
	type: 'string',
	default: '',
	placeholder: 'e.g. +1',
	description:
		'Added to phone numbers without a country code, such as (555) 010-0123. Numbers that start with + stay as they are.',
};

/** For each operation that sends a text. */
export const plainTextOption: INodeProperties = {
	displayName: 'Plain Text',
	name: 'plainText',
	type: 'boolean',
	default: false,
	description:
		'Whether to remove Markdown formatting, which iMessage does not render: **bold** becomes bold, and links become "text (address)"',
};

const includeInputFieldsOption: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description:
		"Whether to add the output to the fields and files of the input item. If both have a field, the output's value is used.",
};

const RETRY_OPTIONS: INodeProperties[] = [
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 4,
		description:
			'How many times to retry a request when Chert is busy or the network fails. Rate limit responses do not count while other requests get through.',
	},
	{
		displayName: 'Max Retry Wait (Seconds)',
		name: 'maxRetryWait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 120,
		description:
			'How long an item may wait for retries in total. If Chert asks for a longer wait, the item fails right away, and the error says how long.',
	},
];

/**
 * The "Options" of an operation: its own and the common ones, sorted by label.
 *
 * @param own options of this operation
 * @param canIncludeInput false when its output does not come from the transport
 */
export function optionsField(own: INodeProperties[], canIncludeInput: boolean): INodeProperties {
	const common = canIncludeInput ? [includeInputFieldsOption, ...RETRY_OPTIONS] : RETRY_OPTIONS;
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...own, ...common].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/**
 * How the transport makes a send idempotent (API section 2.5).
 *
 * @param keyIn where the request's JSON has the key
 */
export function keyedWrite(keyIn: KeyedWrite['keyIn'], options: IDataObject): KeyedWrite {
	const ownKey = optionalText(options.idempotencyKey, 'Idempotency Key');
	return ownKey === undefined ? MADE_KEY[keyIn] : { keyIn, ownKey };
}

/** Shared by all items, to save memory: a batch keeps the plans of all its items until they are sent. */
const MADE_KEY: Record<KeyedWrite['keyIn'], KeyedWrite> = {
	body: { keyIn: 'body' },
	message: { keyIn: 'message' },
};
