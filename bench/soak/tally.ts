import type { Audit, SandboxMessage } from '../../sandbox';
import type { RoundTrips } from './roundTrips';

export interface Tally {
	delivered: number;
	/** Messages that were delivered to the same recipient before. */
	duplicates: number;
	/** Messages delivered after a later message of the same execution to the same recipient. */
	orderViolations: number;
	/** Requests during a block of their recipient or credential, except those that were already in transit. */
	earlyRequests: number;
}

/** The text of message `number` of an execution; {@link tally} reads it back. */
export const textOf = (execution: string, number: number): string => `${execution} #${number}`;

/** Measuring error of a round trip on a busy machine; much shorter than any block that the faults cause. */
const TOLERANCE_MS = 50;

/**
 * Counts deliveries and violations.
 *
 * @param messages delivered messages, in order
 * @param audit the sandbox's record of early requests
 * @param trips durations of round trips
 */
export function tally(
	messages: SandboxMessage[],
	{ earlyRequests }: Pick<Audit, 'earlyRequests'>,
	trips: Pick<RoundTrips, 'longestBetween'>,
): Tally {
	const violations = earlyRequests.filter(({ at, toldMsAgo, isRepeat }) => {
		const arrived = Date.parse(at);
		// The response with the block was in transit to the sender, then the request in transit to the sandbox.
		return (
			isRepeat || toldMsAgo > 2 * trips.longestBetween(arrived - toldMsAgo, arrived) + TOLERANCE_MS
		);
	});
	const seen = new Set<string>();
	const last = new Map<string, number>();
	const result: Tally = {
		delivered: 0,
		duplicates: 0,
		orderViolations: 0,
		earlyRequests: violations.length,
	};
	for (const { phone, text } of messages) {
		const [execution, number] = text.split(' #');
		const orderingKey = `${execution} to ${phone}`;
		result.delivered++;
		if (seen.has(`${orderingKey}: ${number}`)) result.duplicates++;
		else if (Number(number) < (last.get(orderingKey) ?? 0)) result.orderViolations++;
		seen.add(`${orderingKey}: ${number}`);
		last.set(orderingKey, Math.max(Number(number), last.get(orderingKey) ?? 0));
	}
	return result;
}
