import type { Audit, SandboxMessage } from '../../sandbox';
import type { RoundTrips } from './roundTrips';

export interface Tally {
	delivered: number;
	/** Messages that the same recipient had already. */
	duplicates: number;
	/** Messages that came after a later one of the same execution to the same recipient. */
	orderViolations: number;
	/** Requests to a recipient, or with a credential, that was told to wait; but not those on their way already. */
	earlyRequests: number;
}

/** The text of message `number` of an execution; {@link tally} reads it back. */
export const textOf = (execution: string, number: number): string => `${execution} #${number}`;

/** What a measured round trip may miss on a busy machine; far less than any wait that the faults ask for. */
const SLACK_MS = 50;

/**
 * Counts what went right and wrong.
 *
 * @param messages what was delivered, in its order
 * @param audit the sandbox's own watch over told waits
 * @param trips how long requests and answers took
 */
export function tally(
	messages: SandboxMessage[],
	{ earlyRequests }: Pick<Audit, 'earlyRequests'>,
	trips: Pick<RoundTrips, 'longestBetween'>,
): Tally {
	const knewBetter = earlyRequests.filter(({ at, toldMsAgo, isRepeat }) => {
		const arrived = Date.parse(at);
		// The notice was on its way to the sender, and then the request was on its way to the sandbox.
		return (
			isRepeat || toldMsAgo > 2 * trips.longestBetween(arrived - toldMsAgo, arrived) + SLACK_MS
		);
	});
	const seen = new Set<string>();
	const last = new Map<string, number>();
	const result: Tally = {
		delivered: 0,
		duplicates: 0,
		orderViolations: 0,
		earlyRequests: knewBetter.length,
	};
	for (const { phone, text } of messages) {
		const [execution, number] = text.split(' #');
		const lane = `${execution} to ${phone}`;
		result.delivered++;
		if (seen.has(`${lane}: ${number}`)) result.duplicates++;
		else if (Number(number) < (last.get(lane) ?? 0)) result.orderViolations++;
		seen.add(`${lane}: ${number}`);
		last.set(lane, Math.max(Number(number), last.get(lane) ?? 0));
	}
	return result;
}
