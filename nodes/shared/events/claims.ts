import { NodeOperationError, sleep } from 'n8n-workflow';
import type { ICheckProcessedOptions, IExecuteFunctions } from 'n8n-workflow';

import { withLock } from './lock';
import type { LockContext } from './lock';

/** How many events a trigger remembers, in one database row that is read and written for each run. */
export const REMEMBERED_EVENTS = 1_000;

/** A busy SQLite may reject: the next attempt succeeds. */
const MAX_ATTEMPTS = 5;
const RETRY_MS = 50;

/** Longer than another process needs between reading and writing the memory. */
const CONFIRM_MS = 500;
const MAX_CONFIRMATIONS = 20;

export type ClaimContext = LockContext & Pick<IExecuteFunctions, 'getExecutionId' | 'getMode'>;

/**
 * `won`: the event is this execution's. `rerun`: it was already, and n8n runs the execution again, as it does with a
 * stalled queue job. `lost`: another execution has it.
 */
export type ClaimResult = 'won' | 'rerun' | 'lost';

/** One event that an execution claims. */
interface ClaimedEvent {
	eventId: string;
	/** Names the event and the execution */
	owner: string;
	/** Names the event and the one that started the execution, for a person who retries it */
	starter?: string;
}

/** An execution that claims events, which are decided together. */
interface Claim {
	ctx: ClaimContext;
	events: ClaimedEvent[];
	maxEntries: number;
	resolve(results: ClaimResult[]): void;
	reject(error: unknown): void;
}

/**
 * Claims that wait while others of their workflow are decided, by workflow. They are decided together: with many runs
 * at once each would otherwise read and write the whole memory, and processes compete for the lock.
 */
const waiting = new Map<string, Claim[]>();

/** Events that are decided together. With more, each claim waits longer for the others' entries. */
const MAX_BATCH = 50;

/**
 * The memory has an entry for each event and one for its owner. The owner matters only if n8n runs the execution again
 * after its process is killed, so a living process removes the owners of its older claims.
 */
const MIN_OWNERS = 50;
const MAX_OWNERS = 100;

/** Owners that this process has in the memory of each trigger, oldest first. */
const owners = new Map<string, string[]>();

const MAX_ENTRIES = REMEMBERED_EVENTS + 4 * MAX_OWNERS + MAX_BATCH;

/**
 * With turns, each event has one more entry, its starter. Twice as many are remembered, so that the newest
 * {@link REMEMBERED_EVENTS} of Chert's event log are among them in whatever order they were processed.
 */
const MAX_ENTRIES_WITH_TURNS = MAX_ENTRIES + 3 * REMEMBERED_EVENTS;

const memoryOf = (maxEntries: number): ICheckProcessedOptions => ({ mode: 'entries', maxEntries });

/** False for a test in the editor, and for an execution that a person retries. */
export function isProduction(ctx: Pick<ClaimContext, 'getMode'>): boolean {
	return ['webhook', 'trigger'].includes(ctx.getMode());
}

/**
 * Claims an event for this execution. Of all executions that the same event started, in any process, within the last
 * {@link REMEMBERED_EVENTS} events, one wins.
 *
 * Only production runs count: a test run must not use up an event, and a person who retries a run wants it to run.
 *
 * @param hasTurns true where the same trigger also claims turns, so that its memory is larger
 * @throws NodeOperationError when n8n's memory of processed events cannot be used; the event is kept in the execution
 */
export async function claimEvent(
	ctx: ClaimContext,
	eventId: string | null,
	{ hasTurns = false } = {},
): Promise<ClaimResult> {
	if (eventId === null || !isProduction(ctx)) return 'won';
	const events = [{ eventId, owner: ownerOf(ctx, eventId) }];
	const [result] = await decide(ctx, events, hasTurns ? MAX_ENTRIES_WITH_TURNS : MAX_ENTRIES);
	return result;
}

/**
 * Claims the messages of a turn together, so that no other execution gets only some of them.
 *
 * A person who retries an execution gets the messages that no other execution has, and those that it had itself.
 *
 * @param startedBy the event that started this execution
 * @returns a result for each message
 * @throws as {@link claimEvent}
 */
export async function claimTurn(
	ctx: ClaimContext,
	eventIds: readonly string[],
	startedBy: string,
): Promise<ClaimResult[]> {
	const isRetry = ctx.getMode() === 'retry';
	if (!isRetry && !isProduction(ctx)) return eventIds.map(() => 'won');
	const events = eventIds.map((eventId): ClaimedEvent => {
		const starter = `${eventId} by ${startedBy}`;
		return isRetry
			? { eventId, owner: starter }
			: { eventId, owner: ownerOf(ctx, eventId), starter };
	});
	return await decide(ctx, events, MAX_ENTRIES_WITH_TURNS);
}

/** Chert's IDs have no spaces, so an owner is never taken for an event. */
const ownerOf = (ctx: ClaimContext, eventId: string) => `${eventId} ${ctx.getExecutionId()}`;

async function decide(
	ctx: ClaimContext,
	events: ClaimedEvent[],
	maxEntries: number,
): Promise<ClaimResult[]> {
	const workflowId = ctx.getWorkflow().id ?? '';
	return await new Promise<ClaimResult[]>((resolve, reject) => {
		const claim = { ctx, events, maxEntries, resolve, reject };
		const queue = waiting.get(workflowId);
		if (queue) {
			queue.push(claim);
		} else {
			waiting.set(workflowId, [claim]);
			void decideAll(workflowId);
		}
	});
}

