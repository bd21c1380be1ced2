import { randomBytes } from 'node:crypto';

import type { Context } from './context';
import { ApiError } from './errors';
import { newId } from './ids';
import type { EventsQuery } from './schemas/events';
import type { Chat, EventRow, ReactionType, SandboxMessage } from './types';

/** Seen in the documentation's sample delivery (§5.3). */
const WEBHOOK_VERSION = '2026-05-04';

interface Handle {
	handle: string;
	service: 'imessage';
	is_me: boolean;
}

const handleOf = (handle: string, isMe: boolean): Handle => ({
	handle,
	service: 'imessage',
	is_me: isMe,
});

/** `data.chat` of a delivery: handles are shaped otherwise than in REST (§2.7). */
function chatData(chat: Chat, line: string): Record<string, unknown> {
	const own = handleOf(line, true);
	return {
		id: chat.id,
		is_group: chat.isGroup,
		handles: [own, ...chat.participants.map((address) => handleOf(address, false))],
		owner_handle: own,
	};
}

/** Stores an event, newest last, and starts its deliveries: durable before the first attempt (§5.6). */
export function recordEvent(
	context: Context,
	type: string,
	kind: string,
	chat: Chat,
	data: Record<string, unknown>,
): EventRow {
	const eventId = `chert:${kind}:${randomBytes(12).toString('hex')}`;
	const createdAt = context.clock.iso();
	const row: EventRow = {
		id: newId('event', context.variants.ids),
		type,
		event_id: eventId,
		lead_id: chat.id,
		convo_id: chat.convoId,
		payload: {
			event: type,
			event_id: eventId,
			timestamp: createdAt,
			api_version: 'v1',
			webhook_version: WEBHOOK_VERSION,
			event_type: type,
			trace_id: randomBytes(6).toString('hex'),
			partner_id: context.tenant,
			data,
		},
		delivery: { status: 'pending', url: null, attempts: [], delivered_at: null },
		created_at: createdAt,
	};
	context.state.eventRows.push(row);
	context.deliveries.start(row);
	context.events.emit('event', row);
	return row;
}

/** `message.received` (§5.3). */
export function recordInbound(
	context: Context,
	chat: Chat,
	message: SandboxMessage,
	sender: string,
): EventRow {
	return recordEvent(context, 'message.received', 'msg', chat, {
		chat: chatData(chat, message.line),
		message: {
			id: message.id,
			direction: 'inbound',
			sender_handle: handleOf(sender, false),
			parts: message.parts,
			sent_at: message.createdAt,
		},
	});
}

/** `lead_reply`: legacy, its real payload is not documented (§5.2). */
export function recordLeadReply(
	context: Context,
	chat: Chat,
	message: SandboxMessage,
	sender: string,
): EventRow {
	return recordEvent(context, 'lead_reply', 'reply', chat, {
		chat: chatData(chat, message.line),
		lead: { phone: sender, name: chat.displayName },
		reply: { message_id: message.id, text: message.text },
	});
}

/** `reaction.added` or `reaction.removed`: the payload is ours, not contractual (§5.3). */
export function recordReaction(
	context: Context,
	chat: Chat,
	message: SandboxMessage,
	reaction: { type: ReactionType; sender: string; removed: boolean },
): EventRow {
	return recordEvent(
		context,
		reaction.removed ? 'reaction.removed' : 'reaction.added',
		'reaction',
		chat,
		{
			chat: chatData(chat, message.line),
			reaction: {
				type: reaction.type,
				message_id: message.id,
				sender_handle: handleOf(reaction.sender, false),
			},
		},
	);
}

/** A row by its id or by its `event_id`; undefined when there is none. */
export function findEvent(context: Context, id: string): EventRow | undefined {
	return context.state.eventRows.find((row) => row.id === id || row.event_id === id);
}

/** Rows created strictly later than the given time, oldest first (§6.1, §6.4). */
export function rowsSince(context: Context, since: string): EventRow[] {
	const sinceMs = Date.parse(since);
	return context.state.eventRows.filter((row) => Date.parse(row.created_at) > sinceMs);
}

/**
 * One page of events, newest first (§6.1).
 *
 * @throws ApiError 1002 for a cursor that is none of ours
 */
export function pageOfEvents(
	context: Context,
	query: EventsQuery,
): { events: EventRow[]; next_cursor: string | null; count: number } {
	let rows =
		query.since === undefined ? [...context.state.eventRows] : rowsSince(context, query.since);
	rows.reverse();
	if (query.cursor !== undefined) {
		const cursor = query.cursor;
		const last = rows.findIndex((row) => cursorOf(row) === cursor);
		if (last < 0) throw new ApiError(1002, { message: 'Unknown cursor' });
		rows = rows.slice(last + 1);
	}
	const matching = rows.filter(
		(row) =>
			(query.type === undefined || row.type === query.type) &&
			(query.status === undefined || row.delivery.status === query.status) &&
			(query.lead_id === undefined || row.lead_id === query.lead_id),
	);
	const events = matching.slice(0, query.limit);
	const isLast = matching.length <= query.limit;
	return {
		events,
		next_cursor: isLast ? null : cursorOf(events[events.length - 1]),
		count: events.length,
	};
}

/** `<created_at>|<id>` of the last row of a page; opaque to clients. */
function cursorOf(row: EventRow): string {
	return `${row.created_at}|${row.id}`;
}
