import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { toDisplayText } from '../../../shared/fieldValue';
import { unwrapObject } from '../../../shared/responseBody';
import { isOn } from '../../input/boolean';
import { InputError } from '../../input/inputError';
import { typingRequest } from '../chat/setTyping';
import { toChatId } from '../../input/id';
import {
	checkParallelAttachments,
	filesOf,
	mediaNames,
	readParts,
	withPlainTexts,
} from '../../input/parts';
import { chatIdField } from '../fields';
import { idempotencyKeyOption, keyedWrite, plainTextOption } from '../options';
import { messageOutput } from '../objectOutput';
import { parallelAttachmentsOption, partsFields } from '../partsFields';
import type { OperationDefinition } from '../resource';

const MAX_TYPING_SECONDS = 30;

const typingOption: INodeProperties = {
	displayName: 'Typing Seconds',
	name: 'typingSeconds',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: MAX_TYPING_SECONDS },
	default: 3,
	description: 'How long to show the typing indicator before the message, 30 seconds at most',
};

/** @throws InputError when Typing Seconds is not between 0 and 30 */
function readTypingMs({ typingSeconds }: IDataObject): number {
	const seconds = Number(typingSeconds ?? 0);
	if (seconds >= 0 && seconds <= MAX_TYPING_SECONDS) return seconds * 1000;
	throw new InputError(
		`Typing Seconds "${toDisplayText(typingSeconds)}" is not between 0 and ${MAX_TYPING_SECONDS}: enter a number of seconds, e.g. 3`,
	);
}

/** A message into an existing chat, direct or group. Source: API section 3.3. */
export const sendToChat: OperationDefinition = {
	name: 'Send to Chat',
	value: 'sendToChat',
	action: 'Send message to chat',
	description:
		'Reply in an existing direct chat or group with texts, files and links. Returns the message with its ID and status.',
	fields: [chatIdField, ...partsFields],
	options: [idempotencyKeyOption, parallelAttachmentsOption, plainTextOption, typingOption],
	async plan(item, options) {
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		const entered = await readParts(item);
		const parts = isOn(options.plainText, 'Plain Text') ? withPlainTexts(entered) : entered;
		const typingMs = readTypingMs(options);
		const isGrouped = isOn(options.parallelAttachments, 'Send Photos as Collage');
		if (isGrouped) checkParallelAttachments(parts);

		return {
			orderingKey: chatId,
			files: filesOf(parts),
			repeat: keyedWrite('message', options),
			errorContext: { id: chatId, attachments: mediaNames(parts) },
			...(typingMs > 0 && {
				before: { request: typingRequest(chatId, 'typing'), thenWaitMs: typingMs },
			}),
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
