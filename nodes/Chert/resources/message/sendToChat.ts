import type { INodeProperties } from 'n8n-workflow';

import { toChatId } from '../../input/id';
import { checkParallelAttachments, filesOf, mediaNames, readParts } from '../../input/parts';
import { unwrapObject } from '../../../shared/responseBody';
import { messageOutput } from '../messageOutput';
import type { Operation } from '../../transport/operation';
import {
	keyedWrite,
	chatIdField,
	idempotencyKeyOption,
	optionsField,
	parallelAttachmentsOption,
	partsFields,
	readOptions,
	readRetryLimits,
} from '../fields';

export const sendToChatFields: INodeProperties[] = [
	chatIdField,
	...partsFields,
	optionsField(idempotencyKeyOption, parallelAttachmentsOption),
];

/** A message into an existing chat, direct or group. Source: API section 3.3. */
export const sendToChat: Operation = {
	async plan(item) {
		const options = readOptions(item);
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		const parts = await readParts(item);
		const isGrouped = options.parallelAttachments === true;
		if (isGrouped) checkParallelAttachments(parts);
		const files = filesOf(parts);

		return {
			orderingKey: chatId,
			files,
			repeat: keyedWrite('message', options),
			retryLimits: readRetryLimits(options),
			errorContext: { id: chatId, attachments: mediaNames(parts) },
			request: {
				method: 'POST',
				path: `/chats/${encodeURIComponent(chatId)}/messages`,
				json: {
					message: { parts },
					// At the top level here, inside "message" when a chat is created (API section 9).
					...(isGrouped && { parallel_attachments: true }),
				},
			},
			toOutput: ({ body }) => ({ json: messageOutput(unwrapObject(body, 'message')) }),
			given: { chatId },
		};
	},
};
