import type { IExecuteFunctions } from 'n8n-workflow';

import { Cancellation } from '../cancellation';
import { claimTurn, isProduction } from './claims';
import { readEvent } from './envelope';
import type { Delivery } from './envelope';
import type { EventList } from './eventLog';
import type { EventRow } from './eventRow';
import { passes } from './filters';
import { readEventLog } from './readEventLog';
import type { EventSettings } from './triggerSettings';
import { isOptOutMessage, isOver, splitIntoTurns, toChatMessage } from './turns';
import type { ChatMessage, Turn } from './turns';
import { writeLog } from '../log';

/** In a chat that never pauses, the messages of this time become an item. */
export const MAX_TURN_MS = 5 * 60_000;

/** The clock of n8n can be ahead of Chert's. Messages without a timestamp get the time at which they arrived. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The messages are in Chert's event log: it is worth waiting for. An opt-out word does not wait. */
const READ_LIMITS = { maxRetries: 5, maxWaitMs: 60_000 };
const READ_ONCE = { maxRetries: 0, maxWaitMs: 0 };

/** The messages of one chat that wait in this process. The execution of the newest one continues with all of them. */
interface WaitingChat {
	messages: Map<string, ChatMessage>;
	/** Milliseconds, our clock */
	waitingSince: number;
	/** When to look whether the pause is over: milliseconds, our clock */
	lookAt: number;
	/** Ends the wait of the execution that continues so far */
	newest: AbortController;
}

/** By trigger and chat. */
const waitingChats = new Map<string, WaitingChat>();

/** What an execution got when the pause was over. */
export interface ClaimedTurns {
	turns: ChatMessage[][];
	/** True when n8n runs this execution again: it gets the same messages again */
	isRerun: boolean;
}

/**
 * Waits until nobody has written in the chat for the pause, then claims all messages since the last turn.
 *
 * Each message is in exactly one item, because an execution returns only messages that it has claimed. An execution
 * ends without a claim only if a newer execution of the same process waits for both messages. Executions of different
 * processes all wait for the pause, which they see in Chert's event log; the first claim gets the messages. If
 * a process is killed, its messages stay unclaimed, and Catch Up finds them (see {@link isWaiting}).
 *
 * @param own the message that started this execution
 * @returns undefined when a newer execution continues with the message, or when this one is canceled
 * @throws NodeOperationError when n8n's memory of processed events cannot be used
 */
export async function waitForPause(
	ctx: IExecuteFunctions,
	own: ChatMessage,
	settings: EventSettings,
): Promise<ClaimedTurns | undefined> {
	const waiting = joinChat(ctx, own, settings);
	if (waiting === undefined) return undefined;
	const { chat, isTakenOver, leave } = waiting;

	const canceled = ctx.getExecutionCancelSignal();
	const end = canceled ? AbortSignal.any([canceled, isTakenOver]) : isTakenOver;
	const isOptOut = isOptOutMessage(own, settings.optOutWords);
	for (;;) {
		await new Cancellation(end).wait(chat.lookAt - Date.now());
		const log = end.aborted
			? undefined
			: await readChat(ctx, chat, own, isOptOut ? READ_ONCE : READ_LIMITS);
		if (isTakenOver.aborted) return undefined;
		if (canceled?.aborted) {
			leave();
			return undefined;
		}
		const { messages, claimable } = mergeMessages(chat, log, own, settings);
		const turns = splitIntoTurns(messages, settings);
		const left = log ? timeLeft(turns.filter(has(chat)), log.readAt) : 0;
		if (left > 0 && Date.now() < chat.waitingSince + MAX_TURN_MS) {
			chat.lookAt = Math.min(Date.now() + left, chat.waitingSince + MAX_TURN_MS);
			continue;
		}
		leave();
		// Messages that arrive from now on belong to the next turn.
		const upToNow = turns.slice(0, turns.map(has(chat)).lastIndexOf(true) + 1);
		const wanted = isProduction(ctx) ? upToNow : upToNow.filter(has(chat));
		const toClaim = wanted.map((turn) =>
			turn.messages.filter(({ event }) => claimable.has(event.eventId)),
		);
		return await claimTurns(ctx, toClaim, own.event.eventId);
	}
}

/** Milliseconds until the pause after the last of the turns is over; 0 when it is. @param now Chert's clock */
function timeLeft(turns: Turn[], now: number): number {
	const open = turns.filter((turn) => !isOver(turn, now));
	return Math.max(0, ...open.map(({ endsAt }) => endsAt - now));
}

const has =
	(chat: WaitingChat) =>
	({ messages }: Turn): boolean =>
		messages.some(({ event }) => chat.messages.has(event.eventId));

/**
 * Adds a message to those that wait in its chat, and takes over from the execution that waited with them.
 *
 * @returns undefined for a message that waits already: its delivery is a repeated one
 */
