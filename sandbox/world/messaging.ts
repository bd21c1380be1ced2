import { ApiError } from './apiError';
import { newId } from './ids';
import type { Chat, GroupChange, Line, Part, Reaction, SandboxMessage, TypingState } from './types';
import type { World } from './world';

/** Each text of a message is its own bubble; a blank line separates them, as in `/send` (§3.1). */
const BUBBLE_SEPARATOR = '\n\n';

/** A line by the id that `/send` takes. Throws ApiError 2006 when it is unknown or inactive. */
export function lineById(world: World, phoneLineId: string): Line {
	const line = world.lines.find((each) => each.phoneLineId === phoneLineId);
	if (!line?.isActive) throw new ApiError(2006);
	return line;
}

/** A line by the number that `POST /chats` takes. Throws ApiError 2006 when it is unknown or inactive. */
export function lineByNumber(world: World, phoneNumber: string): Line {
	const line = world.lines.find((each) => each.phoneNumber === phoneNumber);
	if (!line?.isActive) throw new ApiError(2006);
	return line;
}

/** The first active line, for a first contact. Throws ApiError 3002 when there is none. */
function anyLine(world: World): Line {
	const line = world.lines.find((each) => each.isActive);
	if (!line) throw new ApiError(3002);
	return line;
}

/** The line pinned to a chat, to send from. Throws ApiError 3002 when it is no longer active. */
export function lineOf(world: World, chat: Chat): Line {
	const line = world.lines.find((each) => each.phoneLineId === chat.phoneLineId);
	if (!line?.isActive) throw new ApiError(3002);
	return line;
}

/** The line pinned to a chat. Throws ApiError 4099 when it is not active or lacks the capability. */
export function requireCapability(
	world: World,
	chat: Chat,
	capability: string,
	status?: number,
): Line {
	const line = world.lines.find((each) => each.phoneLineId === chat.phoneLineId);
	if (!line?.isActive || !line.capabilities.includes(capability))
		throw new ApiError(4099, status === undefined ? {} : { status });
	return line;
}

/** Throws ApiError 2002 when there is no such chat. */
export function chatById(world: World, id: string): Chat {
	const chat = world.state.chats.get(id);
	if (!chat) throw new ApiError(2002);
	return chat;
}

/** Throws ApiError 2003 when there is no such message. */
export function messageById(world: World, id: string): SandboxMessage {
	const message = world.state.messages.get(id);
	if (!message) throw new ApiError(2003);
	return message;
}

function addChat(
	world: World,
	line: Line,
	participants: string[],
	isGroup: boolean,
	displayName: string,
): Chat {
	const id = newId('chat', world.variants.ids);
	const chat: Chat = {
		id,
		convoId: newId('convo', world.variants.ids),
		deliveryChatId: `iMessage;+;${id}`,
		displayName,
		isGroup,
		participants,
		phoneLineId: line.phoneLineId,
		createdAt: world.clock.now(),
		hasLeft: false,
		isTyping: false,
		changes: [],
		messageIds: [],
	};
	world.state.chats.set(id, chat);
	world.state.chatsByDeliveryId.set(chat.deliveryChatId, chat);
	if (!isGroup) world.state.directChats.set(participants[0], chat);
	if (isGroup) changeGroup(world, chat, { type: 'created', displayName });
	else world.events.emit('chat', chat);
	return chat;
}

export function createGroup(
	world: World,
	line: Line,
	participants: string[],
	displayName: string,
): Chat {
	return addChat(world, line, participants, true, displayName);
}

/** Records a change of a group and notifies listeners. */
export function changeGroup(
	world: World,
	chat: Chat,
	change: Omit<GroupChange, 'at' | 'afterSequence'>,
): void {
	const recorded = { ...change, at: world.clock.iso(), afterSequence: world.state.timeline.length };
	chat.changes.push(recorded);
	world.events.emit('chat', chat);
	world.events.emit('groupChange', { chat, change: recorded });
}

/** Shows or hides the typing indicator of a chat (§3.6). */
export function setTyping(world: World, chat: Chat, state: TypingState): void {
	chat.isTyping = state === 'typing';
	world.events.emit('typing', { chatId: chat.id, state });
}

/** Marks the inbound messages of a chat as read by the line (§3.5). */
export function markRead(world: World, chat: Chat): void {
	for (const id of chat.messageIds) {
		const message = world.state.messages.get(id);
		if (message?.direction !== 'inbound' || message.readAt !== null) continue;
		message.readAt = world.clock.iso();
		message.status = 'read';
		world.events.emit('read', message);
	}
}

