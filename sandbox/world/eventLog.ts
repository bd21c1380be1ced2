import { randomBytes } from 'node:crypto';

import { newId } from './ids';
import type { Chat, EventRow, ReactionType, SandboxMessage } from './types';
import type { World } from './world';

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

/** `data.chat` of a delivery: handles have another shape than in REST (§2.7). */
function chatData(chat: Chat, line: string): Record<string, unknown> {
	const own = handleOf(line, true);
	return {
		id: chat.id,
		is_group: chat.isGroup,
		handles: [own, ...chat.participants.map((address) => handleOf(address, false))],
		owner_handle: own,
	};
}

/** Stores an event, then emits `event`, which starts its deliveries: stored before the first attempt (§5.6). */
export function recordEvent(
	world: World,
	type: string,
	kind: string,
	chat: Chat,
	data: Record<string, unknown>,
): EventRow {
	const eventId = `chert:${kind}:${randomBytes(12).toString('hex')}`;
	const createdAt = world.clock.iso();
	const row: EventRow = {
		id: newId('event', world.variants.ids),
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
			partner_id: world.tenant,
			data,
		},
		delivery: { status: 'pending', url: null, attempts: [], delivered_at: null },
		created_at: createdAt,
	};
	world.state.eventRows.push(row);
	world.events.emit('event', row);
	return row;
}

/** `message.received` (§5.3). */
export function recordInbound(
	world: World,
	chat: Chat,
	message: SandboxMessage,
	sender: string,
): EventRow {
	return recordEvent(world, 'message.received', 'msg', chat, {
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
	world: World,
	chat: Chat,
	message: SandboxMessage,
	sender: string,
): EventRow {
	return recordEvent(world, 'lead_reply', 'reply', chat, {
		chat: chatData(chat, message.line),
		lead: { phone: sender, name: chat.displayName },
		reply: { message_id: message.id, text: message.text },
	});
}

/** `reaction.added` or `reaction.removed`: the payload is ours, not contractual (§5.3). */
export function recordReaction(
	world: World,
	chat: Chat,
	message: SandboxMessage,
	reaction: { type: ReactionType; sender: string; removed: boolean },
): EventRow {
	return recordEvent(
		world,
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
export function findEvent(world: World, id: string): EventRow | undefined {
	return world.state.eventRows.find((row) => row.id === id || row.event_id === id);
}
