import type { ChertFailure } from './failure';

/** How long and how often an item may be tried again. */
export interface Patience {
	/** further tries after the first */
	maxRetries: number;
	/** milliseconds in all */
	maxWaitMs: number;
}

/** What one try came to, as far as the decision needs it. */
export type Trouble =
	| { kind: 'failure'; failure: ChertFailure }
	| { kind: 'silence'; notSent: boolean; lasting?: boolean };

export type Decision =
	| { retry: true; delayMs: number; hold?: 'credential' | 'lane' }
	| {
			retry: false;
			why: 'final' | 'unsafe' | 'tries' | 'wait';
			hold?: 'credential' | 'lane';
			delayMs?: number;
	  };

/** Milliseconds of the first step of the backoff, and its ceiling: API section 2.4 asks for 1 s, 2 s, 4 s ... */
export const BACKOFF = { firstMs: 1000, longestMs: 30_000 };

/** After this Chert is asked again, however long it asked to wait: a wrong clock or a wild answer must not close it for good. */
export const LONGEST_HOLD_MS = 60 * 60_000;

const RATE_LIMITED = 1007;
const RECIPIENT_BUSY = 4002;

/** Codes with which Chert says that it turned the request away before doing anything. */
const NOTHING_DONE = new Set([RATE_LIMITED, 3002, RECIPIENT_BUSY]);

/**
 * Decides whether a request is made again, and when.
 *
 * @param trouble what happened
 * @param safe true when a repetition cannot do the work twice: it carries an idempotency key, or its method is safe
 * @param triesMade tries so far, the failed one included
 * @param waitedMs what this item has waited already
 * @param random 0 to 1, for the jitter
 * Source: API sections 2.1 and 2.4.
 */
export function decide(
	trouble: Trouble,
	safe: boolean,
	triesMade: number,
	waitedMs: number,
	patience: Patience,
	random: number,
): Decision {
	const hold = trouble.kind === 'failure' ? holdOf(trouble.failure) : undefined;
	const asked = trouble.kind === 'failure' ? trouble.failure.retryAfter : undefined;
	// What Chert asked for holds the others too, even when this item gives up.
	const held = hold && asked !== undefined ? { hold, delayMs: asked * 1000 } : {};

	if (!isPassing(trouble)) return { retry: false, why: 'final', ...held };
	if (!safe && !didNothing(trouble)) return { retry: false, why: 'unsafe', ...held };
	if (triesMade > patience.maxRetries) return { retry: false, why: 'tries', ...held };

	const delayMs = asked !== undefined ? asked * 1000 : backoff(triesMade, random);
	if (waitedMs + delayMs > patience.maxWaitMs) return { retry: false, why: 'wait', ...held };
	return { retry: true, delayMs, hold };
}

/** True when another try may go better. Chert's own verdict wins; without it the HTTP status has to do. */
function isPassing(trouble: Trouble): boolean {
	if (trouble.kind === 'silence') return !trouble.lasting;
	const { retryable, status, code } = trouble.failure;
	if (retryable !== undefined) return retryable;
	return status === 429 || code === RATE_LIMITED || code === RECIPIENT_BUSY || status >= 500;
}

/** True when the work may have been done although the answer says otherwise, or never came. */
export function mayBeDone(trouble: Trouble): boolean {
	if (didNothing(trouble)) return false;
	return trouble.kind === 'silence' || (isPassing(trouble) && trouble.failure.status >= 500);
}

function didNothing(trouble: Trouble): boolean {
	if (trouble.kind === 'silence') return trouble.notSent;
	const { code, status } = trouble.failure;
	return code === undefined ? status === 429 : NOTHING_DONE.has(code);
}

function holdOf({ code, status }: ChertFailure): 'credential' | 'lane' | undefined {
	if (code === RECIPIENT_BUSY) return 'lane';
	return code === RATE_LIMITED || (code === undefined && status === 429) ? 'credential' : undefined;
}

/** Half fixed, half jitter, so that lanes that failed together do not come back together. */
function backoff(triesMade: number, random: number): number {
	const step = Math.min(BACKOFF.firstMs * 2 ** (triesMade - 1), BACKOFF.longestMs);
	return step / 2 + (step / 2) * random;
}
