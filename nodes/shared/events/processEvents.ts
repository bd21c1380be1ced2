import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { asObject } from '../object';
import { claimEvent } from './claims';
import { readEvent } from './envelope';
import type { ChertEvent, Delivery } from './envelope';
import { downloadMedia } from './media';
import { readExecutionSettings } from './triggerSettings';
import type { EventSettings } from './triggerSettings';
import { simplifyEvent, simplifyTurn } from './simplify';
import { splitIntoTurns, toChatMessage } from './turns';
import type { ChatMessage } from './turns';
import { claimTurns, waitForPause } from './waitForPause';
import type { ClaimedTurns } from './waitForPause';

export interface ProcessOptions {
	/** Items from {@link toItem}; anything else passes through. Default: the input of the node */
	input?: INodeExecutionData[];
	/**
	 * Gives events that were not delivered, oldest first.
	 *
	 * @param isRerun true when n8n runs this execution again, as it does with a stalled queue job
	 */
	findMissed?(settings: EventSettings, isRerun: boolean): Promise<MissedEvents>;
}

/** Events that were not delivered. */
export interface MissedEvents {
	/** Oldest first */
	deliveries: Delivery[];
	/** Called when all are claimed. Without it, the next look finds them again. */
	markRead(): void;
}

/**
 * The part of a trigger that runs inside the execution, after Chert got its response: drops repeated deliveries,
 * downloads media and makes the items. Only here n8n has a memory that all its processes share.
 *
 * @returns missed events and those of the input, one item for each event or turn; none for a repeated delivery
 */
export async function processEvents(
	ctx: IExecuteFunctions,
	{ input = ctx.getInputData(), findMissed }: ProcessOptions = {},
): Promise<INodeExecutionData[]> {
	if (!input.some(toDelivery)) return input;

	const settings = readExecutionSettings(ctx);
	const others = input.filter((item) => toDelivery(item) === undefined);
	const deliveries = input.map(toDelivery).filter((delivery) => delivery !== undefined);
	const received = await Promise.all(
		deliveries.map(async (delivery) => await takeReceived(ctx, delivery, settings)),
	);
	const taken = received.filter((each) => each !== undefined);
	if (taken.length === 0) return others;
	const isRerun = taken.some((each) => each.isRerun);
	const own = taken.flatMap(({ contents }) => contents);
	const ownIds = own.flatMap(messagesOf).map(({ event }) => event.eventId);
	const found = await findMissed?.(settings, isRerun);
	const missed = found
		? await takeMissed(ctx, withoutEvents(found, ownIds), settings, deliveries[0])
		: [];
	const items: INodeExecutionData[] = [];
	for (const content of [...missed, ...own]) {
		items.push(await makeItem(ctx, content, settings));
	}
	return [...items, ...others];
}

/** The content of one item: an event, or the messages of a turn. */
type Content = { delivery: Delivery; event: ChertEvent } | { messages: ChatMessage[] };

const messagesOf = (content: Content): Array<{ event: ChertEvent }> =>
	'messages' in content ? content.messages : [content];

/** Milliseconds, Chert's clock: when the log has the event, or the last message of the turn. */
function writtenAt(content: Content): number {
	const { delivery } = 'messages' in content ? content.messages.at(-1)! : content;
	return Date.parse(delivery.arrivedAt);
}

/** @returns undefined where a newer execution continues with the message */
async function takeReceived(
	ctx: IExecuteFunctions,
	delivery: Delivery,
	settings: EventSettings,
): Promise<{ contents: Content[]; isRerun: boolean } | undefined> {
	const event = readEvent(delivery);
	const message = settings.pauseMs > 0 ? toChatMessage(delivery, event) : undefined;
	if (message === undefined) return await takeSingle(ctx, delivery, settings);
	const claimed = await waitForPause(ctx, message, settings);
	return claimed && toContents(claimed);
}

async function takeSingle(
	ctx: IExecuteFunctions,
	delivery: Delivery,
	{ pauseMs }: EventSettings,
): Promise<{ contents: Content[]; isRerun: boolean }> {
	const event = readEvent(delivery);
	const result = await claimEvent(ctx, event.eventId, { hasTurns: pauseMs > 0 });
	return {
		contents: result === 'lost' ? [] : [{ delivery, event }],
		isRerun: result === 'rerun',
	};
}

function withoutEvents({ deliveries, markRead }: MissedEvents, ids: unknown[]): MissedEvents {
	const isOther = (delivery: Delivery) => !ids.includes(readEvent(delivery).eventId);
	return { deliveries: deliveries.filter(isOther), markRead };
}

/**
 * Claims missed events. Those that cannot be claimed now are left for the next look: the ones that were claimed must
 * not be lost with them.
 *
 * @param startedBy what started this execution
 */
async function takeMissed(
	ctx: IExecuteFunctions,
	{ deliveries, markRead }: MissedEvents,
	settings: EventSettings,
	startedBy: Delivery,
): Promise<Content[]> {
	const read = deliveries.map((delivery) => ({
		delivery,
		message: settings.pauseMs > 0 ? toChatMessage(delivery, readEvent(delivery)) : undefined,
	}));
	const messages = read.map(({ message }) => message).filter((message) => message !== undefined);
	const singles = read.filter(({ message }) => message === undefined);
	const claims = [
		...singles.map(async ({ delivery }) => await takeSingle(ctx, delivery, settings)),
		...splitIntoTurns(messages, settings).map(async (turn) =>
			toContents(await claimTurns(ctx, [turn.messages], readEvent(startedBy).eventId ?? '')),
		),
	];
	const results = await Promise.allSettled(claims);
	if (results.every(({ status }) => status === 'fulfilled')) markRead();
	return results
		.flatMap((result) => (result.status === 'fulfilled' ? result.value.contents : []))
		.sort((left, right) => writtenAt(left) - writtenAt(right));
}

const toContents = ({ turns, isRerun }: ClaimedTurns) => ({
	contents: turns.map((messages) => ({ messages })),
	isRerun,
});

/** Wraps a delivery into the item that starts the execution. */
export function toItem(delivery: Delivery): INodeExecutionData {
	return { json: { ...delivery } };
}

function toDelivery({ json }: INodeExecutionData): Delivery | undefined {
	return asObject(json.body) !== undefined && typeof json.arrivedAt === 'string'
		? (json as unknown as Delivery)
		: undefined;
}

async function makeItem(
	ctx: IExecuteFunctions,
	content: Content,
	settings: EventSettings,
): Promise<INodeExecutionData> {
	const { downloadAttachments, binaryPropertyPrefix } = settings;
	const json = makeJson(content, settings);
	const pairedItem = { item: 0 };
	if (!downloadAttachments) return { json, pairedItem };

	const media = messagesOf(content).flatMap(({ event }) => event.media);
	const { binary, failed } = await downloadMedia(ctx, media, binaryPropertyPrefix);
	if (failed.length > 0) json.failedDownloads = failed.map((entry) => ({ ...entry }));
	return { json, ...(Object.keys(binary).length > 0 && { binary }), pairedItem };
}

function makeJson(content: Content, { simplify, optOutWords }: EventSettings): IDataObject {
	if (!('messages' in content)) {
		const { event, delivery } = content;
		return simplify ? simplifyEvent(event, optOutWords) : { ...delivery.body };
	}
	const { messages } = content;
	if (simplify) {
		return simplifyTurn(
			messages.map(({ event }) => event),
			optOutWords,
		);
	}
	const bodies = messages.map(({ delivery }) => delivery.body);
	return { ...bodies[bodies.length - 1], messages: bodies };
}