/** Replaces the text of one text part and keeps the previous one. */
export function editText(
	world: World,
	message: SandboxMessage,
	partIndex: number,
	newText: string,
): void {
	const part = message.parts[partIndex];
	if (part?.type !== 'text') throw new TypeError(`Part ${partIndex} is not a text part`);
	message.editHistory.push({ partIndex, previousText: part.value, at: world.clock.iso() });
	part.value = newText;
	message.text = textOf(message.parts);
	world.events.emit('edited', message);
}

/**
 * Adds a reaction.
 *
 * @returns the previous reaction of the same person, which it replaces; our line keeps all of its reactions (§3.14)
 */
export function addReaction(
	world: World,
	message: SandboxMessage,
	reaction: Reaction,
): Reaction | undefined {
	const previous =
		reaction.direction === 'inbound' ? removeReaction(world, message, reaction.from) : undefined;
	message.reactions.push(reaction);
	world.events.emit('reaction', { message, reaction, removed: false });
	return previous;
}

/** Removes the reaction of a person. Returns it, or undefined when there is none. */
export function removeReaction(
	world: World,
	message: SandboxMessage,
	from: string,
): Reaction | undefined {
	const index = message.reactions.findIndex((each) => each.from === from);
	if (index < 0) return undefined;
	const [reaction] = message.reactions.splice(index, 1);
	world.events.emit('reaction', { message, reaction, removed: true });
	return reaction;
}

/**
 * The one direct chat of a number, made on first contact (§10).
 *
 * @param line moves the pin of a chat that exists; without it the pin stays
 */
export function directChat(
	world: World,
	phone: string,
	options: { line?: Line; name?: string } = {},
): { chat: Chat; isNew: boolean } {
	const known = world.state.directChats.get(phone);
	if (!known) {
		return {
			chat: addChat(world, options.line ?? anyLine(world), [phone], false, options.name ?? phone),
			isNew: true,
		};
	}
	if (options.line) known.phoneLineId = options.line.phoneLineId;
	if (options.name !== undefined) known.displayName = options.name;
	if (options.line ?? options.name) world.events.emit('chat', known);
	return { chat: known, isNew: false };
}

export interface Draft {
	chat: Chat;
	line: Line;
	direction: SandboxMessage['direction'];
	route: string;
	parts: Part[];
	/** Sender, for inbound messages to a group. */
	sender?: string;
	effect?: string;
	parallelAttachments?: boolean;
	idempotencyKey?: string;
	externalId?: string;
}

function attachmentsOf(world: World, parts: Part[]): SandboxMessage['attachments'] {
	return parts.flatMap((part) => {
		const attachment =
			part.type === 'media' ? world.state.attachments.get(part.attachment_id) : undefined;
		if (!attachment) return [];
		const { id, fileName, mimeType, sizeBytes, sha256 } = attachment;
		return [
			{
				attachmentId: id,
				fileName,
				mimeType,
				sizeBytes,
				...(sha256 === undefined ? {} : { sha256 }),
			},
		];
	});
}

function textOf(parts: Part[]): string {
	return parts.flatMap((part) => (part.type === 'text' ? [part.value] : [])).join(BUBBLE_SEPARATOR);
}

/** Adds a message to the timeline, and notifies listeners of `message` or `inbound`. */
export function addMessage(world: World, draft: Draft): SandboxMessage {
	const { chat, line, direction, parts } = draft;
	const createdAt = world.clock.iso();
	const phone = draft.sender ?? (chat.isGroup ? undefined : chat.participants[0]);
	const message: SandboxMessage = {
		id: newId(direction === 'inbound' ? 'inboundMessage' : 'message', world.variants.ids),
		sequence: world.state.timeline.length + 1,
		direction,
		route: draft.route,
		chatId: chat.id,
		isGroup: chat.isGroup,
		...(phone === undefined ? {} : { phone }),
		recipients: [...chat.participants],
		line: line.phoneNumber,
		phoneLineId: line.phoneLineId,
		text: textOf(parts),
		parts,
		attachments: attachmentsOf(world, parts),
		...(draft.effect === undefined ? {} : { effect: draft.effect }),
		parallelAttachments: draft.parallelAttachments ?? false,
		...(draft.idempotencyKey === undefined ? {} : { idempotencyKey: draft.idempotencyKey }),
		...(draft.externalId === undefined ? {} : { externalId: draft.externalId }),
		reactions: [],
		status: direction === 'outbound' ? 'delivered' : 'received',
		createdAt,
		deliveredAt: direction === 'outbound' ? createdAt : null,
		readAt: null,
		editHistory: [],
	};
	world.state.messages.set(message.id, message);
	world.state.timeline.push(message);
	chat.messageIds.push(message.id);
	if (direction === 'outbound') {
		if (chat.isTyping) setTyping(world, chat, 'stopped');
		world.events.emit('message', message);
	} else {
		world.events.emit('inbound', message);
	}
	return message;
}
