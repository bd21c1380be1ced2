import type { SandboxMessage } from '../../sandbox';

export interface Tally {
	delivered: number;
	/** Messages that were delivered to the same recipient before. */
	duplicates: number;
	/** Messages delivered after a later message of the same execution to the same recipient. */
	orderViolations: number;
}

/** The text of message `number` of an execution; {@link tally} reads it back. */
export const textOf = (execution: string, number: number): string => `${execution} #${number}`;

/**
 * Counts deliveries and violations.
 *
 * @param messages delivered messages, in order
 */
export function tally(messages: SandboxMessage[]): Tally {
	const seen = new Set<string>();
	const last = new Map<string, number>();
	const result: Tally = { delivered: 0, duplicates: 0, orderViolations: 0 };
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
