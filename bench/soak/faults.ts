import type { FaultRule } from '../../sandbox';

/**
 * What goes wrong, and for which share of the requests: 30 in 100 together. Half of it comes before the work is done,
 * some after it, so that only the key tells a repetition from a second message.
 */
const SHARES: Array<[percent: number, rule: FaultRule]> = [
	[1, { kind: 'rateLimit', retryAfter: 0.3 }],
	[6, { kind: 'saturated', retryAfter: 0.5 }],
	[5, { kind: 'serverError' }],
	[3, { kind: 'html' }],
	[3, { kind: 'emptyError' }],
	[2, { kind: 'slow', delayMs: 300 }],
	[4, { kind: 'cutBefore' }],
	[4, { kind: 'cutAfter' }],
	[2, { kind: 'cutMidBody' }],
];

/** The sandbox asks one rule after the other, so each gets its share of what those before it have left. */
export const FAULTS: FaultRule[] = SHARES.map(([percent, rule], index) => {
	const before = SHARES.slice(0, index).reduce((sum, [share]) => sum + share, 0);
	return { ...rule, route: 'send', probability: percent / (100 - before) };
});
