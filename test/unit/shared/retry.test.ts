import fc from 'fast-check';

import type { ApiError } from '../../../nodes/shared/apiError';
import { Cancellation } from '../../../nodes/shared/cancellation';
import {
	BACKOFF,
	blockScope,
	decideRetry,
	isOutcomeUnknown,
	requestedDelayMs,
	retry,
	type AttemptError,
	type AttemptResult,
	type RetryLimits,
} from '../../../nodes/shared/retry';
import { WaitBudget } from '../../../nodes/shared/waitBudget';

const SEED = { seed: 20_260_901, numRuns: 2000 };
const LIMITS: RetryLimits = { maxRetries: 4, maxWaitMs: 120_000 };
const FIRST = { repeatable: true, attempts: 1, waitedMs: 0, random: 0.5 };

const apiError = (fields: Partial<ApiError>): AttemptError => ({
	kind: 'apiError',
	apiError: { status: 500, ...fields },
});
const noResponse = (notSent: boolean, permanent?: boolean): AttemptError => ({
	kind: 'noResponse',
	reason: 'the connection was cut',
	notSent,
	permanent,
});
const CUT = noResponse(false);

const yes = (delayMs?: number) => ({ retry: true, ...(delayMs !== undefined && { delayMs }) });
const no = (reason: string) => ({ retry: false, reason });

interface Row {
	what: string;
	error: AttemptError;
	repeatable: object;
	notRepeatable: object;
	/** True when the work may have been done all the same */
	outcomeUnknown: boolean;
	blocks?: 'credential' | 'recipient';
}

it.each<Row>([
	{
		what: 'rate limit',
		error: apiError({ status: 429, code: 1007, retryable: true, retryAfter: 3 }),
		repeatable: yes(3000),
		notRepeatable: yes(3000),
		outcomeUnknown: false,
		blocks: 'credential',
	},
	{
		what: 'rate limit of a proxy',
		error: apiError({ status: 429, retryAfter: 3 }),
		repeatable: yes(3000),
		notRepeatable: yes(3000),
		outcomeUnknown: false,
		blocks: 'credential',
	},
	{
		what: 'rate limit that is not retryable',
		error: apiError({ status: 429, code: 1007, retryable: false, retryAfter: 3 }),
		repeatable: no('permanent'),
		notRepeatable: no('permanent'),
		outcomeUnknown: false,
		blocks: 'credential',
	},
	{
		what: 'busy recipient',
		error: apiError({ status: 503, code: 4002, retryable: true, retryAfter: 9 }),
		repeatable: yes(9000),
		notRepeatable: yes(9000),
		outcomeUnknown: false,
		blocks: 'recipient',
	},
	{
		what: 'no line available',
		error: apiError({ status: 503, code: 3002, retryable: true }),
		repeatable: yes(),
		notRepeatable: yes(),
		outcomeUnknown: false,
	},
	{
		what: 'internal error',
		error: apiError({ code: 3001, retryable: true }),
		repeatable: yes(),
		notRepeatable: no('notRepeatable'),
		outcomeUnknown: true,
	},
	{
		what: 'failed delivery',
		error: apiError({ status: 502, code: 4001, retryable: true }),
		repeatable: yes(),
		notRepeatable: no('notRepeatable'),
		outcomeUnknown: true,
	},
	{
		what: 'failed delivery that is not retryable',
		error: apiError({ status: 502, code: 4001, retryable: false }),
		repeatable: no('permanent'),
		notRepeatable: no('permanent'),
		outcomeUnknown: false,
	},
	{
		what: 'invalid input',
		error: apiError({ status: 400, code: 1002, retryable: false }),
		repeatable: no('permanent'),
		notRepeatable: no('permanent'),
		outcomeUnknown: false,
	},
	{
		what: 'invalid input that is retryable',
		error: apiError({ status: 400, code: 1002, retryable: true }),
		repeatable: yes(),
		notRepeatable: no('notRepeatable'),
		outcomeUnknown: true,
	},
	{
		what: 'web page with status 502',
		error: apiError({ status: 502 }),
		repeatable: yes(),
		notRepeatable: no('notRepeatable'),
		outcomeUnknown: true,
	},
	{
		what: 'web page with status 403',
		error: apiError({ status: 403 }),
		repeatable: no('permanent'),
		notRepeatable: no('permanent'),
		outcomeUnknown: false,
	},
	{
		what: 'redirect',
		error: apiError({ status: 302 }),
		repeatable: no('permanent'),
		notRepeatable: no('permanent'),
		outcomeUnknown: false,
	},
	{
		what: 'cut connection',
		error: CUT,
		repeatable: yes(),
		notRepeatable: no('notRepeatable'),
		outcomeUnknown: true,
	},
	{
		what: 'refused connection',
		error: noResponse(true),
		repeatable: yes(),
		notRepeatable: yes(),
		outcomeUnknown: false,
	},
	{
		what: 'invalid certificate',
		error: noResponse(true, true),
		repeatable: no('permanent'),
		notRepeatable: no('permanent'),
		outcomeUnknown: false,
	},
])('$what', ({ error, repeatable, notRepeatable, outcomeUnknown, blocks }) => {
	expect(decideRetry(error, FIRST, LIMITS)).toMatchObject(repeatable);
	expect(decideRetry(error, { ...FIRST, repeatable: false }, LIMITS)).toMatchObject(notRepeatable);
	expect(isOutcomeUnknown(error)).toBe(outcomeUnknown);
	expect(blockScope(error)).toBe(blocks);
});

