import type { ChertResponse } from '../apiError';
import type { AttemptResult } from '../retry';
import { readPage } from './eventRow';
import type { EventRow } from './eventRow';

/** The most that Chert gives at once (API section 6.1). */
const PAGE_SIZE = 200;

/** Makes one GET request below the base URL. */
export type Get = (path: string) => Promise<AttemptResult<ChertResponse>>;

/** Which events are listed. */
export interface EventFilter {
	/** ISO 8601: only those that were created later */
	since: string;
	/** The delivery status */
	status?: string;
	type?: string;
	/** The chat's ID */
	lead_id?: string;
}

/** Events of Chert's event log. */
export interface EventList {
	/** Oldest first */
	rows: EventRow[];
	/** Chert's clock when it was asked, in milliseconds; our own where Chert does not tell */
	readAt: number;
}

/**
 * Reads all events of the log that were created after a time. Pages come newest first, so the oldest is known only
 * after the last page.
 *
 * @returns the first error, where a page cannot be read
 * Source: API section 6.1.
 */
export async function listEvents(get: Get, filter: EventFilter): Promise<AttemptResult<EventList>> {
	const rows = new Map<string, EventRow>();
	const cursors = new Set<string>();
	let readAt: number | undefined;
	for (let cursor: string | undefined; ;) {
		const query = new URLSearchParams({
			...filter,
			limit: String(PAGE_SIZE),
			...(cursor !== undefined && { cursor }),
		});
		const result = await get(`/events?${query.toString()}`);
		if ('error' in result) return result;

		readAt ??= timeOf(result.value);
		const page = readPage(result.value.body);
		for (const row of page.rows) rows.set(row.key, row);
		cursor = page.nextCursor;
		if (cursor === undefined || cursors.has(cursor)) {
			return { value: { rows: oldestFirst([...rows.values()]), readAt } };
		}
		cursors.add(cursor);
	}
}

/** Rows of the same instant keep their order in the log: the sort is stable, and the log is newest first. */
function oldestFirst(newestFirst: EventRow[]): EventRow[] {
	return newestFirst.reverse().sort((left, right) => left.createdAt - right.createdAt);
}

/** @returns milliseconds; our own clock where the response has no date */
export function timeOf({ headers }: ChertResponse): number {
	const time = typeof headers.date === 'string' ? Date.parse(headers.date) : NaN;
	return Number.isNaN(time) ? Date.now() : time;
}
