import type { IExecuteFunctions, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import { readEvent } from '../shared/events/envelope';
import type { EventRow } from '../shared/events/eventRow';
import { passes } from '../shared/events/filters';
import { toItem } from '../shared/events/processEvents';
import {
	checkSettings,
	readExecutionSettings,
	readTriggerSettings,
} from '../shared/events/triggerSettings';
import type { EventSettings } from '../shared/events/triggerSettings';
import { MAX_TURN_MS } from '../shared/events/waitForPause';
import { CREDENTIAL_TYPE } from '../shared/request';
import { OVERLAP_MS, positionItem, readPosition, StreamPosition } from './position';
import type { Position } from './position';
import { readEvents, readNow } from './readEvents';
import { reportsFailures, startExecution } from './startExecution';
import { writeLog } from '../shared/log';

/** n8n was stopped, or the workflow was published again while it was active: events since then are read. */
const CONTINUING_MODES = ['init', 'leadershipChange', 'update'];

/**
 * Publishing again stops a trigger for less. After a longer time, a person had disabled it in a workflow that another
 * trigger keeps active.
 */
const PUBLISHING_MS = 10 * 60_000;

/** When this process stopped reading, by trigger, in milliseconds. */
const stoppedAt = new Map<string, number>();

/**
 * Reads events while the workflow is active and starts an execution with each that passes the filters.
 *
 * @param signal ends it
 * @throws NodeApiError when Chert cannot be read on activation, NodeOperationError when a filter cannot be used
 */
export async function startStream(ctx: ITriggerFunctions, signal: AbortSignal): Promise<void> {
	const settings = readTriggerSettings(ctx);
	checkSettings(ctx.getNode(), settings);
	const waits = settings.pauseMs > 0;
	const start = await startPosition(ctx, settings, signal);
	stoppedAt.delete(triggerKey(ctx));
	signal.addEventListener('abort', () => stoppedAt.set(triggerKey(ctx), Date.now()));
	// After a restart, the messages of executions that waited are read again.
	const overlapMs = OVERLAP_MS + (waits ? MAX_TURN_MS + settings.pauseMs : 0);
	const position = new StreamPosition(start, overlapMs);
	const onEvent = async (row: EventRow) => {
		if (!position.isNew(row)) return;
		const isFiltered = !passes(readEvent(row.delivery), settings.filters);
		const toStore = position.count(isFiltered);
		const items = [
			...(toStore === undefined ? [] : [positionItem(toStore)]),
			...(isFiltered ? [] : [toItem({ ...row.delivery, activeSince: start.from })]),
		];
		if (items.length > 0) await startExecution(ctx, mergeItems(items), signal, { waits });
	};
	const listener = {
		since: () => position.since(),
		onEvent,
		onReadUntil: (time: number) => position.readUntil(time),
		onOutage: (error: Error) => {
			writeLog(ctx, 'error', `cannot read events: ${error.message}`);
			// People and error workflows look at failed executions; older hosts cannot store one from here.
			if (reportsFailures(ctx)) ctx.saveFailedExecution(error as never);
		},
		onRecovery: () => writeLog(ctx, 'info', 'reads events again'),
	};
	void readEvents(ctx, listener, signal).catch((error: Error) => ctx.emitError(error));
}

const mergeItems = (items: INodeExecutionData[]): INodeExecutionData => ({
	json: Object.assign({}, ...items.map(({ json }) => json)),
});

/**
 * The stored position, where the workflow goes on with the same settings. Otherwise reading starts now: a wider filter
 * must not start runs with old messages.
 */
async function startPosition(
	ctx: ITriggerFunctions,
	{ filters }: EventSettings,
	signal: AbortSignal,
): Promise<Position> {
	const credential = ctx.getNode().credentials?.[CREDENTIAL_TYPE]?.id ?? '';
	const settings = JSON.stringify({ ...filters, credential });
	const staticData = ctx.getWorkflowStaticData('node');
	const stored = readPosition(staticData);
	const mode = ctx.getActivationMode();
	const offMs = Date.now() - (stoppedAt.get(triggerKey(ctx)) ?? Date.now());
	const wasDisabled = mode === 'update' && offMs > PUBLISHING_MS;
	if (CONTINUING_MODES.includes(mode) && !wasDisabled && stored?.settings === settings) {
		return { ...stored };
	}
	const position = { ...(await readNow(ctx, signal)), settings };
	// n8n stores it right after the activation. Later the trigger must not change its copy of the static data.
	staticData.position = { ...position };
	return position;
}

const triggerKey = (ctx: ITriggerFunctions) => `${ctx.getWorkflow().id} ${ctx.getNode().id}`;

/** Waits for the next event that passes the filters, for a person who tests the node in the editor. */
export async function waitForEvent(
	ctx: IExecuteFunctions,
): Promise<INodeExecutionData | undefined> {
	const settings = readExecutionSettings(ctx);
	checkSettings(ctx.getNode(), settings);
	const canceled = ctx.getExecutionCancelSignal();
	const found = new AbortController();
	const signal = canceled ? AbortSignal.any([canceled, found.signal]) : found.signal;
	const now = await readNow(ctx, signal);
	const position = new StreamPosition({ ...now, settings: '' });
	let item: INodeExecutionData | undefined;
	const listener = {
		since: () => position.since(),
		onEvent: async (row: EventRow) => {
			if (item || !position.isNew(row) || !passes(readEvent(row.delivery), settings.filters))
				return;
			item = toItem({ ...row.delivery, activeSince: now.from });
			await Promise.resolve(found.abort());
		},
		onReadUntil: (time: number) => position.readUntil(time),
		onOutage: (error: Error) => ctx.logger.warn(error.message),
		onRecovery: () => undefined,
	};
	await readEvents(ctx, listener, signal);
	return item;
}