it('ends after the last attempt, or when the wait is too long', () => {
	const attempt = (attempts: number, limits = LIMITS) =>
		decideRetry(CUT, { ...FIRST, attempts }, limits);
	expect(attempt(4)).toMatchObject({ retry: true });
	expect(attempt(5)).toEqual(no('attempts'));
	expect(attempt(1, { ...LIMITS, maxRetries: 0 })).toEqual(no('attempts'));

	const wait = (retryAfter: number, waitedMs: number) =>
		decideRetry(apiError({ retryable: true, retryAfter }), { ...FIRST, waitedMs }, LIMITS);
	expect(wait(121, 0)).toEqual(no('wait'));
	expect(wait(60, 60_000)).toEqual({ retry: true, delayMs: 60_000 });
	expect(wait(60, 60_001)).toEqual(no('wait'));
});

it('waits twice as long each time, up to a ceiling, half of it at random', () => {
	const limits: RetryLimits = { maxRetries: 100, maxWaitMs: Infinity };
	const delays = (random: number) =>
		[1, 2, 3, 4, 5, 6, 7, 50].map((attempts) => {
			const decision = decideRetry(CUT, { ...FIRST, attempts, random }, limits);
			return decision.retry ? decision.delayMs : NaN;
		});
	const longest = delays(1);

	expect(longest.slice(1, 4)).toEqual(longest.slice(0, 3).map((delay) => delay * 2));
	expect(longest.at(-1)).toBe(longest.at(-2));
	expect(delays(0)).toEqual(longest.map((delay) => delay / 2));
});

const anyApiError = fc.record(
	{
		status: fc.integer({ min: 300, max: 599 }),
		code: fc.constantFrom(1001, 1007, 3001, 3002, 4001, 4002, 4099, 9999),
		retryable: fc.boolean(),
		retryAfter: fc.double({ min: 0, max: 1000, noNaN: true }),
	},
	{ requiredKeys: ['status'] },
);
const anyError: fc.Arbitrary<AttemptError> = fc.oneof(
	anyApiError.map((fields): AttemptError => ({ kind: 'apiError', apiError: fields })),
	fc.boolean().map((notSent) => noResponse(notSent)),
);
const anySituation = fc.record({
	repeatable: fc.boolean(),
	attempts: fc.integer({ min: 1, max: 10 }),
	waitedMs: fc.integer({ min: 0, max: 200_000 }),
	random: fc.double({ min: 0, max: 1, noNaN: true }),
});
const anyLimits = fc.record({
	maxRetries: fc.integer({ min: 0, max: 8 }),
	maxWaitMs: fc.integer({ min: 0, max: 200_000 }),
});

it('keeps its rules in every situation', () => {
	fc.assert(
		fc.property(anyError, anySituation, anyLimits, (error, situation, limits) => {
			const decision = decideRetry(error, situation, limits);
			if (error.kind === 'apiError' && error.apiError.retryable === false)
				expect(decision.retry).toBe(false);
			if (!decision.retry) return;

			expect(situation.attempts).toBeLessThanOrEqual(limits.maxRetries);
			expect(situation.waitedMs + decision.delayMs).toBeLessThanOrEqual(limits.maxWaitMs);
			const requested = requestedDelayMs(error);
			if (requested) expect(decision.delayMs).toBe(requested);
			else expect(decision.delayMs).toBeGreaterThan(0);
			if (!situation.repeatable) expect(isOutcomeUnknown(error)).toBe(false);
		}),
		SEED,
	);
});

it('retries repeatable requests wherever it retries others', () => {
	fc.assert(
		fc.property(anyError, anySituation, anyLimits, (error, situation, limits) => {
			const decision = decideRetry(error, { ...situation, repeatable: false }, limits);
			if (decision.retry)
				expect(decideRetry(error, { ...situation, repeatable: true }, limits)).toEqual(decision);
		}),
		SEED,
	);
});

