import type { ApiError } from './apiError';
import type { WaitBudget } from './waitBudget';

/** How long and how often an item may be retried. */
export interface RetryLimits {
	/** Further attempts after the first */
	maxRetries: number;
	/** Milliseconds of waiting in all */
	maxWaitMs: number;
}

/** A request without a response. */
export interface NoResponse {
	kind: 'noResponse';
	/** The network's own words, without the address */
	reason: string;
	/** True when no byte of the request can have reached Chert */
	notSent: boolean;
	/** True when the next attempt would end the same way, for example because of a malformed address */
	permanent?: boolean;
}

/** Why one attempt did not succeed. */
export type AttemptError = NoResponse | { kind: 'apiError'; apiError: ApiError };

/** Which requests have to wait until a block ends: all of the credential, or those to one recipient. */
export type BlockScope = 'credential' | 'recipient';

export type RetryDecision =
	| { retry: true; delayMs: number }
	| { retry: false; reason: 'permanent' | 'notRepeatable' | 'attempts' | 'wait' };

/** Milliseconds of the first backoff step, and its ceiling: API section 2.4 asks for 1 s, 2 s, 4 s ... */
export const BACKOFF = { firstMs: 1000, longestMs: 30_000 };

/** The longest block: a wrong clock must not block a credential forever. */
export const MAX_BLOCK_MS = 60 * 60_000;

const RATE_LIMITED = 1007;
const NO_ELIGIBLE_LINE = 3002;
const RECIPIENT_BUSY = 4002;

/** Codes with which Chert says that it rejected the request before doing anything. */
const NOTHING_DONE = new Set([RATE_LIMITED, NO_ELIGIBLE_LINE, RECIPIENT_BUSY]);

/**
 * Decides whether a request is sent again, and when.
 *
 * @param situation `repeatable`: a second request cannot do the work twice; `attempts`: made so far, the last one
 *   included; `uncounted`: those of them that do not count towards the limit; `waitedMs`: what the item has waited
 *   already; `random`: 0 to 1, for the jitter
 * Source: API sections 2.1 and 2.4.
 */
export function decideRetry(
	error: AttemptError,
	situation: {
		repeatable: boolean;
		attempts: number;
		uncounted?: number;
		waitedMs: number;
		random: number;
	},
	limits: RetryLimits,
): RetryDecision {
	const { repeatable, attempts, uncounted = 0, waitedMs, random } = situation;
	if (!isTransient(error)) return { retry: false, reason: 'permanent' };
	if (!repeatable && isOutcomeUnknown(error)) return { retry: false, reason: 'notRepeatable' };
	if (attempts - uncounted > limits.maxRetries) return { retry: false, reason: 'attempts' };

	// 0 counts as no delay, because retries without a wait would use up all attempts at once.
	const delayMs = requestedDelayMs(error) || backoffMs(attempts, random);
	if (waitedMs + delayMs > limits.maxWaitMs) return { retry: false, reason: 'wait' };
	return { retry: true, delayMs };
}

/** True when another attempt may succeed. Chert's own verdict wins; without it the HTTP status has to do. */
function isTransient(error: AttemptError): boolean {
	if (error.kind === 'noResponse') return !error.permanent;
	const { retryable, status, code } = error.apiError;
	if (retryable !== undefined) return retryable;
	return status === 429 || code === RATE_LIMITED || code === RECIPIENT_BUSY || status >= 500;
}

/** True when the work may have been done although the response says otherwise, or never came. */
export function isOutcomeUnknown(error: AttemptError): boolean {
	return isTransient(error) && !isCertainlyNotDone(error);
}

function isCertainlyNotDone(error: AttemptError): boolean {
	if (error.kind === 'noResponse') return error.notSent;
	const { code, status } = error.apiError;
	return code === undefined ? status === 429 : NOTHING_DONE.has(code);
}

/** What Chert does not want to be asked until the time in its response; undefined for all other errors. */
export function blockScope(error: AttemptError): BlockScope | undefined {
	if (error.kind === 'noResponse') return undefined;
	const { code, status } = error.apiError;
	if (code === RECIPIENT_BUSY) return 'recipient';
	return code === RATE_LIMITED || (code === undefined && status === 429) ? 'credential' : undefined;
}

/** Milliseconds that Chert asks to wait; undefined when it does not say. */
export function requestedDelayMs(error: AttemptError): number | undefined {
	const retryAfter = error.kind === 'apiError' ? error.apiError.retryAfter : undefined;
	return retryAfter === undefined ? undefined : retryAfter * 1000;
}

/** Half fixed, half jitter, so that requests that failed together do not come back together. */
function backoffMs(attempts: number, random: number): number {
	const step = Math.min(BACKOFF.firstMs * 2 ** (attempts - 1), BACKOFF.longestMs);
	return step / 2 + (step / 2) * random;
}

export type AttemptResult<T> = { value: T } | { error: AttemptError };

export interface RetryOptions {
	/** True when a second request cannot do the work twice */
	repeatable: boolean;
	maxRetries: number;
	budget: WaitBudget;
	/** False for an error that does not count towards `maxRetries`; asked once for each. */
	isCounted?(error: AttemptError): boolean;
	/**
	 * Called after each failed attempt, before the wait. `stop` ends the loop with this error; `waited` means that the
	 * next attempt waits for the delay on its own.
	 *
	 * @param outcomeUnknown true when one of the attempts may have done the work
	 */
	onError?(
		error: AttemptError,
		decision: RetryDecision,
		outcomeUnknown: boolean,
	): 'stop' | 'waited' | void;
}

export type RetryResult<T> =
	| { ok: true; value: T }
	| {
			ok: false;
			error: AttemptError;
			reason: Extract<RetryDecision, { retry: false }>['reason'] | 'stopped';
			attempts: number;
			/** True when one of the attempts may have done the work */
			outcomeUnknown: boolean;
	  };

/**
 * The one retry loop for requests to Chert: attempts until one succeeds, the limits are reached, a retry could do the
 * work twice, or the execution is canceled (`reason: 'stopped'`).
 *
 * @param attempt makes one request, and gets whether an earlier one may have done the work; what it throws ends the
 * loop and is passed on
 */
export async function retry<T>(
	attempt: (outcomeUnknown: boolean) => Promise<AttemptResult<T>>,
	{ repeatable, maxRetries, budget, isCounted, onError }: RetryOptions,
): Promise<RetryResult<T>> {
	let outcomeUnknown = false;
	let uncounted = 0;
	for (let attempts = 1; ; attempts++) {
		const result = await attempt(outcomeUnknown);
		if ('value' in result) return { ok: true, value: result.value };

		const { error } = result;
		outcomeUnknown ||= isOutcomeUnknown(error);
		if (isCounted?.(error) === false) uncounted++;
		const situation = {
			repeatable,
			attempts,
			uncounted,
			waitedMs: budget.waitedMs(),
			random: Math.random(),
		};
		const decision = decideRetry(error, situation, { maxRetries, maxWaitMs: budget.maxWaitMs });
		const action = onError?.(error, decision, outcomeUnknown);
		const failed = { ok: false as const, error, attempts, outcomeUnknown };
		if (action === 'stop' || budget.isCanceled) return { ...failed, reason: 'stopped' };
		if (!decision.retry) return { ...failed, reason: decision.reason };
		if (action !== 'waited') await budget.wait(decision.delayMs);
		if (budget.isCanceled) return { ...failed, reason: 'stopped' };
	}
}