function joinChat(ctx: IExecuteFunctions, own: ChatMessage, settings: EventSettings) {
	const now = Date.now();
	const key = `${triggerKey(ctx)} ${own.event.chatId}`;
	const empty = (): WaitingChat => ({
		messages: new Map(),
		waitingSince: now,
		lookAt: 0,
		newest: new AbortController(),
	});
	// A person can retry several executions of a chat at once: each looks for its own messages.
	const isRetry = ctx.getMode() === 'retry';
	const chat = (isRetry ? undefined : waitingChats.get(key)) ?? empty();
	if (chat.messages.has(own.event.eventId)) return undefined;

	chat.newest.abort();
	chat.newest = new AbortController();
	chat.messages.set(own.event.eventId, own);
	const leave = () => {
		if (waitingChats.get(key) === chat) waitingChats.delete(key);
	};
	if (isOptOutMessage(own, settings.optOutWords)) {
		chat.lookAt = now;
		// The next message must not make it wait.
		leave();
	} else {
		const arrivedAt = Math.min(now, Date.parse(own.delivery.arrivedAt));
		const lookAt = Math.max(chat.lookAt, arrivedAt + settings.pauseMs);
		chat.lookAt = Math.min(lookAt, chat.waitingSince + MAX_TURN_MS);
		if (!isRetry) waitingChats.set(key, chat);
	}
	return { chat, isTakenOver: chat.newest.signal, leave };
}

/**
 * Claims the messages of turns.
 *
 * @param startedBy the event that started this execution
 * @returns the turns with the messages that this execution got
 */
export async function claimTurns(
	ctx: IExecuteFunctions,
	turns: readonly ChatMessage[][],
	startedBy: string,
): Promise<ClaimedTurns> {
	const claim = async (messages: ChatMessage[]) => {
		const eventIds = messages.map(({ event }) => event.eventId);
		const results = await claimTurn(ctx, eventIds, startedBy);
		return {
			messages: messages.filter((_message, index) => results[index] !== 'lost'),
			isRerun: results.includes('rerun'),
		};
	};
	const claimed = await Promise.all(turns.filter(({ length }) => length > 0).map(claim));
	return {
		turns: claimed.map(({ messages }) => messages).filter(({ length }) => length > 0),
		isRerun: claimed.some((each) => each.isRerun),
	};
}

/** Says whether an execution of this process waits with a message. */
export function isWaiting(ctx: IExecuteFunctions, { event }: ChatMessage): boolean {
	const chat = waitingChats.get(`${triggerKey(ctx)} ${event.chatId}`);
	return chat?.messages.has(event.eventId) ?? false;
}

const triggerKey = (ctx: IExecuteFunctions) =>
	`${ctx.getWorkflow().id} ${ctx.getNode().id} ${ctx.getMode()}`;

/**
 * Reads the messages of the chat from Chert's event log.
 *
 * @returns undefined when it cannot be read: the messages that this process knows are then put out
 * Source: API section 6.1.
 */
async function readChat(
	ctx: IExecuteFunctions,
	{ messages }: WaitingChat,
	{ event: { chatId } }: ChatMessage,
	limits: { maxRetries: number; maxWaitMs: number },
): Promise<EventList | undefined> {
	const oldest = Math.min(...[...messages.values()].map(({ createdAt }) => createdAt));
	const since = new Date(oldest - MAX_TURN_MS - CLOCK_TOLERANCE_MS).toISOString();
	const filter = { type: 'message.received', since };
	try {
		const list = await readEventLog(ctx, { ...filter, lead_id: chatId }, limits);
		// Whether a group's events have its chat ID there is not documented.
		const isFiltered = list.rows.some(({ key }) => messages.has(key));
		return isFiltered ? list : await readEventLog(ctx, filter, limits);
	} catch (error) {
		writeLog(ctx, 'warn', `could not check for more messages: ${(error as Error).message}`);
		return undefined;
	}
}

/**
 * All messages of the chat that pass the filters: those that wait in this process, and those in the event log.
 *
 * @returns also the IDs of those that this trigger was given
 */
function mergeMessages(
	chat: WaitingChat,
	log: EventList | undefined,
	own: ChatMessage,
	{ filters }: EventSettings,
): { messages: ChatMessage[]; claimable: Set<string> } {
	const messages = new Map<string, ChatMessage>();
	const claimable = new Set(chat.messages.keys());
	const known = log?.rows.filter(({ key }) => chat.messages.has(key)) ?? [];
	const since = Math.min(...known.map(({ createdAt }) => createdAt));
	for (const row of log?.rows ?? []) {
		const event = readEvent(row.delivery);
		const found = toChatMessage(row.delivery, event, row.createdAt);
		if (found?.event.chatId !== own.event.chatId || !passes(event, filters)) continue;
		const { eventId } = found.event;
		// The delivery can have more than the row.
		messages.set(eventId, { ...(chat.messages.get(eventId) ?? found), createdAt: row.createdAt });
		if (wasGivenTo(row, own.delivery, since)) claimable.add(eventId);
	}
	for (const [eventId, message] of chat.messages) {
		if (!messages.has(eventId)) messages.set(eventId, message);
	}
	return { messages: [...messages.values()], claimable };
}

/**
 * True when an event was for the trigger of a delivery: not from before it was published, or for another one only.
 *
 * @param since milliseconds, when an event was created that was for it: later ones are too, even if Chert is still
 *   delivering them
 */
function wasGivenTo(
	row: EventRow,
	{ subscriptionId, activeSince }: Delivery,
	since: number,
): boolean {
	if (row.createdAt >= since) return true;
	return subscriptionId === undefined
		? activeSince !== undefined && row.createdAt > Date.parse(activeSince)
		: row.attempts.some((attempt) => attempt.subscriptionId === subscriptionId);
}
