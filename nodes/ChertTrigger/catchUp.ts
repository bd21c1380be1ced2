import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readEvent } from '../shared/events/envelope';
import type { Delivery } from '../shared/events/envelope';
import { REMEMBERED_EVENTS } from '../shared/events/claims';
import { wasMissedBy, wasReceivedBy } from '../shared/events/eventRow';
import { passes } from '../shared/events/filters';
import { readEventLog } from '../shared/events/readEventLog';
import type { MissedEvents } from '../shared/events/processEvents';
import type { EventSettings } from '../shared/events/triggerSettings';
import { isOver, splitIntoTurns, toChatMessage } from '../shared/events/turns';
import type { ChatMessage } from '../shared/events/turns';
import { isWaiting } from '../shared/events/waitForPause';
import { latestRecord } from '../shared/subscription/replacedRecords';
import { readRecord } from '../shared/subscription/subscription';
import type { SubscriptionRecord } from '../shared/subscription/subscription';
import { writeLog } from '../shared/log';

/** How often a process asks Chert, for each trigger. */
const INTERVAL_MS = 10 * 60_000;

/** An event can fail after a later one did: Chert retries for some time. The claims recognize what was processed. */
const OVERLAP_MS = 10 * 60_000;

/**
 * Chert's log gives what is later than a time, and may have whole seconds: an event can have the time of the
 * subscription it is for.
 */
const SAME_TIME_MS = 2_000;

/** The received event waits for it. */
const READ_LIMITS = { maxRetries: 1, maxWaitMs: 5_000 };

/** How old messages can be whose execution was waiting for a pause when n8n was killed. */
const LEFT_BEHIND_MS = 60 * 60_000;

/** When this process last asked, by trigger, in milliseconds. */
const askedAt = new Map<string, number>();

/** How far this process has read the log, by trigger: milliseconds, Chert's clock. */
const caughtUpTo = new Map<string, number>();

/** How much a new process may have to read again, where nothing was missed. */
const STORE_AFTER_MS = 24 * 60 * 60_000;

const NONE: MissedEvents = { deliveries: [], markRead: () => undefined };

export const catchUpOption: INodeProperties = {
	displayName: 'Catch Up',
	name: 'catchUp',
	type: 'boolean',
	default: true,
	description:
		'Whether to also process events that Chert could not deliver, e.g. while n8n was down. The trigger checks for them when the first event arrives after n8n starts, and then at most every 10 minutes. It has no effect in queue mode.',
};

/**
 * Finds events that Chert could not deliver to this trigger since the last one that was found, from its event log, and
 * messages whose execution was waiting for a pause when n8n was killed. It runs inside the execution of a received
 * event, which it never harms.
 *
 * @param isRerun true when n8n runs this execution again: what its first run found must be found again
 * @returns events that pass the filters, oldest first, none older than this trigger's subscription
 * Source: API sections 5.6 and 6.1.
 */
export async function findMissedEvents(
	ctx: IExecuteFunctions,
	settings: EventSettings,
	isRerun: boolean,
): Promise<MissedEvents> {
	const waits = settings.pauseMs > 0;
	// A person who retries the execution gets again what it found, which the claims of turns tell.
	const isRetry = waits && ctx.getMode() === 'retry';
	if (!(settings.catchUp || waits) || !(isRetry || ctx.getMode() === 'webhook')) return NONE;
	// Workers of n8n 2 in queue mode have no static data, and storing any would replace all that the workflow has.
	const stored = readRecord(ctx.getWorkflowStaticData('node'));
	const record = stored && latestRecord(stored);
	if (record === undefined || !isDue(ctx, isRerun || isRetry)) return NONE;

	try {
		const undelivered = settings.catchUp
			? await findUndelivered(ctx, record, isRerun || isRetry)
			: NONE;
		const leftBehind = waits ? await findLeftBehind(ctx, record, settings) : [];
		const deliveries = [...leftBehind, ...undelivered.deliveries].filter((each) => {
			const event = readEvent(each);
			const isClaimed = !isRetry || toChatMessage(each, event) !== undefined;
			return isClaimed && passes(event, settings.filters);
		});
		return { deliveries, markRead: undelivered.markRead };
	} catch (error) {
		writeLog(ctx, 'warn', `could not check for undelivered events: ${(error as Error).message}`);
		return NONE;
	}
}

async function findUndelivered(
	ctx: IExecuteFunctions,
	record: SubscriptionRecord,
	isRerun: boolean,
): Promise<MissedEvents> {
	const staticData = ctx.getWorkflowStaticData('node');
	const storedMs = Date.parse(String(staticData.caughtUpTo)) || 0;
	const key = triggerKey(ctx);
	const caughtUpToMs = Math.max(storedMs, (!isRerun && caughtUpTo.get(key)) || 0);
	const since = Math.max(startOf(record), caughtUpToMs - OVERLAP_MS);
	const { rows, readAt } = await readEventLog(
		ctx,
		{ since: new Date(since).toISOString(), status: 'failed' },
		READ_LIMITS,
	);
	const missed = rows.filter((row) => wasMissedBy(row, record.id));
	const markRead = () => {
		caughtUpTo.set(key, readAt);
		// A run that stores static data writes over what other runs stored meanwhile. Without it, the next process would
		// find the same events, and the claims may have forgotten them.
		if (missed.length > 0 || readAt - Math.max(startOf(record), storedMs) > STORE_AFTER_MS) {
			staticData.caughtUpTo = new Date(readAt).toISOString();
		}
	};
	return { deliveries: missed.map(({ delivery }) => delivery), markRead };
}

/** The claims then drop those that were processed. */
async function findLeftBehind(
	ctx: IExecuteFunctions,
	record: SubscriptionRecord,
	settings: EventSettings,
): Promise<Delivery[]> {
	const since = Math.max(startOf(record), Date.now() - LEFT_BEHIND_MS);
	const { rows, readAt } = await readEventLog(
		ctx,
		{ since: new Date(since).toISOString() },
		READ_LIMITS,
	);
	const messages = rows
		// Of older ones, the claims may not tell any more which were processed.
		.slice(-REMEMBERED_EVENTS)
		.filter((row) => wasReceivedBy(row, record.id))
		.map(({ delivery, createdAt }) => toChatMessage(delivery, readEvent(delivery), createdAt))
		.filter((message) => message !== undefined)
		// Messages that the filters drop do not continue a turn.
		.filter(({ event }) => passes(event, settings.filters));
	const isLeft = (message: ChatMessage) => !isWaiting(ctx, message);
	return splitIntoTurns(messages, settings)
		.filter((turn) => isOver(turn, readAt) && turn.messages.every(isLeft))
		.flatMap((turn) => turn.messages.map(({ delivery }) => delivery));
}

/** Milliseconds: no event for the subscription is older. */
function startOf({ createdAt }: SubscriptionRecord): number {
	return Math.max(0, (Date.parse(createdAt) || 0) - SAME_TIME_MS);
}

const triggerKey = (ctx: IExecuteFunctions) => `${ctx.getWorkflow().id} ${ctx.getNode().id}`;

function isDue(ctx: IExecuteFunctions, isRerun: boolean): boolean {
	const key = triggerKey(ctx);
	const now = Date.now();
	if (!isRerun && now - (askedAt.get(key) ?? -Infinity) < INTERVAL_MS) return false;
	askedAt.set(key, now);
	return true;
}
