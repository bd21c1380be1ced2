import { ExecutionCancelledError } from 'n8n-workflow';
import type { IRun, ITriggerFunctions } from 'n8n-workflow';

import { Cancellation } from '../shared/cancellation';
import { toItem } from '../shared/events/run';
import type { EventRow } from './rows';

/** n8n says at once when it cannot store a run. One that says nothing for so long is under way. */
const STORED_AFTER_MS = 60_000;

/**
 * Starts a run with an event. n8n tells when the run ends, or that it could not be stored.
 *
 * @param signal ends the waiting
 * @returns whether the event has its run; if not, it is due again
 */
export async function startRun(
	ctx: ITriggerFunctions,
	{ delivery }: EventRow,
	signal: AbortSignal,
): Promise<boolean> {
	const ended = ctx.helpers.createDeferredPromise<IRun>();
	ctx.emit([[toItem(delivery)]], undefined, ended);
	const settled = new AbortController();
	// n8n 1 does not tell what it could not store. To start the run again does no harm: a repeat ends at once.
	const lasted = new Cancellation(AbortSignal.any([signal, settled.signal]))
		.pause(STORED_AFTER_MS)
		.then(() => canStoreFailures(ctx));
	try {
		return await Promise.race([ended.promise.then(() => true), lasted]);
	} catch (error) {
		return error instanceof ExecutionCancelledError;
	} finally {
		settled.abort();
	}
}

/** True where n8n stores failed executions for triggers; there it also tells which run it could not store. */
export function canStoreFailures(ctx: ITriggerFunctions): boolean {
	return typeof ctx.saveFailedExecution === 'function';
}
