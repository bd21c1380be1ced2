import type { IDataObject } from 'n8n-workflow';

/** A `message.received` envelope as the documentation shows it (API section 5.3), with example values. */
export function messageReceived(
	over: { parts?: IDataObject[]; chat?: IDataObject; message?: IDataObject; eventId?: string } = {},
) {
	return {
		event: 'message.received',
		event_id: over.eventId ?? 'chert:msg:2f6ab0d41c9e47f8a35b7d10',
		timestamp: '2026-09-01T10:02:11.000Z',
		api_version: 'v1',
		webhook_version: '2026-05-04',
		event_type: 'message.received',
		trace_id: '6e0c1d',
		partner_id: 'northwind-42c1',
		data: {
			chat: {
				id: '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
				is_group: false,
				handles: [LINE, ANA],
				owner_handle: LINE,
				...over.chat,
			},
			message: {
				id: 'B4E0C9A2-7D15-4F38-A6C1-52E98D03F7B6',
				direction: 'inbound',
				sender_handle: ANA,
				parts: over.parts ?? [{ type: 'text', value: 'Yes please' }, PHOTO],
				...over.message,
			},
		},
	} satisfies IDataObject;
}

export const LINE = { handle: '+15550100001', service: 'imessage', is_me: true };
export const ANA = { handle: '+15550100123', service: 'imessage', is_me: false };
export const BEN = { handle: 'ben@example.com', service: 'imessage', is_me: false };
export const PHOTO = {
	type: 'media',
	attachment_id: 'in_0f3c8a61d27e4b95a8c04d7e1f6b2935',
	filename: 'photo.jpg',
	mime_type: 'image/jpeg',
	size_bytes: 120345,
};
