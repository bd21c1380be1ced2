import { ExecutionCancelledError } from 'n8n-workflow';
import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

import { Cancellation } from '../shared/cancellation';
import { BACKOFF } from '../shared/retry';

/**
 * Short executions run one after the other: n8n writes a workflow's static data whole at the end of each, so two at the
 * same instant would lose what one of them counted. A long one does not hold up the next.
 */
const NEXT_AFTER_MS = 3_000;

/** An execution that waits for a pause needs the next message to be started meanwhile. */
const NEXT_WHILE_WAITING_MS = 50;

/**
 * n8n reports at once what it cannot store. An execution without a report for so long is running; n8n 1 does not
 * report, so there the next start comes after twice the time.
 */
const RUNNING_AFTER_MS = 60_000;

/**
 * Starts an execution, again where n8n could not store it. A repeated start does no harm: its event is claimed.
 *
 * @param signal ends it
 * @param waits true where executions wait for a pause: they don't run one after the other
 * @returns after the execution has ended, or runs for three seconds
 */
export async function startExecution(
	ctx: ITriggerFunctions,
	item: INodeExecutionData,
	signal: AbortSignal,
	{ waits = false } = {},
): Promise<void> {
	const started = startUntilStored(ctx, item, signal);
	await within(waits ? NEXT_WHILE_WAITING_MS : NEXT_AFTER_MS, signal, started);
}

async function startUntilStored(
	ctx: ITriggerFunctions,
	item: INodeExecutionData,
	signal: AbortSignal,
): Promise<void> {
	for (let runningAfterMs = RUNNING_AFTER_MS; ; runningAfterMs *= 2) {
		const ended = ctx.helpers.createDeferredPromise<IRun>();
		ctx.emit([[item]], undefined, ended);
		const result = await within(runningAfterMs, signal, outcomeOf(ended.promise));
		// n8n 1 does not report what it could not store.
		const isStored = result === undefined ? reportsFailures(ctx) : result === 'stored';
		if (isStored || signal.aborted) return;
		await new Cancellation(signal).wait(BACKOFF.firstMs);
		if (signal.aborted) return;
	}
}

async function outcomeOf(run: Promise<IRun>): Promise<'stored' | 'notStored'> {
	try {
		await run;
		return 'stored';
	} catch (error) {
		return error instanceof ExecutionCancelledError ? 'stored' : 'notStored';
	}
}

/** @returns what the work gives; undefined when that takes longer */
async function within<T>(
	milliseconds: number,
	signal: AbortSignal,
	work: Promise<T>,
): Promise<T | undefined> {
	const settled = new AbortController();
	const wait = new Cancellation(AbortSignal.any([signal, settled.signal])).wait(milliseconds);
	try {
		return await Promise.race([work, wait.then(() => undefined)]);
	} finally {
		settled.abort();
	}
}

/** True where n8n stores failed executions for triggers; there it also reports which execution it could not store. */
export function reportsFailures(ctx: ITriggerFunctions): boolean {
	return typeof ctx.saveFailedExecution === 'function';
}
