import type { IDataObject } from 'n8n-workflow';

import { readMessageParts, type MediaPart } from '../messageParts';
import { asObject, asObjects, firstText } from '../object';

/** An event as Chert sent it: n8n stores it with the run. */
export interface Delivery {
	/** The JSON: flat, wrapped in `payload`, or the older form without `data` */
	body: IDataObject;
	/** From the headers or the event row, for bodies without name or ID */
	headerEvent?: string;
	headerEventId?: string;
	/** ISO 8601: when it arrived, or when Chert's event log says that it was created */
	arrivedAt: string;
	/** The webhook subscription that it was delivered to */
	subscriptionId?: string;
	/** ISO 8601: older events are not this trigger's. Given by the stream trigger, which has no subscription */
	activeSince?: string;
}

/** The content of a delivery. Every field may be missing: only the outer envelope is guaranteed. */
export interface ChertEvent {
	/** E.g. `message.received`; empty when the delivery does not say */
	name: string;
	/** Identifies the event; the same in every delivery of it */
	eventId: string | null;
	/** ISO 8601: when it happened according to Chert, else when it arrived */
	receivedAt: string;
	/** The envelope without its wrapper, otherwise as delivered */
	envelope: IDataObject;
	data: IDataObject | undefined;
	chatId: string | null;
	isGroup: boolean | null;
	messageId: string | null;
	/** Address of the person who wrote or reacted */
	from: string | null;
	/** True when our own line wrote or reacted */
	isOwn: boolean;
	/** Our own line in that chat */
	line: string | null;
	/** Addresses in the chat, without our own line */
	participants: string[];
	/** The text parts, one per line */
	text: string;
	media: MediaPart[];
}

/**
 * Reads the event of a delivery, in any of the known shapes. Never throws.
 *
 * Source: API sections 5.3 (flat, wrapped and legacy bodies) and 6.1 (event rows have the wrapped shape).
 */
export function readEvent(delivery: Delivery): ChertEvent {
	const { body } = delivery;
	const name = firstText(
		...[asObject(body.payload), body].flatMap((outer) => [
			outer?.event,
			outer?.event_type,
			outer?.type,
		]),
		delivery.headerEvent,
	);
	const envelope = readEnvelope(body, name, delivery.headerEventId);
	const data = asObject(envelope.data);
	const chat = asObject(data?.chat);
	const message = asObject(data?.message);
	const sender =
		asObject(message?.sender_handle) ?? asObject(asObject(data?.reaction)?.sender_handle);
	const owner = asObject(chat?.owner_handle);
	const handles = asObjects(chat?.handles);
	// Legacy deliveries have the essentials beside `data`; where there is `data`, it alone counts.
	const legacy: IDataObject = data ? {} : envelope;

	const line = firstText(
		owner?.handle,
		handles.find((handle) => handle.is_me === true)?.handle,
		legacy.to,
	);
	const others = handles.filter((handle) => handle.is_me !== true && handle.handle !== line);

	const { text, media } = readMessageParts(message?.parts);

	return {
		name: name ?? '',
		eventId: firstText(envelope.event_id) ?? null,
		receivedAt:
			firstText(envelope.timestamp, message?.sent_at, body.created_at) ?? delivery.arrivedAt,
		envelope,
		data,
		chatId: firstText(chat?.id, data?.chat_id) ?? null,
		isGroup:
			typeof chat?.is_group === 'boolean'
				? chat.is_group
				: handles.length > 0
					? others.length > 1
					: null,
		messageId:
			firstText(message?.id, asObject(data?.reaction)?.message_id, legacy.message_guid) ?? null,
		from: firstText(sender?.handle, legacy.from) ?? null,
		isOwn: sender?.is_me === true || message?.direction === 'outbound',
		line: line ?? null,
		participants: others
			.map((handle) => firstText(handle.handle))
			.filter((handle) => handle !== undefined),
		text: text || (firstText(legacy.text) ?? ''),
		media,
	};
}

/** The envelope, which can be wrapped in `payload`, with the name and ID that are only outside. */
function readEnvelope(
	body: IDataObject,
	name: string | undefined,
	headerEventId: string | undefined,
): IDataObject {
	const inner = asObject(body.payload);
	const isWrapped = inner !== undefined && body.data === undefined;
	const envelope = isWrapped ? inner : body;
	const eventId = firstText(envelope.event_id, body.event_id, headerEventId);
	return {
		...envelope,
		...(name !== undefined && !envelope.event && { event: name }),
		...(eventId !== undefined && !envelope.event_id && { event_id: eventId }),
	};
}
