import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { Cancellation } from '../shared/cancellation';
import { describeAttemptError } from '../shared/errorMessages';
import { readEvent } from '../shared/events/envelope';
import type { Delivery } from '../shared/events/envelope';
import { listEvents } from '../shared/events/eventLog';
import type { EventList } from '../shared/events/eventLog';
import { wasMissedBy } from '../shared/events/eventRow';
import { passes } from '../shared/events/filters';
import type { EventSettings } from '../shared/events/settings';
import { CREDENTIAL_TYPE, sendRequest } from '../shared/request';
import { retry } from '../shared/retry';
import type { AttemptResult } from '../shared/retry';
import { WaitBudget } from '../shared/waitBudget';
import { latestRecord } from '../shared/subscription/replacedRecords';
import { readRecord } from '../shared/subscription/subscription';

/** How often a process asks Chert, for each trigger. */
const INTERVAL_MS = 10 * 60_000;

/** An event can fail after a later one did: Chert retries for some time. The claims recognize what was processed. */
const OVERLAP_MS = 10 * 60_000;

/** The received event waits for it. */
const TIMEOUT_MS = 10_000;
const MAX_RETRIES = 1;
const MAX_WAIT_MS = 5_000;

/** When this process last asked, by trigger, in milliseconds. */
const askedAt = new Map<string, number>();

export const catchUpOption: INodeProperties = {
	displayName: 'Catch Up',
	name: 'catchUp',
	type: 'boolean',
	default: true,
	description:
		'Whether to also process events that Chert could not deliver, e.g. while n8n was down. The trigger checks for them when the first event arrives after n8n starts, and then at most every 10 minutes. It has no effect in queue mode.',
};

/**
 * Finds events that Chert could not deliver to this trigger since the last one that was found, from its event log. It
 * runs inside the execution of a received event, which it never harms.
 *
 * @param isRepeated true when n8n runs this execution again: what its first run found must be found again
 * @returns events that pass the filters, oldest first, none older than this trigger's subscription
 * Source: API sections 5.6 and 6.1.
 */
export async function findMissedEvents(
	ctx: IExecuteFunctions,
	{ catchUp, filters }: EventSettings,
	isRepeated: boolean,
): Promise<Delivery[]> {
	if (!catchUp || ctx.getMode() !== 'webhook') return [];
	const staticData = ctx.getWorkflowStaticData('node');
	// Workers of n8n 2 in queue mode have no static data, and storing any would replace all that the workflow has.
	const stored = readRecord(staticData);
	const record = stored && latestRecord(stored);
	if (record === undefined || !isDue(ctx, isRepeated)) return [];

	try {
		const created = Date.parse(record.createdAt);
		const foundUntil = Date.parse(String(staticData.caughtUpTo)) - OVERLAP_MS;
		const since = Math.max(...[created, foundUntil].filter((time) => !Number.isNaN(time)));
		const result = await listFailed(ctx, new Date(since).toISOString());
		if ('error' in result) throw new Error(describeAttemptError(result.error).message);

		const { rows, readAt } = result.value;
		const missed = rows.filter((row) => wasMissedBy(row, record.id));
		const latest = Math.min(readAt, ...missed.slice(-1).map(({ createdAt }) => createdAt));
		// Static data is stored only when it changed: a run that stores it writes over what other runs stored meanwhile.
		if (missed.length > 0 && !(latest <= foundUntil + OVERLAP_MS)) {
			staticData.caughtUpTo = new Date(latest).toISOString();
		}
		return missed
			.map(({ delivery }) => delivery)
			.filter((each) => passes(readEvent(each), filters));
	} catch (error) {
		ctx.logger.warn(
			`${ctx.getNode().name} could not check for events that Chert could not deliver: ${(error as Error).message}`,
			{ workflowId: ctx.getWorkflow().id, nodeName: ctx.getNode().name },
		);
		return [];
	}
}

function isDue(ctx: IExecuteFunctions, isRepeated: boolean): boolean {
	const key = `${ctx.getWorkflow().id} ${ctx.getNode().id}`;
	const now = Date.now();
	if (!isRepeated && now - (askedAt.get(key) ?? -Infinity) < INTERVAL_MS) return false;
	askedAt.set(key, now);
	return true;
}

async function listFailed(
	ctx: IExecuteFunctions,
	since: string,
): Promise<AttemptResult<EventList>> {
	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const cancellation = new Cancellation(ctx.getExecutionCancelSignal());
	const get = async (path: string) =>
		await sendRequest(ctx, credential, { method: 'GET', path, timeoutMs: TIMEOUT_MS });
	const result = await retry(async () => await listEvents(get, { since, status: 'failed' }), {
		repeatable: true,
		maxRetries: MAX_RETRIES,
		budget: new WaitBudget(MAX_WAIT_MS, cancellation),
	});
	return result.ok ? { value: result.value } : { error: result.error };
}
