import type { FaultRule } from '../../sandbox';

/**
 * Faults and their share of the requests, 30 % in total. Some faults occur before the sandbox sends the message and
 * some after it, so that only the idempotency key tells a retry from a second message.
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

/** The sandbox checks the rules in order, so each probability applies to the requests without an earlier fault. */
export const FAULTS: FaultRule[] = SHARES.map(([percent, rule], index) => {
	const before = SHARES.slice(0, index).reduce((sum, [share]) => sum + share, 0);
	return { ...rule, route: 'send', probability: percent / (100 - before) };
});
