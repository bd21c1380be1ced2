import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { InputError } from '../../input/inputError';
import { FIELD_TYPES } from '../../sendAndWait/form';
import { DEFAULT_APPROVE_WORDS, DEFAULT_DISAPPROVE_WORDS } from '../../sendAndWait/reply';
import {
	DEFAULT_AFTER_ANSWER_TEXT,
	DEFAULT_BUTTON_LABEL,
	DEFAULT_PAGE_TITLE,
	DEFAULT_UNCLEAR_REPLY,
} from '../../sendAndWait/questionSettings';
import { askAndWait } from '../../sendAndWait/ask';
import { chatIdField, phoneField } from '../fields';
import { countryCodeOption, idempotencyKeyOption } from '../options';
import type { OperationDefinition } from '../resource';

const shownFor = (show: IDisplayOptions['show']): Pick<INodeProperties, 'displayOptions'> => ({
	displayOptions: { show },
});

const approvalOptions: INodeProperties = {
	displayName: 'Approval Options',
	name: 'approvalOptions',
	type: 'fixedCollection',
	placeholder: 'Add option',
	default: {},
	...shownFor({ responseType: ['approval'], answerBy: ['link'] }),
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Type of Approval',
					name: 'approvalType',
					type: 'options',
					options: [
						{ name: 'Approve Only', value: 'single' },
						{ name: 'Approve and Disapprove', value: 'double' },
					],
					default: 'single',
					description: 'Which buttons the page has',
				},
				{
					displayName: 'Approve Button Label',
					name: 'approveLabel',
					type: 'string',
					default: 'Approve',
				},
				{
					displayName: 'Disapprove Button Label',
					name: 'disapproveLabel',
					type: 'string',
					default: 'Decline',
					...shownFor({ approvalType: ['double'] }),
				},
			],
		},
	],
};

const FIELD_TYPE_NAMES: Record<(typeof FIELD_TYPES)[number], string> = {
	checkbox: 'Checkbox',
	date: 'Date',
	dropdown: 'Dropdown',
	email: 'Email',
	number: 'Number',
	text: 'Text',
	textarea: 'Text Area',
};

const formFields: INodeProperties = {
	displayName: 'Form Fields',
	name: 'formFields',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Field' },
	placeholder: 'Add Field',
	default: { values: [{ fieldLabel: '', fieldType: 'text' }] },
	description: 'What the person fills in, in this order',
	...shownFor({ responseType: ['customForm'] }),
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Field Label',
					name: 'fieldLabel',
					type: 'string',
					default: '',
					required: true,
					placeholder: 'e.g. Preferred time',
					description: 'Shown above the field. The output has the value under this name.',
				},
				{
					displayName: 'Field Options',
					name: 'fieldOptions',
					type: 'string',
					default: '',
					placeholder: 'e.g. Morning, Afternoon, Evening',
					description:
						'The choices, separated by commas. A checkbox field without choices is a single checkbox.',
					...shownFor({ fieldType: ['checkbox', 'dropdown'] }),
				},
				{
					displayName: 'Field Type',
					name: 'fieldType',
					type: 'options',
					options: FIELD_TYPES.map((value) => ({ name: FIELD_TYPE_NAMES[value], value })),
					default: 'text',
				},
				{
					displayName: 'Placeholder',
					name: 'placeholder',
					type: 'string',
					default: '',
					placeholder: 'e.g. 9 am',
					...shownFor({ fieldType: ['dropdown', 'email', 'number', 'text', 'textarea'] }),
				},
				{
					displayName: 'Required Field',
					name: 'requiredField',
					type: 'boolean',
					default: false,
					description: 'Whether the person must fill in this field',
				},
			],
		},
	],
};

const limitWaitTime: INodeProperties = {
	displayName: 'Limit Wait Time',
	name: 'limitWaitTime',
	type: 'fixedCollection',
	default: { values: { limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' } },
	description:
		'How long to wait for the answer. Without this option, the limit is 7 days. When the time is up, the output has "timedOut" set to true.',
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Limit Type',
					name: 'limitType',
					type: 'options',
					options: [
						{
							name: 'After Time Interval',
							value: 'afterTimeInterval',
							description: 'Wait for a certain amount of time',
						},
						{
							name: 'At Specified Time',
							value: 'atSpecifiedTime',
							description: 'Wait until a date and time',
						},
					],
					default: 'afterTimeInterval',
				},
				{
					displayName: 'Amount',
					name: 'resumeAmount',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 2 },
					default: 1,
					description: 'The time to wait',
					...shownFor({ limitType: ['afterTimeInterval'] }),
				},
				{
					displayName: 'Unit',
					name: 'resumeUnit',
					type: 'options',
					options: [
						{ name: 'Minutes', value: 'minutes' },
						{ name: 'Hours', value: 'hours' },
						{ name: 'Days', value: 'days' },
					],
					default: 'hours',
					...shownFor({ limitType: ['afterTimeInterval'] }),
				},
				{
					displayName: 'Max Date and Time',
					name: 'maxDateAndTime',
					type: 'dateTime',
					default: '',
					description: "A time without an offset is in the workflow's time zone",
					...shownFor({ limitType: ['atSpecifiedTime'] }),
				},
			],
		},
	],
};

