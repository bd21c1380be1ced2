import type { INodeProperties } from 'n8n-workflow';

import {
	checkFirstMessage,
	checkParallelAttachments,
	filesOf,
	mediaNames,
	readParts,
} from '../../input/parts';
import { toPhone, toRecipients } from '../../input/phone';
import { optionalText } from '../../input/text';
import { unwrapObject } from '../../../shared/responseBody';
import type { Operation } from '../../transport/operation';
import {
	keyedWrite,
	idempotencyKeyOption,
	locatorValue,
	optionsField,
	parallelAttachmentsOption,
	partsFields,
	readOptions,
	readRetryLimits,
} from '../fields';

export const createFields: INodeProperties[] = [
	{
		displayName: 'From',
		name: 'from',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The line that the chat is started from',
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
		placeholder: 'e.g. +15550100123',
		description:
			'One phone number for a direct chat, several separated by commas for a group of up to 31',
	},
	...partsFields,
	optionsField(idempotencyKeyOption, parallelAttachmentsOption, {
		displayName: 'Subject',
		name: 'subject',
		type: 'string',
		default: '',
		placeholder: 'e.g. Kitchen renovation',
		description: 'The name of the group; for several recipients only',
	}),
];

/** A new chat, direct or group, with its first message. Source: API section 3.2. */
export const create: Operation = {
	async plan(item) {
		const options = readOptions(item);
		const from = toPhone(locatorValue(item.getNodeParameter('from', '')), 'From');
		const to = toRecipients(item.getNodeParameter('to', ''));
		const parts = await readParts(item);
		checkFirstMessage(parts, to.length > 1);
		const isGrouped = options.parallelAttachments === true;
		if (isGrouped) checkParallelAttachments(parts);
		const files = filesOf(parts);
		const subject = optionalText(options.subject, 'Subject');

		return {
			orderingKey: [...to].sort().join(','),
			files,
			repeat: keyedWrite('message', options),
			retryLimits: readRetryLimits(options),
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
