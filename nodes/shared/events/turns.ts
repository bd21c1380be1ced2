import type { ChertEvent, Delivery } from './envelope';
import { findOptOutWord } from './optOut';

/** A message that can be joined with others of its chat. */
export interface ChatMessage {
	event: ChertEvent & { eventId: string; chatId: string };
	delivery: Delivery;
	/** Milliseconds, Chert's clock */
	createdAt: number;
}

/** Messages of one chat that follow each other within the pause. */
export interface Turn {
	/** In the order in which they were written */
	messages: ChatMessage[];
	/** When the pause after the last one is over: milliseconds, Chert's clock */
	endsAt: number;
}

/** Chert tells its time in whole seconds. */
const CLOCK_STEP_MS = 1_000;

/**
 * Reads a delivery as a message of a chat.
 *
 * @param createdAt milliseconds, from Chert's event log; without it, what the delivery says
 * @returns undefined for anything that is not joined: other events, own messages, and those without chat or ID
 */
export function toChatMessage(
	delivery: Delivery,
	event: ChertEvent,
	createdAt = Date.parse(event.receivedAt),
): ChatMessage | undefined {
	const { name, isOwn, eventId, chatId } = event;
	if (name !== 'message.received' || isOwn || eventId === null || chatId === null) return undefined;
	return {
		event: { ...event, eventId, chatId },
		delivery,
		createdAt: Number.isNaN(createdAt) ? Date.parse(delivery.arrivedAt) : createdAt,
	};
}

/**
 * Divides messages into turns. An opt-out word is a separate turn, and ends the previous one.
 *
 * @param messages of one or several chats, in any order; those of the same instant keep theirs
 * @returns the turns of all chats, by the time of their last message
 */
export function splitIntoTurns(
	messages: readonly ChatMessage[],
	{ pauseMs, optOutWords }: { pauseMs: number; optOutWords: readonly string[] },
): Turn[] {
	const turns: Turn[] = [];
	const latest = new Map<string, Turn>();
	const inOrder = [...messages].sort((left, right) => left.createdAt - right.createdAt);
	for (const message of inOrder) {
		const { createdAt, event } = message;
		const isOptOut = isOptOutMessage(message, optOutWords);
		const turn = latest.get(event.chatId);
		if (turn && !isOptOut && createdAt <= turn.endsAt && !endsAtOnce(turn)) {
			turn.messages.push(message);
			turn.endsAt = createdAt + pauseMs;
			continue;
		}
		if (turn && isOptOut) turn.endsAt = Math.min(turn.endsAt, createdAt);
		const next = { messages: [message], endsAt: isOptOut ? createdAt : createdAt + pauseMs };
		latest.set(event.chatId, next);
		turns.push(next);
	}
	const lastOf = ({ messages }: Turn) => messages[messages.length - 1].createdAt;
	return turns.sort((left, right) => lastOf(left) - lastOf(right));
}

/** Says whether a message is one of the opt-out words, which do not wait. */
export function isOptOutMessage({ event }: ChatMessage, optOutWords: readonly string[]): boolean {
	return findOptOutWord(event.text, optOutWords) !== null;
}

/** Says whether the pause after a turn is over. @param now milliseconds, Chert's clock in whole seconds */
export function isOver({ endsAt }: Turn, now: number): boolean {
	return endsAt <= now + CLOCK_STEP_MS;
}

const endsAtOnce = ({ messages, endsAt }: Turn) =>
	endsAt <= messages[messages.length - 1].createdAt;
