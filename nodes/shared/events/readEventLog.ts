import type { IExecuteFunctions } from 'n8n-workflow';

import { Cancellation } from '../cancellation';
import { describeAttemptError } from '../errorMessages';
import { CREDENTIAL_TYPE, sendRequest } from '../request';
import { retry } from '../retry';
import { WaitBudget } from '../waitBudget';
import { listEvents, toPage } from './eventLog';
import type { EventFilter, EventList } from './eventLog';

const TIMEOUT_MS = 10_000;

/**
 * Reads Chert's event log inside an execution.
 *
 * @param limits how often a request is sent again, and how long all retries may wait
 * @throws Error with the reason when it cannot be read
 */
export async function readEventLog(
	ctx: IExecuteFunctions,
	filter: EventFilter,
	{ maxRetries, maxWaitMs }: { maxRetries: number; maxWaitMs: number },
): Promise<EventList> {
	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const cancellation = new Cancellation(ctx.getExecutionCancelSignal());
	const getPage = async (path: string) =>
		toPage(await sendRequest(ctx, credential, { method: 'GET', path, timeoutMs: TIMEOUT_MS }));
	const result = await retry(async () => await listEvents(getPage, filter), {
		repeatable: true,
		maxRetries,
		budget: new WaitBudget(maxWaitMs, cancellation),
	});
	if (!result.ok) throw new Error(describeAttemptError(result.error).message);
	return result.value;
}
