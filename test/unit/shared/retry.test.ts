import fc from 'fast-check';

import { decide, type RetryLimits, type AttemptError } from '../../../nodes/shared/retry';
import type { ApiError } from '../../../nodes/shared/apiError';

const SEED = { seed: 20_260_901, numRuns: 2000 };
const PATIENCE: RetryLimits = { maxRetries: 4, maxWaitMs: 120_000 };

const failure = (fields: Partial<ApiError>): AttemptError => ({
	kind: 'failure',
	failure: { status: 500, ...fields },
});
const cut: AttemptError = { kind: 'silence', notSent: false };
const refused: AttemptError = { kind: 'silence', notSent: true };

interface Row {
	what: string;
	trouble: AttemptError;
	safe: object;
	unsafe: object;
}

const again = (rest: object = {}) => ({ retry: true, ...rest });
const no = (why: string, rest: object = {}) => ({ retry: false, why, ...rest });

it.each<Row>([
	{
		what: 'rate limit',
		trouble: failure({ status: 429, code: 1007, retryable: true, retryAfter: 3 }),
		safe: again({ delayMs: 3000, hold: 'credential' }),
		unsafe: again({ delayMs: 3000, hold: 'credential' }),
	},
	{
		what: 'rate limit of a proxy',
		trouble: failure({ status: 429, retryAfter: 3 }),
		safe: again({ delayMs: 3000, hold: 'credential' }),
		unsafe: again({ delayMs: 3000, hold: 'credential' }),
	},
	{
		what: 'busy recipient',
		trouble: failure({ status: 503, code: 4002, retryable: true, retryAfter: 9 }),
		safe: again({ delayMs: 9000, hold: 'lane' }),
		unsafe: again({ delayMs: 9000, hold: 'lane' }),
	},
	{
		what: 'no line just now',
		trouble: failure({ status: 503, code: 3002, retryable: true }),
		safe: again({ hold: undefined }),
		unsafe: again(),
	},
	{
		what: 'internal fault',
		trouble: failure({ code: 3001, retryable: true }),
		safe: again(),
		unsafe: no('unsafe'),
	},
	{
		what: 'delivery failed',
		trouble: failure({ status: 502, code: 4001, retryable: true }),
		safe: again(),
		unsafe: no('unsafe'),
	},
	{
		what: 'delivery failed for good',
		trouble: failure({ status: 502, code: 4001, retryable: false }),
		safe: no('final'),
		unsafe: no('final'),
	},
	{
		what: 'bad input',
		trouble: failure({ status: 400, code: 1002, retryable: false }),
		safe: no('final'),
		unsafe: no('final'),
	},
	{
		what: 'bad input, retryable all the same',
		trouble: failure({ status: 400, code: 1002, retryable: true }),
		safe: again(),
		unsafe: no('unsafe'),
	},
	{ what: 'web page, 502', trouble: failure({ status: 502 }), safe: again(), unsafe: no('unsafe') },
	{
		what: 'web page, 403',
		trouble: failure({ status: 403 }),
		safe: no('final'),
		unsafe: no('final'),
	},
	{ what: 'redirect', trouble: failure({ status: 302 }), safe: no('final'), unsafe: no('final') },
	{
		what: 'rate limit that says it is final',
		trouble: failure({ status: 429, code: 1007, retryable: false, retryAfter: 3 }),
		safe: no('final', { hold: 'credential', delayMs: 3000 }),
		unsafe: no('final'),
	},
	{ what: 'cut connection', trouble: cut, safe: again(), unsafe: no('unsafe') },
	{ what: 'connection that never was', trouble: refused, safe: again(), unsafe: again() },
])('$what', ({ trouble, safe, unsafe }) => {
	expect(decide(trouble, true, 1, 0, PATIENCE, 0.5)).toMatchObject(safe);
	expect(decide(trouble, false, 1, 0, PATIENCE, 0.5)).toMatchObject(unsafe);
});

