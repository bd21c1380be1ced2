import { createHash } from 'node:crypto';

/** What makes one item of one run of one node different from all others. */
export interface ItemIdentity {
	/** n8n installation: execution numbers repeat between installations that share a Chert account */
	instance: string;
	workflow: string;
	/** the execution that made the item; a retry of a failed execution keeps the first one's */
	execution: string;
	node: string;
	/** round of a loop, from 0 */
	run: number;
	/** position among the input items, from 0 */
	item: number;
}

/**
 * The idempotency key of an item: the same on every try, another for every other item or content.
 *
 * @param content what is sent, or what stands for it
 * @returns `n8n-` and 40 hexadecimal characters
 * Source: API section 2.5.
 */
export function idempotencyKey(identity: ItemIdentity, content: unknown): string {
	const { instance, workflow, execution, node, run, item } = identity;
	return `n8n-${digest([instance, workflow, execution, node, run, item, content])}`;
}

/** 40 hexadecimal characters that stand for a value, whatever the order of its fields. */
export function digest(value: unknown): string {
	return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 40);
}

/** JSON whose text does not depend on the order in which fields were added; undefined fields do not count. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_name, entry: unknown) =>
		typeof entry === 'object' && entry !== null && !Array.isArray(entry)
			? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
			: entry,
	);
}
