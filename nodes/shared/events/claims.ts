import { NodeOperationError, sleep } from 'n8n-workflow';
import type { ICheckProcessedOptions, IExecuteFunctions } from 'n8n-workflow';

import { withLock, type LockCtx } from './lock';

/** How many events a trigger remembers. Each costs about 55 bytes in one database row that is read and written per run. */
export const REMEMBERED_EVENTS = 2_000;

/** A busy SQLite may refuse: the next try goes through. */
const MEMORY_TRIES = 5;
const MEMORY_RETRY_MS = 50;

type Ctx = LockCtx & Pick<IExecuteFunctions, 'getExecutionId' | 'getMode'>;

/** An execution that asks for its event. */
interface Claim {
	ctx: Ctx;
	eventId: string;
	/** Names the event and the execution. */
	owner: string;
	resolve(isOurs: boolean): void;
	reject(error: unknown): void;
}

/**
 * Claims made while others of their workflow are decided, by workflow. They are decided together, in one turn of the
 * lock: with many runs at once each would otherwise read and write the whole memory, and processes compete for it.
 */
const waiting = new Map<string, Claim[]>();

/** More would make a claim wait for work that is not its own. */
const DECIDED_TOGETHER = 50;

/** An event is remembered by two entries: its id, and who took it. Those who ask in vain stand there for a moment. */
const MEMORY: ICheckProcessedOptions = {
	mode: 'entries',
	maxEntries: REMEMBERED_EVENTS * 2 + DECIDED_TOGETHER,
};

/**
 * Claims an event for this execution. Of all executions that the same `event_id` started, at any time within the last
 * {@link REMEMBERED_EVENTS} events, in whichever process, one gets `true`. An execution that runs again under its own
 * id, as a stalled queue job does, gets `true` again.
 *
 * Only production runs count: a test run must not use up an event, and a person who retries a run means it.
 *
 * @throws NodeOperationError when n8n's memory of processed events cannot be used; the run is then in the list of
 * executions and *Retry* runs it.
 */
export async function claimEvent(ctx: Ctx, eventId: string | null): Promise<boolean> {
	if (eventId === null || !['webhook', 'trigger'].includes(ctx.getMode())) return true;
	// Chert's ids hold no blank, so the two kinds of entries cannot be taken for one another.
	const owner = `${eventId} ${ctx.getExecutionId()}`;
	const workflowId = ctx.getWorkflow().id ?? '';
	return await new Promise<boolean>((resolve, reject) => {
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
		// A workflow can have two triggers, and each has a memory of its own.
		const node = queue[0].ctx.getNode().id;
		const together = queue
			.filter(({ ctx }) => ctx.getNode().id === node)
			.slice(0, DECIDED_TOGETHER);
		waiting.set(
			workflowId,
			queue.filter((claim) => !together.includes(claim)),
		);
		try {
			const isOurs = await decide(together);
			together.forEach(({ resolve }, index) => resolve(isOurs[index]));
		} catch (error) {
			together.forEach(({ reject }) => reject(error));
		}
	}
	waiting.delete(workflowId);
}

/** Decides claims on one trigger's memory, those made first before the others. */
async function decide(claims: Claim[]): Promise<boolean[]> {
	const [{ ctx }] = claims;
	return await withLock(ctx, async () => {
		const entries = new Set(claims.flatMap(({ eventId, owner }) => [eventId, owner]));
		const known = new Set(await remember(ctx, [...entries]));
		const isOurs = claims.map(({ eventId, owner }) => {
			const isMine = known.has(owner) || !known.has(eventId);
			known.add(eventId);
			if (isMine) known.add(owner);
			return isMine;
		});
		const inVain = claims.filter((_claim, index) => !isOurs[index]);
		if (inVain.length > 0)
			await forget(
				ctx,
				inVain.map(({ owner }) => owner),
			);
		return isOurs;
	});
}

/** Adds entries to the trigger's memory and tells which of them were in it already. */
async function remember(ctx: Ctx, entries: string[]): Promise<unknown[]> {
	for (let tryNumber = 1; ; tryNumber++) {
		try {
			return (await ctx.helpers.checkProcessedAndRecord(entries, 'node', MEMORY)).processed;
		} catch (error) {
			if (tryNumber === MEMORY_TRIES) {
				throw new NodeOperationError(
					ctx.getNode(),
					'This event could not be checked for being a repeat',
					{
						description: `n8n could not read or write its list of processed events (${(error as Error).message}). The event is kept in this execution: retry it from the list of executions.`,
					},
				);
			}
			await sleep(MEMORY_RETRY_MS * tryNumber);
		}
	}
}

/** Takes back who asked in vain, or it would be taken for the owner if n8n ran it again. */
async function forget(ctx: Ctx, owners: string[]): Promise<void> {
	try {
		await ctx.helpers.removeProcessed(owners, 'node', MEMORY);
	} catch {
		// It ends at once, and is not run again unless it is killed before.
	}
}