it('gives up after the last try, or when the wait would be too long', () => {
	expect(decide(cut, true, 5, 0, PATIENCE, 0)).toEqual({ retry: false, why: 'tries' });
	expect(decide(cut, true, 4, 0, PATIENCE, 0)).toMatchObject({ retry: true });
	expect(decide(cut, true, 1, 0, { ...PATIENCE, maxRetries: 0 }, 0)).toEqual({
		retry: false,
		why: 'tries',
	});

	const busy = failure({ status: 503, code: 4002, retryable: true, retryAfter: 121 });
	expect(decide(busy, true, 1, 0, PATIENCE, 0)).toEqual({
		retry: false,
		why: 'wait',
		hold: 'lane',
		delayMs: 121_000,
	});
	expect(
		decide(failure({ retryable: true, retryAfter: 60 }), true, 2, 60_000, PATIENCE, 0),
	).toMatchObject({ retry: true });
	expect(
		decide(failure({ retryable: true, retryAfter: 60 }), true, 2, 60_001, PATIENCE, 0),
	).toMatchObject({ retry: false, why: 'wait' });
});

it('waits twice as long each time, up to a ceiling, half of it by chance', () => {
	const patient: RetryLimits = { maxRetries: 100, maxWaitMs: Infinity };
	const delays = (random: number) =>
		[1, 2, 3, 4, 5, 6, 7, 50].map(
			(tries) => (decide(cut, true, tries, 0, patient, random) as { delayMs: number }).delayMs,
		);
	const longest = delays(1);

	expect(longest.slice(1, 4)).toEqual(longest.slice(0, 3).map((delay) => delay * 2));
	expect(longest.at(-1)).toBe(longest.at(-2));
	expect(delays(0)).toEqual(longest.map((delay) => delay / 2));
});

const chertFailure = fc.record(
	{
		status: fc.integer({ min: 300, max: 599 }),
		code: fc.constantFrom(1001, 1007, 3001, 3002, 4001, 4002, 4099, 9999),
		retryable: fc.boolean(),
		retryAfter: fc.double({ min: 0, max: 1000, noNaN: true }),
	},
	{ requiredKeys: ['status'] },
);
const trouble: fc.Arbitrary<AttemptError> = fc.oneof(
	chertFailure.map((fields): AttemptError => ({ kind: 'failure', failure: fields })),
	fc.boolean().map((notSent): AttemptError => ({ kind: 'silence', notSent })),
);
const situation = fc.record({
	trouble,
	safe: fc.boolean(),
	tries: fc.integer({ min: 1, max: 10 }),
	waitedMs: fc.integer({ min: 0, max: 200_000 }),
	patience: fc.record({
		maxRetries: fc.integer({ min: 0, max: 8 }),
		maxWaitMs: fc.integer({ min: 0, max: 200_000 }),
	}),
	random: fc.double({ min: 0, max: 1, noNaN: true }),
});

it('holds to its rules in every situation', () => {
	fc.assert(
		fc.property(situation, ({ trouble: what, safe, tries, waitedMs, patience, random }) => {
			const decision = decide(what, safe, tries, waitedMs, patience, random);
			const asked = what.kind === 'failure' ? what.failure.retryAfter : undefined;
			if (what.kind === 'failure' && what.failure.retryable === false)
				expect(decision.retry).toBe(false);
			if (!decision.retry) return;

			expect(tries).toBeLessThanOrEqual(patience.maxRetries);
			expect(waitedMs + decision.delayMs).toBeLessThanOrEqual(patience.maxWaitMs);
			if (asked !== undefined) expect(decision.delayMs).toBe(asked * 1000);
			else expect(decision.delayMs).toBeGreaterThan(0);
			if (!safe && what.kind === 'silence') expect(what.notSent).toBe(true);
		}),
		SEED,
	);
});

it('retries what is safe wherever it retries what is not', () => {
	fc.assert(
		fc.property(situation, ({ trouble: what, tries, waitedMs, patience, random }) => {
			const unsafe = decide(what, false, tries, waitedMs, patience, random);
			if (unsafe.retry)
				expect(decide(what, true, tries, waitedMs, patience, random)).toEqual(unsafe);
		}),
		SEED,
	);
});
