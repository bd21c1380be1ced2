import type { IExecuteFunctions, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import { readEvent } from '../shared/events/envelope';
import { passes } from '../shared/events/filters';
import { checkSettings, readSettings } from '../shared/events/options';
import { toItem } from '../shared/events/run';
import { follow, readStart } from './follow';
import { Progress, readPosition } from './progress';
import type { Position } from './progress';
import { canStoreFailures, startRun } from './startRun';

/** Catching up after a long stop must not start thousands of runs at the same moment. */
const RUNS_AT_ONCE = 50;

/** Activation by a person begins with what comes from now on; a restart or a new version goes on where it was. */
const FRESH_STARTS = ['activate', 'create', 'manual'];

/**
 * Reads events for as long as the workflow is active and starts a run with each that passes the filters.
 *
 * @param signal ends it
 * @throws NodeApiError when Chert cannot be read at the start, NodeOperationError when a filter cannot be used, so that
 * activation tells why
 */
export async function startStream(ctx: ITriggerFunctions, signal: AbortSignal): Promise<void> {
	const settings = readSettings({ read: (name) => ctx.getNodeParameter(name) });
	checkSettings(ctx.getNode(), settings);
	const { filters } = settings;
	const staticData = ctx.getWorkflowStaticData('node');
	const start = startingPosition(await readStart(ctx, signal));
	const kept = FRESH_STARTS.includes(ctx.getActivationMode())
		? undefined
		: readPosition(staticData);
	const progress = new Progress(kept ?? start);
	staticData.position = { ...progress.snapshot() };

	const underWay = new Set<Promise<void>>();
	const work = async () => {
		const follower = {
			resumeFrom: () => progress.resumeFrom(),
			caughtUp: (until: number) => progress.caughtUp(until),
			refused: (error: Error) => report(ctx, error),
		};
		for await (const row of follow(ctx, follower, signal)) {
			if (!progress.begin(row)) continue;
			if (!passes(readEvent(row.delivery), filters)) {
				progress.finish(row);
				continue;
			}
			if (underWay.size >= RUNS_AT_ONCE) await Promise.race(underWay);
			// n8n stores this just before it stores the run, so the event itself still counts as owed in it.
			staticData.position = { ...progress.snapshot() };
			const run = startRun(ctx, row, signal).then((isStored) =>
				isStored ? progress.finish(row) : progress.giveBack(row),
			);
			const tracked: Promise<void> = run.finally(() => underWay.delete(tracked));
			underWay.add(tracked);
		}
	};
	void work().catch((error: Error) => ctx.emitError(error));
}

function startingPosition({ time, older }: Awaited<ReturnType<typeof readStart>>): Position {
	return {
		from: time,
		since: time,
		handled: Object.fromEntries(older.map(({ key, createdAt }) => [key, createdAt])),
	};
}

/** A failed execution is what people and error workflows look at; older hosts cannot store one from here. */
function report(ctx: ITriggerFunctions, error: Error): void {
	ctx.logger.error(`${ctx.getNode().name} cannot read events: ${error.message}`, {
		workflowId: ctx.getWorkflow().id,
	});
	if (canStoreFailures(ctx)) ctx.saveFailedExecution(error as never);
}

/** Waits for the next event that passes the filters, for a person who tries the node in the editor. */
export async function waitForEvent(
	ctx: IExecuteFunctions,
): Promise<INodeExecutionData | undefined> {
	const signal = ctx.getExecutionCancelSignal() ?? new AbortController().signal;
	const settings = readSettings({ read: (name) => ctx.getNodeParameter(name, 0) });
	checkSettings(ctx.getNode(), settings);
	const progress = new Progress(startingPosition(await readStart(ctx, signal)));
	const follower = {
		resumeFrom: () => progress.resumeFrom(),
		caughtUp: () => undefined,
		refused: (error: Error) => ctx.logger.warn(error.message),
	};
	for await (const row of follow(ctx, follower, signal)) {
		if (progress.begin(row) && passes(readEvent(row.delivery), settings.filters))
			return toItem(row.delivery);
	}
	return undefined;
}
