import type { Audit, SandboxMessage } from '../../sandbox';

export interface Tally {
	delivered: number;
	/** Messages that the same recipient had already. */
	duplicates: number;
	/** Messages that came after a later one of the same execution to the same recipient. */
	orderViolations: number;
	/** Requests to a recipient, or with a credential, that was told to wait and had not waited. */
	earlyRequests: number;
}

/** The text of message `number` of an execution; {@link tally} reads it back. */
export const textOf = (execution: string, number: number): string => `${execution} #${number}`;

/**
 * Counts what went right and wrong.
 *
 * @param messages what was delivered, in its order
 * @param audit the sandbox's own watch over told waits
 */
export function tally(messages: SandboxMessage[], { earlyRequests }: Pick<Audit, 'earlyRequests'>): Tally {
	const seen = new Set<string>();
	const last = new Map<string, number>();
	const result: Tally = { delivered: 0, duplicates: 0, orderViolations: 0, earlyRequests: earlyRequests.length };
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
