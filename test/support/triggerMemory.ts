import { setImmediate as nextTurn } from 'node:timers/promises';

import type { ICheckProcessedOptions } from 'n8n-workflow';

type Entry = string | number;
type Row = { mode: ICheckProcessedOptions['mode']; data: Entry[] | Entry };

/**
 * n8n's records of processed entries as its processes share them (`deduplication-helper.ts` of n8n): rows that are
 * read, changed and written back whole, without a lock; only the first write of a row is guarded by the database.
 */
export class ProcessedEntries {
	readonly rows = new Map<string, Row>();

	/** @param pause what lies between reading and writing; a turn of the event loop unless told otherwise */
	constructor(private readonly pause: () => Promise<unknown> = async () => await nextTurn()) {}

	async check(
		key: string,
		items: Entry[],
		{ mode, maxEntries = Infinity }: ICheckProcessedOptions,
	): Promise<{ new: Entry[]; processed: Entry[] }> {
		const found = this.rows.get(key);
		if (found && found.mode !== mode)
			throw new Error('Deduplication data was originally saved with an incompatible setting');
		await this.pause();
		if (found === undefined) {
			if (this.rows.has(key))
				throw new Error(
					'UNIQUE constraint failed: processed_data.workflowId, processed_data.context',
				);
			// Like n8n: a list for every mode but those of the latest.
			this.rows.set(key, {
				mode,
				data: mode.startsWith('latest') ? Math.max(...items.map(Number)) : [...items],
			});
			return { new: items, processed: [] };
		}
		const { data } = found;
		const isKnown = (item: Entry) =>
			Array.isArray(data) ? data.includes(item) : Number(item) <= Number(data);
		const result = {
			new: items.filter((item) => !isKnown(item)),
			processed: items.filter(isKnown),
		};
		// An update of a row that was deleted meanwhile changes nothing.
		if (this.rows.has(key)) {
			const largest = Math.max(...[data, ...items].map(Number));
			this.rows.set(key, {
				mode,
				data: Array.isArray(data) ? [...data, ...result.new].slice(-maxEntries) : largest,
			});
		}
		return result;
	}

	async clear(key: string): Promise<void> {
		await this.pause();
		this.rows.delete(key);
	}

	async remove(key: string, items: Entry[]): Promise<void> {
		const found = this.rows.get(key);
		await this.pause();
		if (found && this.rows.has(key))
			this.rows.set(key, {
				...found,
				data: (found.data as Entry[]).filter((entry) => !items.includes(entry)),
			});
	}

	/** The entries of a row, to look at or to change. */
	entries(key: string): Entry[] {
		return (this.rows.get(key)?.data ?? []) as Entry[];
	}
}
