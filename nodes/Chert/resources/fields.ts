import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** A required phone number; goes with {@link countryCodeOption}. */
export const phoneField: INodeProperties = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +1 555 010 0123',
	hint: 'Start with + and the country code, or add Default Country Code under Options',
	description: 'Phone number of the recipient. Spaces, dots, parentheses and dashes are removed.',
};

export const chatIdField: INodeProperties = {
	displayName: 'Chat ID',
	name: 'chatId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
	description:
		'ID of the direct chat or group: "chatId" from the Chert Trigger, Send or Create Chat. "lead_id" from Send works too.',
};

export const groupIdField: INodeProperties = {
	...chatIdField,
	description: 'ID of the group: "chatId" from Create Chat or the Chert Trigger',
};

export const messageIdField: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. B4E0C9A2-7D15-4F38-A6C1-52E98D03F7B6',
	description:
		'ID of the message: "messageId" from the Chert Trigger, Send, Send to Chat or Get Many Messages',
};

export const attachmentIdField: INodeProperties = {
	displayName: 'Attachment ID',
	name: 'attachmentId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 3d9a61f0b7c84e2595d1a0c6e8f47b12',
	description: 'ID of the attachment: "attachmentId" from Upload Attachment or the Chert Trigger',
};

export const binaryPropertyField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the input field containing the file to send',
};

export const fileNameField: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoice.pdf',
	description: "The name that the recipient sees. Leave empty to use the file's own name.",
};

export const addressField: INodeProperties = {
	displayName: 'Phone or Email',
	name: 'address',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +1 555 010 0123 or ana@example.com',
	hint: 'Start a phone number with + and the country code, or add Default Country Code under Options',
};

/** Chat or phone number, for operations that reach people with or without a chat. */
export const recipientFields: INodeProperties[] = [
	{
		displayName: 'Recipient',
		name: 'recipient',
		type: 'options',
		options: [
			{ name: 'Chat', value: 'chatId', description: 'An existing direct chat or group' },
			{
				name: 'Phone Number',
				value: 'phone',
				description: 'One person. Chert finds or creates the chat.',
			},
		],
		default: 'chatId',
	},
	{ ...chatIdField, displayOptions: shownFor('chatId') },
	{ ...phoneField, displayOptions: shownFor('phone') },
];

function shownFor(recipient: string): IDisplayOptions {
	return { show: { recipient: [recipient] } };
}

/** The value of a resource locator, or of an expression in its place. */
export function locatorValue(value: unknown): unknown {
	return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

/** The collection "Update Fields" of an update. */
export function updateFieldsField(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Update Fields',
		name: 'updateFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options,
	};
}
