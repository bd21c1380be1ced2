import type { INodeProperties } from 'n8n-workflow';

import { readContactCard } from '../../input/contactCard';
import { recipientFields } from '../fields';
import { readCountryCode } from '../../input/commonOptions';
import { countryCodeOption } from '../options';
import type { OperationDefinition } from '../resource';
import { readCardRecipient } from './recipient';

const labelField: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. work',
};

const cardFields: INodeProperties[] = [
	{
		displayName: 'Company',
		name: 'organization',
		type: 'string',
		default: '',
		placeholder: 'e.g. Lopez Kitchens',
	},
	{
		displayName: 'Email Addresses',
		name: 'emails',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Email' },
		placeholder: 'Add Email',
		default: {},
		options: [
			{
				displayName: 'Email',
				name: 'email',
				values: [
					{
						displayName: 'Email',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: 'e.g. ana@example.com',
					},
					labelField,
				],
			},
		],
	},
	{
		displayName: 'First Name',
		name: 'givenName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Ana',
	},
	{
		displayName: 'Full Name',
		name: 'fullName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Ana Lopez',
	},
	{
		displayName: 'Last Name',
		name: 'familyName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Lopez',
	},
	{
		displayName: 'Phone Numbers',
		name: 'phones',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Phone' },
		placeholder: 'Add Phone',
		default: {},
		options: [
			{
				displayName: 'Phone',
				name: 'phone',
				values: [
					{
						displayName: 'Phone',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: 'e.g. +1 555 010 0123',
					},
					labelField,
				],
			},
		],
	},
];

/** A card that the recipient can save to their contacts. Source: API section 3.11. */
export const sendContactCard: OperationDefinition = {
	name: 'Send Card',
	value: 'sendCard',
	action: 'Send contact card',
	description:
		'Send the contact card of a person or company, which the recipient can save. Returns the chat ID and the status "sent".',
	fields: [
		...recipientFields,
		{
			displayName: 'Specify Card',
			name: 'specifyCard',
			type: 'options',
			options: [
				{ name: 'Using Fields Below', value: 'fields' },
				{ name: 'Using vCard', value: 'vcard', description: 'Enter the text of a .vcf file' },
			],
			default: 'fields',
		},
		{
			displayName: 'Card',
			name: 'card',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			description:
				'What the card shows. Add at least a name, a company, a phone number or an email address.',
			displayOptions: { show: { specifyCard: ['fields'] } },
			options: cardFields,
		},
		{
			displayName: 'vCard',
			name: 'vcard',
			type: 'string',
			typeOptions: { rows: 6 },
			default: '',
			placeholder: 'e.g. BEGIN:VCARD ...',
			description: 'The text of a .vcf file, from BEGIN:VCARD to END:VCARD',
			displayOptions: { show: { specifyCard: ['vcard'] } },
		},
	],
	options: [countryCodeOption],
	plan(item, options) {
		const { path, json, given, orderingKey } = readCardRecipient(item, options);
		const card = readContactCard(item, readCountryCode(options));
		return {
			orderingKey,
			repeat: 'singleWrite',
			errorContext: {
				id: given.chatId,
				byCode: {
					1001: {
						message: 'Chert does not accept the contact card',
						description: 'Check the fields of the card, or the text of the vCard',
					},
					1002: {
						message: 'Chert does not accept the contact card',
						description: 'Check the fields of the card, or the text of the vCard',
					},
					4099: {
						message: "This line can't send contact cards",
						description: 'Use another line or chat, or send the details as text',
					},
				},
			},
			request: { method: 'POST', path: `${path}/send-contact`, json: { ...json, ...card } },
			given,
		};
	},
};
