import type { IDataObject } from 'n8n-workflow';

import { asObject } from '../../../shared/object';

/**
 * A message in the words of the triggers: null where Chert does not say.
 *
 * @param message as the API returns it (section 2.7)
 */
export function simplifyMessage(message: IDataObject): IDataObject {
	const parts = Array.isArray(message.parts)
		? message.parts.map(asObject).filter((part) => part !== undefined)
		: [];
	const sender = asObject(message.sender_handle);
	const from = sender?.handle ?? sender?.address ?? message.from;
	return {
		messageId: message.id ?? null,
		chatId: message.chat_id ?? null,
		direction: message.direction ?? null,
		...(typeof from === 'string' && { from }),
		text: parts
			.filter(({ type }) => type === 'text')
			.map(({ value }) => String(value ?? ''))
			.join('\n'),
		attachments: parts
			.filter(({ type }) => type === 'media')
			.map((part) => ({
				attachmentId: part.attachment_id ?? null,
				fileName: part.filename ?? null,
				mimeType: part.mime_type ?? null,
				sizeBytes: part.size_bytes ?? null,
			})),
		status: message.status ?? null,
		createdAt: message.created_at ?? null,
		deliveredAt: message.delivered_at ?? null,
		readAt: message.read_at ?? null,
	};
}
