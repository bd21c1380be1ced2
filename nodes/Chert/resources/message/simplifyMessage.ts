import type { IDataObject } from 'n8n-workflow';

import { readMessageParts } from '../../../shared/messageParts';
import { asObject } from '../../../shared/object';

/**
 * A message in the words of the triggers: null where Chert does not say.
 *
 * @param message as the API returns it (section 2.7)
 */
export function simplifyMessage(message: IDataObject): IDataObject {
	const { text, media } = readMessageParts(message.parts);
	const sender = asObject(message.sender_handle);
	const from = sender?.handle ?? sender?.address ?? message.from;
	return {
		messageId: message.id ?? null,
		chatId: message.chat_id ?? null,
		direction: message.direction ?? null,
		...(typeof from === 'string' && { from }),
		text,
		attachments: media.map((part) => ({ ...part })),
		status: message.status ?? null,
		createdAt: message.created_at ?? null,
		deliveredAt: message.delivered_at ?? null,
		readAt: message.read_at ?? null,
	};
}