const onPage = shownFor({ '/answerBy': ['link'] });
const inMessages = shownFor({ '/answerBy': ['reply'] });

const fields: INodeProperties[] = [
	{
		displayName: 'Recipient',
		name: 'recipient',
		type: 'options',
		options: [
			{ name: 'Chat', value: 'chatId', description: 'An existing direct chat or group' },
			{ name: 'Phone Number', value: 'phone', description: 'One person' },
		],
		default: 'phone',
	},
	{ ...phoneField, ...shownFor({ recipient: ['phone'] }) },
	{ ...chatIdField, ...shownFor({ recipient: ['chatId'] }) },
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'e.g. Is Tuesday 9 am fine? Please answer YES or NO.',
		description: 'The question to ask',
	},
	{
		displayName: 'Answer By',
		name: 'answerBy',
		type: 'options',
		options: [
			{
				name: 'Link',
				value: 'link',
				description: 'The message links to a page of this n8n instance, where the person answers',
			},
			{
				name: 'Reply in iMessage',
				value: 'reply',
				description: 'The person answers with a text, or with a tapback on the question',
			},
		],
		default: 'link',
		description: 'How the person answers',
	},
	{
		displayName: 'Response Type',
		name: 'responseType',
		type: 'options',
		options: [
			{
				name: 'Approval',
				value: 'approval',
				description: 'The person approves or disapproves',
			},
			{ name: 'Free Text', value: 'freeText', description: 'The person writes any text' },
			{
				name: 'Custom Form',
				value: 'customForm',
				description: 'The person fills in a form. Only with Answer By set to Link.',
			},
		],
		default: 'approval',
	},
	approvalOptions,
	formFields,
];

const optionFields: INodeProperties[] = [
	{
		displayName: 'After Answer',
		name: 'afterAnswer',
		type: 'options',
		options: [
			{ name: 'Do Nothing', value: 'none' },
			{ name: 'Send a Text', value: 'text' },
			{ name: 'Send a Like', value: 'reaction' },
		],
		default: 'none',
		description: 'How to tell the person that the answer has arrived',
		...inMessages,
	},
	{
		displayName: 'After Answer Text',
		name: 'afterAnswerText',
		type: 'string',
		default: DEFAULT_AFTER_ANSWER_TEXT,
		description: 'The text to send when After Answer is set to Send a Text',
		...inMessages,
	},
	{
		displayName: 'Approve Words',
		name: 'approveWords',
		type: 'string',
		default: DEFAULT_APPROVE_WORDS,
		description:
			'Answers that mean yes, separated by commas. Case and punctuation do not matter. The tapbacks like and love always mean yes.',
		...inMessages,
	},
	{
		displayName: 'Approvers',
		name: 'approvers',
		type: 'string',
		default: '',
		placeholder: 'e.g. +15550100123, ana@example.com',
		description:
			'Whose answers count in a group: phone numbers or email addresses, separated by commas. Leave empty for everybody.',
		...inMessages,
	},
	{
		displayName: 'Button Label',
		name: 'buttonLabel',
		type: 'string',
		default: DEFAULT_BUTTON_LABEL,
		description: 'The label of the button below the text box or form',
		...onPage,
	},
	countryCodeOption,
	{
		displayName: 'Disapprove Words',
		name: 'disapproveWords',
		type: 'string',
		default: DEFAULT_DISAPPROVE_WORDS,
		description:
			'Answers that mean no, separated by commas. Case and punctuation do not matter. The tapback dislike always means no.',
		...inMessages,
	},
	idempotencyKeyOption,
	limitWaitTime,
	{
		displayName: 'Page Title',
		name: 'pageTitle',
		type: 'string',
		default: DEFAULT_PAGE_TITLE,
		description: 'The heading of the page and the title of the link',
		...onPage,
	},
	{
		displayName: 'Unclear Reply',
		name: 'unclearReply',
		type: 'string',
		default: DEFAULT_UNCLEAR_REPLY,
		description:
			'The text to send, once, when an answer is neither yes nor no. Leave empty to send nothing. Without this option, the text names your Approve Words and Disapprove Words.',
		...inMessages,
	},
];

/** Asks a question and waits for the answer. */
export const sendAndWait: OperationDefinition = {
	name: 'Send and Wait for Response',
	value: 'sendAndWait',
	action: 'Send message and wait for response',
	description:
		'Ask a person a question and continue when they answer, on a page or in iMessage. Returns the answer.',
	fields,
	options: optionFields,
	execute: askAndWait,
	/** For AI agents of the kind that runs its tools itself, and so cannot wait. Everybody else calls `execute`. */
	plan() {
		throw new InputError(
			'Send and Wait for Response cannot be a tool in this version of n8n, because its AI agents cannot wait: use n8n 2',
		);
	},
};
