import { sleep } from 'n8n-workflow';
import type { ICheckProcessedOptions, IExecuteFunctions, INodeParameters } from 'n8n-workflow';

/** What the lock needs of n8n. */
export type LockContext = Pick<
	IExecuteFunctions,
	'getNode' | 'getWorkflow' | 'getChildNodes' | 'helpers'
> & {
	/** n8n's context has it, but its type does not: the only list of all nodes. */
	workflow?: { nodes?: Record<string, NodeInfo> };
};

interface NodeInfo {
	type: string;
	disabled?: boolean;
	parameters?: INodeParameters;
}

/** n8n refuses to mix two modes in one record, so a list of the user's is never taken for the lock. */
const LOCK = { mode: 'chertLock' } as unknown as ICheckProcessedOptions;
const VALUE = 'held';

/** Reading and writing the memory takes some milliseconds, tens under load. */
const RETRY_MS = 15;

/**
 * A lock that is held for longer is stale: its process was killed. Waiting processes use up to twice this time, so that
 * one of them has removed the stale lock and locked again before the next one looks.
 */
const STALE_AFTER_MS = 10_000;
const staleAfterMs = () => STALE_AFTER_MS * (1 + Math.random());

/**
 * Two processes that create the record at the same instant are rejected once; a failing database rejects for longer.
 */
const MAX_REJECTIONS = 20;

/** What n8n says of a record of another mode. */
const OTHER_MODE = /incompatible/i;

/** n8n's own node with this kind of memory. */
const REMOVE_DUPLICATES = 'n8n-nodes-base.removeDuplicates';

/** Workflows whose record for the lock belongs to something else. */
const withoutLock = new Set<string>();

/**
 * Does work while other processes are kept from the trigger's memory, which n8n reads, changes and writes back without
 * its own lock. The one thing that n8n's database does for a single process only is to create the first record of
 * a kind, so that record, of the scope "workflow", is the lock.
 *
 * @param work is told whether it has the lock. There is none where the workflow uses that record itself.
 */
export async function withLock<T>(
	ctx: LockContext,
	work: (isLocked: boolean) => Promise<T>,
): Promise<T> {
	const isLocked = await lock(ctx);
	const lockedAt = Date.now();
	try {
		return await work(isLocked);
	} finally {
		// Later, another process may have removed this lock as stale and locked.
		if (isLocked && Date.now() - lockedAt < STALE_AFTER_MS) await unlock(ctx);
	}
}

/** @returns false where there can be no lock */
async function lock(ctx: LockContext): Promise<boolean> {
	const workflowId = ctx.getWorkflow().id ?? '';
	if (withoutLock.has(workflowId) || usesWorkflowScope(ctx)) return false;

	let staleAt = Date.now() + staleAfterMs();
	for (let rejections = 0; rejections < MAX_REJECTIONS;) {
		const attempt = await tryLock(ctx);
		if (attempt === 'locked') return true;
		if (attempt === 'foreign') {
			withoutLock.add(workflowId);
			return false;
		}
		rejections = attempt === 'rejected' ? rejections + 1 : 0;
		if (attempt === 'held' && Date.now() > staleAt) {
			await unlock(ctx);
			staleAt = Date.now() + staleAfterMs();
		}
		await sleep(RETRY_MS * (1 + Math.random()));
	}
	return false;
}

/**
 * True when a Remove Duplicates node of this workflow has the scope "workflow": it would fail if it met the lock. The
 * node's default scope has its own record.
 */
function usesWorkflowScope(ctx: LockContext): boolean {
	const nodes: NodeInfo[] = ctx.workflow?.nodes
		? Object.values(ctx.workflow.nodes)
		: ctx.getChildNodes(ctx.getNode().name, { includeNodeParameters: true });
	return nodes.some(({ type, disabled, parameters }) => {
		if (type !== REMOVE_DUPLICATES || disabled) return false;
		if (parameters === undefined) return true;
		// An expression can give either scope.
		const { scope = 'node' } = (parameters.options ?? {}) as INodeParameters;
		return scope !== 'node';
	});
}

/** @returns `foreign` when a list of the user's is in its place; `rejected` when two create the record at once */
async function tryLock(ctx: LockContext): Promise<'locked' | 'held' | 'foreign' | 'rejected'> {
	try {
		const { processed } = await ctx.helpers.checkProcessedAndRecord([VALUE], 'workflow', LOCK);
		return processed.length > 0 ? 'held' : 'locked';
	} catch (error) {
		return OTHER_MODE.test((error as Error).message) ? 'foreign' : 'rejected';
	}
}

async function unlock(ctx: LockContext): Promise<void> {
	try {
		await ctx.helpers.clearAllProcessedItems('workflow', LOCK);
	} catch {
		// The next process removes it as stale.
	}
}