async function decideAll(workflowId: string): Promise<void> {
	for (let queue = waiting.get(workflowId); queue?.length; queue = waiting.get(workflowId)) {
		const batch = nextBatch(queue);
		waiting.set(
			workflowId,
			queue.filter((claim) => !batch.includes(claim)),
		);
		try {
			const results = await decideBatch(batch);
			batch.forEach(({ resolve, events }) => resolve(results.splice(0, events.length)));
		} catch (error) {
			batch.forEach(({ reject }) => reject(error));
		}
	}
	waiting.delete(workflowId);
}

/** A workflow can have two triggers, and each has its own memory. */
function nextBatch(queue: Claim[]): Claim[] {
	const node = queue[0].ctx.getNode().id;
	let size = 0;
	return queue.filter(({ ctx, events }) => {
		if (ctx.getNode().id !== node) return false;
		size += events.length;
		return size === events.length || size <= MAX_BATCH;
	});
}

/**
 * Decides claims on one trigger's memory, the first one of an event before the others.
 *
 * @returns a result for each event, in the order of the claims
 */
async function decideBatch(claims: Claim[]): Promise<ClaimResult[]> {
	const [{ ctx }] = claims;
	const events = claims.flatMap((claim) => claim.events);
	const memory = memoryOf(Math.max(...claims.map(({ maxEntries }) => maxEntries)));
	return await withLock(ctx, async (isLocked) => {
		const entries = new Set(events.flatMap(entriesOf));
		const before = new Set(await recordEntries(ctx, [...entries], memory));
		const known = new Set(before);
		const results = events.map(({ eventId, owner }): ClaimResult => {
			if (known.has(owner)) return 'rerun';
			if (known.has(eventId)) return 'lost';
			known.add(eventId).add(owner);
			return 'won';
		});
		if (!isLocked) await confirm(ctx, events, results, memory);
		await forgetOwners(ctx, events, results, before, memory);
		return results;
	});
}

const entriesOf = ({ eventId, owner, starter }: ClaimedEvent): string[] =>
	starter === undefined ? [eventId, owner] : [eventId, owner, starter];

/**
 * Without the lock another process may have written the memory over ours. A claim holds once its owner is still there
 * after the others had time to write.
 *
 * @param results changed to `lost` where another process has the event
 */
async function confirm(
	ctx: ClaimContext,
	events: ClaimedEvent[],
	results: ClaimResult[],
	memory: ICheckProcessedOptions,
): Promise<void> {
	let open = events.filter((_event, index) => results[index] === 'won');
	for (let round = 0; open.length > 0 && round < MAX_CONFIRMATIONS; round++) {
		await sleep(CONFIRM_MS * (1 + Math.random()));
		const owned = open.map(({ owner }) => owner);
		const stored = new Set(await recordEntries(ctx, owned, memory));
		const overwritten = open.filter(({ owner }) => !stored.has(owner));
		if (overwritten.length === 0) return;
		const eventIds = overwritten.map(({ eventId }) => eventId);
		const taken = new Set(await recordEntries(ctx, eventIds, memory));
		for (const event of overwritten) {
			if (taken.has(event.eventId)) results[events.indexOf(event)] = 'lost';
		}
		open = overwritten.filter(({ eventId }) => !taken.has(eventId));
	}
}

/**
 * Adds entries to the trigger's memory.
 *
 * @returns those that were in it before
 */
async function recordEntries(
	ctx: ClaimContext,
	entries: string[],
	memory: ICheckProcessedOptions,
): Promise<unknown[]> {
	for (let attempts = 1; ; attempts++) {
		try {
			return (await ctx.helpers.checkProcessedAndRecord(entries, 'node', memory)).processed;
		} catch (error) {
			if (attempts === MAX_ATTEMPTS) {
				throw new NodeOperationError(
					ctx.getNode(),
					'n8n could not check whether this event was processed before',
					{
						description: `n8n could not read or write its list of processed events (${(error as Error).message}). The event is kept in this execution: retry it from the list of executions.`,
					},
				);
			}
			await sleep(RETRY_MS * attempts);
		}
	}
}

/**
 * Removes owners that lost, which would otherwise be taken for the owner if n8n ran them again, and those of older
 * claims of this process.
 *
 * @param before what was in the memory before these claims
 */
async function forgetOwners(
	ctx: ClaimContext,
	events: ClaimedEvent[],
	results: ClaimResult[],
	before: ReadonlySet<unknown>,
	memory: ICheckProcessedOptions,
): Promise<void> {
	const key = `${ctx.getWorkflow().id} ${ctx.getNode().id}`;
	const own = owners.get(key) ?? [];
	const held = events.filter((_event, index) => results[index] !== 'lost');
	const lost = events.filter((_event, index) => results[index] === 'lost');
	const kept = new Set(held.flatMap(entriesOf));
	const toForget = lost
		.flatMap(({ owner, starter }) => [owner, starter])
		.filter((entry) => entry !== undefined && !before.has(entry) && !kept.has(entry)) as string[];
	own.push(...events.filter((_event, index) => results[index] === 'won').map(({ owner }) => owner));
	const older = own.length > MAX_OWNERS ? own.splice(0, own.length - MIN_OWNERS) : [];
	owners.set(key, own);
	if (toForget.length + older.length === 0) return;
	try {
		await ctx.helpers.removeProcessed([...toForget, ...older], 'node', memory);
	} catch {
		// They are pushed out by later entries.
	}
}
