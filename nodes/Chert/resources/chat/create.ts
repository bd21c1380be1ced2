import { unwrapObject } from '../../../shared/responseBody';
import { isOn } from '../../input/boolean';
import {
	checkFirstMessage,
	checkParallelAttachments,
	filesOf,
	mediaNames,
	readParts,
} from '../../input/parts';
import { toPhone, toRecipients } from '../../input/phone';
import { optionalText } from '../../input/text';
import { locatorValue } from '../fields';
import { readCountryCode } from '../../input/commonOptions';
import { countryCodeOption, idempotencyKeyOption, keyedWrite } from '../options';
import { parallelAttachmentsOption, partsFields } from '../partsFields';
import type { OperationDefinition } from '../resource';

/** A new chat, direct or group, with its first message. Source: API section 3.2. */
export const createChat: OperationDefinition = {
	name: 'Create',
	value: 'create',
	action: 'Create chat',
	description:
		'Start a direct chat with one phone number, or a group with several, and send its first message. Returns the chat and the message with their IDs.',
	fields: [
		{
			displayName: 'From',
			name: 'from',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			description: 'The line to send from',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					typeOptions: { searchListMethod: 'searchLineNumbers', searchable: true },
				},
				{ displayName: 'Phone', name: 'phone', type: 'string', placeholder: 'e.g. +15550100001' },
			],
		},
		{
			displayName: 'To',
			name: 'to',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. +1 555 010 0123',
			hint: 'Start each number with + and the country code, or add Default Country Code under Options',
			description:
				'One phone number for a direct chat, or several separated by commas for a group of up to 31',
		},
		...partsFields,
	],
	options: [
		countryCodeOption,
		{
			displayName: 'Group Name',
			name: 'subject',
			type: 'string',
			default: '',
			placeholder: 'e.g. Kitchen renovation',
			description: 'Name of the group, if To has several phone numbers',
		},
		idempotencyKeyOption,
		parallelAttachmentsOption,
	],
	async plan(item, options) {
		const countryCode = readCountryCode(options);
		const from = toPhone(locatorValue(item.getNodeParameter('from', '')), 'From', countryCode);
		const to = toRecipients(item.getNodeParameter('to', ''), 'To', countryCode);
		const parts = await readParts(item);
		checkFirstMessage(parts, to.length > 1);
		const isGrouped = isOn(options.parallelAttachments, 'Send Photos as Collage');
		if (isGrouped) checkParallelAttachments(parts);
		const subject = optionalText(options.subject, 'Group Name');

		return {
			orderingKey: [...to].sort().join(','),
			files: filesOf(parts),
			repeat: keyedWrite('message', options),
			errorContext: { line: from, attachments: mediaNames(parts) },
			request: {
				method: 'POST',
				path: '/chats',
				json: {
					from,
					to,
					message: {
						parts,
						...(subject && { subject }),
						...(isGrouped && { parallel_attachments: true }),
					},
				},
			},
			toOutput: ({ body }) => {
				const chat = { ...unwrapObject(body, 'chat') };
				// Without wrappers, the message is inside the chat.
				delete chat.message;
				return { json: { chat, message: unwrapObject(body, 'message') } };
			},
		};
	},
};