describe('the loop', () => {
	beforeEach(() => jest.replaceProperty(BACKOFF, 'firstMs', 1));
	afterEach(() => jest.restoreAllMocks());

	const SERVER_ERROR = apiError({ code: 3001, retryable: true });
	const RATE_LIMIT = apiError({ status: 429, code: 1007, retryAfter: 0 });
	const INVALID = apiError({ status: 400, code: 1002, retryable: false });

	/** Attempts that end with these results, one after the other. */
	function attemptsWith(...results: Array<AttemptResult<string>>) {
		return jest.fn(async () => await Promise.resolve(results.shift()!));
	}

	const failing = (...errors: AttemptError[]) => errors.map((error) => ({ error }));

	const budget = (maxWaitMs = 1000, signal?: AbortSignal) =>
		new WaitBudget(maxWaitMs, new Cancellation(signal));

	it('returns the value of the first success', async () => {
		const attempt = attemptsWith(...failing(CUT, SERVER_ERROR), { value: 'sent' });
		const options = { repeatable: true, maxRetries: 4, budget: budget() };
		expect(await retry(attempt, options)).toEqual({ ok: true, value: 'sent' });
		expect(attempt).toHaveBeenCalledTimes(3);
	});

	it.each([
		['a permanent error', [INVALID], 'permanent', false],
		['the last attempt', [RATE_LIMIT, RATE_LIMIT, RATE_LIMIT], 'attempts', false],
		['a request that may have done its work', [RATE_LIMIT, CUT], 'attempts', true],
	])('ends with %s', async (_what, errors, reason, outcomeUnknown) => {
		const attempt = attemptsWith(...failing(...errors));
		const options = { repeatable: true, maxRetries: errors.length - 1, budget: budget() };
		expect(await retry(attempt, options)).toEqual({
			ok: false,
			error: errors.at(-1),
			reason,
			attempts: errors.length,
			outcomeUnknown,
		});
	});

	it('does not repeat what must not be repeated', async () => {
		const attempt = attemptsWith(...failing(RATE_LIMIT, CUT));
		const options = { repeatable: false, maxRetries: 4, budget: budget() };
		expect(await retry(attempt, options)).toMatchObject({ reason: 'notRepeatable', attempts: 2 });
	});

	it('remembers an unknown outcome when a later attempt is rejected', async () => {
		const attempt = attemptsWith(...failing(CUT, INVALID));
		const options = { repeatable: true, maxRetries: 4, budget: budget() };
		expect(await retry(attempt, options)).toMatchObject({
			reason: 'permanent',
			outcomeUnknown: true,
		});
	});

	it('ends where onError says so, before it waits', async () => {
		const waiting = budget(10_000);
		const wait = jest.spyOn(waiting, 'wait');
		const attempt = attemptsWith(...failing(SERVER_ERROR));
		const onError = jest.fn(() => 'stop' as const);
		const result = await retry(attempt, {
			repeatable: true,
			maxRetries: 4,
			budget: waiting,
			onError,
		});
		expect(result).toMatchObject({ reason: 'stopped', attempts: 1 });
		expect(onError).toHaveBeenCalledWith(
			SERVER_ERROR,
			expect.objectContaining({ retry: true }),
			true,
		);
		expect(wait).not.toHaveBeenCalled();
	});

	it('leaves the wait to the next attempt where onError says so', async () => {
		const waiting = budget(10_000);
		const wait = jest.spyOn(waiting, 'wait');
		const attempt = attemptsWith(...failing(apiError({ retryable: true, retryAfter: 5 })), {
			value: 'sent',
		});
		const options = { repeatable: true, maxRetries: 4, budget: waiting };
		expect(await retry(attempt, { ...options, onError: () => 'waited' })).toMatchObject({
			ok: true,
		});
		expect(wait).not.toHaveBeenCalled();
	});

	it('ends a wait when the execution is canceled, and makes no further attempt', async () => {
		const controller = new AbortController();
		const attempt = attemptsWith(...failing(apiError({ retryable: true, retryAfter: 60 })));
		const running = retry(attempt, {
			repeatable: true,
			maxRetries: 4,
			budget: budget(120_000, controller.signal),
			onError: () => void setImmediate(() => controller.abort()),
		});
		expect(await running).toMatchObject({ ok: false, reason: 'stopped', attempts: 1 });
		expect(attempt).toHaveBeenCalledTimes(1);
	});

	it('passes on what an attempt throws', async () => {
		const attempt = async () => await Promise.reject<AttemptResult<string>>(new Error('disk full'));
		await expect(
			retry(attempt, { repeatable: true, maxRetries: 4, budget: budget() }),
		).rejects.toThrow('disk full');
	});
});
