import type { INodeProperties } from 'n8n-workflow';

import { toChatId } from '../../input/id';
import {
	checkParallelAttachments,
	filesOf,
	mediaNames,
	readParts,
	toApiParts,
} from '../../input/parts';
import { optionalText } from '../../input/text';
import { unwrap, type Operation } from '../../transport/operation';
import {
	chatIdField,
	idempotencyKeyOption,
	optionsField,
	parallelAttachmentsOption,
	partsFields,
	readOptions,
	readPatience,
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
			lane: chatId,
			files,
			repeat: 'key',
			ownKey: optionalText(options.idempotencyKey, 'Idempotency Key'),
			patience: readPatience(options),
			circumstances: { attachments: mediaNames(parts) },
			request: (uploadedIds, key) => ({
				method: 'POST',
				path: `/chats/${encodeURIComponent(chatId)}/messages`,
				json: {
					message: { parts: toApiParts(parts, uploadedIds), idempotency_key: key },
					// At the top level here, inside "message" when a chat is created (API section 9).
					...(isGrouped && { parallel_attachments: true }),
				},
			}),
			toOutput: ({ body }) => ({ json: unwrap(body, 'message') }),
		};
	},
};
