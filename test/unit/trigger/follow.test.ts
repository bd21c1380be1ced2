import { pauseAfter } from '../../../nodes/ChertStreamTrigger/follow';
import type { Decision } from '../../../nodes/shared/retry';

it.each<[string, Decision, number]>([
	['as long as Chert asked for', { retry: true, delayMs: 90_000 }, 90_000],
	['a second where it asked for none, by a date that has passed for example', { retry: true, delayMs: 0 }, 1000],
	['an hour where it asked for years', { retry: true, delayMs: 1e12 }, 3_600_000],
	['five minutes where a person has to do something', { retry: false, why: 'final' }, 300_000],
])('the pause is %s', (_what, decision, milliseconds) => {
	expect(pauseAfter(decision)).toBe(milliseconds);
});
