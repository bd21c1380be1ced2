import { sleep, type ICheckProcessedOptions, type IExecuteFunctions } from 'n8n-workflow';

/** What the lock needs of n8n. */
export type LockCtx = Pick<
	IExecuteFunctions,
	'getNode' | 'getWorkflow' | 'getChildNodes' | 'helpers'
>;

/** A mode that nobody else has: n8n refuses to mix two modes, so that a list of the user's is never taken for the lock. */
const LOCK = { mode: 'chertLock' } as unknown as ICheckProcessedOptions;
const VALUE = 'held';

/** Reading and writing the memory takes some milliseconds, tens under load. */
const RETRY_MS = 15;

/**
 * Held for longer, the lock was left behind by a process that was killed at that moment. Up to twice as long by chance,
 * so that of those who wait the first to lose retryLimits has it again before another breaks what is no longer dead.
 */
const PATIENCE_MS = 10_000;
const patienceMs = () => PATIENCE_MS * (1 + Math.random());

/** Two processes that make the record at the same instant are refused once; a database in error refuses for longer. */
const MOST_REFUSALS = 20;

/** What n8n says of a record of another mode. */
const OTHER_MODE = /incompatible/i;

/** n8n's own node with this kind of memory: in the scope "workflow" it would stumble over our lock. */
const REMOVE_DUPLICATES = 'n8n-nodes-base.removeDuplicates';

/** Workflows whose record for the lock is taken by something else. */
const withoutLock = new Set<string>();

/**
 * Does work while other processes are kept from the trigger's memory, which n8n reads, adds to and writes back without
 * a lock of its own: what one process adds would be lost to another. The one thing that n8n's database does for one
 * process only is to make the first record of a kind, so that record, of the scope "workflow", is the lock.
 *
 * Where there can be no lock the work is done without: the memory then guards against repeats one after the other, as
 * everywhere, but not against those at the same instant in different processes.
 */
export async function withLock<T>(ctx: LockCtx, work: () => Promise<T>): Promise<T> {
	const isLocked = await lock(ctx);
	try {
		return await work();
	} finally {
		if (isLocked) await unlock(ctx);
	}
}

/** @returns false where there can be no lock */
async function lock(ctx: LockCtx): Promise<boolean> {
	const workflowId = ctx.getWorkflow().id ?? '';
	const isInUse = ctx
		.getChildNodes(ctx.getNode().name)
		.some(({ type }) => type === REMOVE_DUPLICATES);
	if (isInUse || withoutLock.has(workflowId)) return false;

	let end = Date.now() + patienceMs();
	for (let refusals = 0; refusals < MOST_REFUSALS;) {
		const attempt = await take(ctx);
		if (attempt === 'taken') return true;
		if (attempt === 'foreign') {
			withoutLock.add(workflowId);
			return false;
		}
		refusals = attempt === 'refused' ? refusals + 1 : 0;
		if (attempt === 'held' && Date.now() > end) {
			await unlock(ctx);
			end = Date.now() + patienceMs();
		}
		await sleep(RETRY_MS * (1 + Math.random()));
	}
	return false;
}

/** @returns `foreign` when a list of the user's stands in its place; `refused` as when two make the record at the same instant */
async function take(ctx: LockCtx): Promise<'taken' | 'held' | 'foreign' | 'refused'> {
	try {
		const { processed } = await ctx.helpers.checkProcessedAndRecord([VALUE], 'workflow', LOCK);
		return processed.length > 0 ? 'held' : 'taken';
	} catch (error) {
		return OTHER_MODE.test((error as Error).message) ? 'foreign' : 'refused';
	}
}

async function unlock(ctx: LockCtx): Promise<void> {
	try {
		await ctx.helpers.clearAllProcessedItems('workflow', LOCK);
	} catch {
		// Whoever waits for it breaks it after a while.
	}
}
