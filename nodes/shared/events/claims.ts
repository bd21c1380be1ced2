import { NodeOperationError, sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

/** How many events a trigger remembers. Each costs about 55 bytes in one database row that is read and written per run. */
export const REMEMBERED_EVENTS = 2_000;

/** An event is remembered by two entries: its id, and who took it. */
const REMEMBERED_ENTRIES = REMEMBERED_EVENTS * 2;

/**
 * n8n reads the memory, adds to it and writes it back without a lock, so two processes at the same instant can
 * overwrite each other. Once this time has passed both writes are done, and what is left names one owner.
 */
const SETTLE_MS = 250;

/** The first write of two processes collides in the database, a busy SQLite may refuse: the next try goes through. */
const MEMORY_TRIES = 5;
const MEMORY_RETRY_MS = 50;

/** Each round settles at least one claimant of an event, so this is more than there are processes. */
const CLAIM_ROUNDS = 20;

type Ctx = Pick<IExecuteFunctions, 'getNode' | 'getWorkflow' | 'getExecutionId' | 'getMode' | 'helpers'>;

/** One at a time per trigger within this process: it makes the unlocked read and write of the memory safe here. */
const queues = new Map<string, Promise<unknown>>();

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

	for (let round = 0; round < CLAIM_ROUNDS; round++) {
		const before = await remember(ctx, eventId, owner);
		if (before.owner) return true;
		if (before.event) return false;

		await sleep(SETTLE_MS);
		const after = await remember(ctx, eventId, owner);
		if (after.owner) return true;
		// Another execution's claim outlived ours. Where none did, both were overwritten: claim again.
		if (after.event) return false;
	}
	return true;
}

/** Adds both entries to the memory and tells which of them were in it already. */
async function remember(ctx: Ctx, event: string, owner: string): Promise<{ event: boolean; owner: boolean }> {
	return await oneAtATime(`${ctx.getWorkflow().id} ${ctx.getNode().id}`, async () => {
		for (let tryNumber = 1; ; tryNumber++) {
			try {
				const { processed } = await ctx.helpers.checkProcessedAndRecord([event, owner], 'node', {
					mode: 'entries',
					maxEntries: REMEMBERED_ENTRIES,
				});
				return { event: processed.includes(event), owner: processed.includes(owner) };
			} catch (error) {
				if (tryNumber === MEMORY_TRIES) {
					throw new NodeOperationError(ctx.getNode(), 'This event could not be checked for being a repeat', {
						description: `n8n could not read or write its list of processed events (${(error as Error).message}). The event is kept in this execution: retry it from the list of executions.`,
					});
				}
				await sleep(MEMORY_RETRY_MS * tryNumber);
			}
		}
	});
}

async function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
	const before = queues.get(key) ?? Promise.resolve();
	const result = before.then(work, work);
	queues.set(key, result);
	try {
		return await result;
	} finally {
		if (queues.get(key) === result) queues.delete(key);
	}
}
