import { setImmediate as nextTurn } from 'node:timers/promises';

import type { IDataDeduplicator } from 'n8n-workflow';

type Entries = Parameters<IDataDeduplicator['checkProcessedAndRecord']>[0];

/**
 * n8n's list of processed entries as its processes share it (`deduplication-helper.ts` of n8n): one row per trigger that
 * is read, added to and written back whole, without a lock; only the first write of a row is guarded by the database.
 */
export class ProcessedEntries {
	readonly rows = new Map<string, Entries>();

	/** @param turns how many turns of the event loop lie between reading and writing */
	constructor(private readonly turns: () => number = () => 1) {}

	async check(row: string, items: Entries, maxEntries: number): Promise<{ new: Entries; processed: Entries }> {
		const found = this.rows.get(row);
		for (let turn = this.turns(); turn > 0; turn--) await nextTurn();
		if (found === undefined) {
			if (this.rows.has(row)) throw new Error('UNIQUE constraint failed: processed_data.workflowId, processed_data.context');
			this.rows.set(row, [...items]);
			return { new: items, processed: [] };
		}
		const processed = items.filter((item) => found.includes(item));
		const fresh = items.filter((item) => !found.includes(item));
		this.rows.set(row, [...found, ...fresh].slice(-maxEntries));
		return { new: fresh, processed };
	}
}
