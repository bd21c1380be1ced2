import { unwrapObject } from '../../../shared/responseBody';
import { toChatId } from '../../input/id';
import { checkParallelAttachments, filesOf, mediaNames, readParts } from '../../input/parts';
import { chatIdField } from '../fields';
import { idempotencyKeyOption, keyedWrite } from '../options';
import { messageOutput } from '../output';
import { parallelAttachmentsOption, partsFields } from '../partsFields';
import type { OperationDefinition } from '../resource';

/** A message into an existing chat, direct or group. Source: API section 3.3. */
export const sendToChat: OperationDefinition = {
	name: 'Send to Chat',
	value: 'sendToChat',
	action: 'Send message to chat',
	description:
		'Reply in an existing direct chat or group with texts, files and links. Returns the message with its ID and status.',
	fields: [chatIdField, ...partsFields],
	options: [idempotencyKeyOption, parallelAttachmentsOption],
	async plan(item, options) {
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		const parts = await readParts(item);
		const isGrouped = options.parallelAttachments === true;
		if (isGrouped) checkParallelAttachments(parts);

		return {
			orderingKey: chatId,
			files: filesOf(parts),
			repeat: keyedWrite('message', options),
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
