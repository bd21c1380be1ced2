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

/** An execution that claims an event. */
interface Claim {
	ctx: ClaimContext;
	eventId: string;
	/** Names the event and the execution */
	owner: string;
	resolve(result: ClaimResult): void;
	reject(error: unknown): void;
}

/**
 * Claims that wait while others of their workflow are decided, by workflow. They are decided together: with many runs
 * at once each would otherwise read and write the whole memory, and processes compete for the lock.
 */
const waiting = new Map<string, Claim[]>();

/** With more, a claim would wait for work that is not its own. */
const MAX_BATCH = 50;

/**
 * The memory has an entry for each event and one for its owner. The owner matters only if n8n runs the execution again
 * after its process is killed, so a living process removes the owners of its older claims.
 */
const MIN_OWNERS = 50;
const MAX_OWNERS = 100;

/** Owners that this process has in the memory of each trigger, oldest first. */
const owners = new Map<string, string[]>();

const MEMORY: ICheckProcessedOptions = {
	mode: 'entries',
	maxEntries: REMEMBERED_EVENTS + 4 * MAX_OWNERS + MAX_BATCH,
};

/**
 * Claims an event for this execution. Of all executions that the same event started, in any process, within the last
 * {@link REMEMBERED_EVENTS} events, one wins.
 *
 * Only production runs count: a test run must not use up an event, and a person who retries a run wants it to run.
 *
 * @throws NodeOperationError when n8n's memory of processed events cannot be used; the event is kept in the execution
 */
export async function claimEvent(ctx: ClaimContext, eventId: string | null): Promise<ClaimResult> {
	if (eventId === null || !['webhook', 'trigger'].includes(ctx.getMode())) return 'won';
	// Chert's IDs have no spaces, so an owner is never taken for an event.
	const owner = `${eventId} ${ctx.getExecutionId()}`;
	const workflowId = ctx.getWorkflow().id ?? '';
	return await new Promise<ClaimResult>((resolve, reject) => {
		const claim = { ctx, eventId, owner, resolve, reject };
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
		// A workflow can have two triggers, and each has its own memory.
		const node = queue[0].ctx.getNode().id;
		const batch = queue.filter(({ ctx }) => ctx.getNode().id === node).slice(0, MAX_BATCH);
		waiting.set(
			workflowId,
			queue.filter((claim) => !batch.includes(claim)),
		);
		try {
			const results = await decideBatch(batch);
			batch.forEach(({ resolve }, index) => resolve(results[index]));
		} catch (error) {
			batch.forEach(({ reject }) => reject(error));
		}
	}
	waiting.delete(workflowId);
}

/** Decides claims on one trigger's memory, the first one of an event before the others. */
async function decideBatch(claims: Claim[]): Promise<ClaimResult[]> {
	const [{ ctx }] = claims;
	return await withLock(ctx, async (isLocked) => {
		const entries = new Set(claims.flatMap(({ eventId, owner }) => [eventId, owner]));
		const known = new Set(await remember(ctx, [...entries]));
		const results = claims.map(({ eventId, owner }): ClaimResult => {
			if (known.has(owner)) return 'rerun';
			if (known.has(eventId)) return 'lost';
			known.add(eventId).add(owner);
			return 'won';
		});
		if (!isLocked) await confirm(claims, results);
		await forgetOwners(claims, results);
		return results;
	});
}

/**
 * Without the lock another process may have written the memory over ours. A claim holds once its owner is still there
 * after the others had time to write.
 *
 * @param results changed to `lost` where another process has the event
 */
async function confirm(claims: Claim[], results: ClaimResult[]): Promise<void> {
	const [{ ctx }] = claims;
	let open = claims.filter((_claim, index) => results[index] === 'won');
	for (let round = 0; open.length > 0 && round < MAX_CONFIRMATIONS; round++) {
		await sleep(CONFIRM_MS * (1 + Math.random()));
		const stored = new Set(
			await remember(
				ctx,
				open.map(({ owner }) => owner),
			),
		);
		const overwritten = open.filter(({ owner }) => !stored.has(owner));
		if (overwritten.length === 0) return;
		const taken = new Set(
			await remember(
				ctx,
				overwritten.map(({ eventId }) => eventId),
			),
		);
		for (const claim of overwritten) {
			if (taken.has(claim.eventId)) results[claims.indexOf(claim)] = 'lost';
		}
		open = overwritten.filter(({ eventId }) => !taken.has(eventId));
	}
}

/**
 * Adds entries to the trigger's memory.
 *
 * @returns those that were in it before
 */
async function remember(ctx: ClaimContext, entries: string[]): Promise<unknown[]> {
	for (let attempts = 1; ; attempts++) {
		try {
			return (await ctx.helpers.checkProcessedAndRecord(entries, 'node', MEMORY)).processed;
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
 */
async function forgetOwners(claims: Claim[], results: ClaimResult[]): Promise<void> {
	const [{ ctx }] = claims;
	const key = `${ctx.getWorkflow().id} ${ctx.getNode().id}`;
	const own = owners.get(key) ?? [];
	const isLost = (_claim: Claim, index: number) => results[index] === 'lost';
	const lost = claims.filter(isLost).map(({ owner }) => owner);
	own.push(...claims.filter((_claim, index) => results[index] === 'won').map(({ owner }) => owner));
	const older = own.length > MAX_OWNERS ? own.splice(0, own.length - MIN_OWNERS) : [];
	owners.set(key, own);
	if (lost.length + older.length === 0) return;
	try {
		await ctx.helpers.removeProcessed([...lost, ...older], 'node', MEMORY);
	} catch {
		// They are pushed out by later entries.
	}
}
