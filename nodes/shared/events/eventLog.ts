import type { ChertResponse } from '../apiError';
import type { AttemptResult } from '../retry';
import { readEventPage } from './eventRow';
import type { EventPage, EventRow } from './eventRow';

/** The most that Chert gives at once (API section 6.1). */
const PAGE_SIZE = 200;

/** A page, and when Chert gave it. */
export interface TimedPage extends EventPage {
	/** Chert's clock, in milliseconds; our own where Chert does not tell */
	readAt: number;
}

/** Makes one GET request below the base URL, and reads its response with {@link toPage}. */
export type GetPage = (path: string) => Promise<AttemptResult<TimedPage>>;

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
 * Reads a response as a page of the log.
 *
 * @returns an error where the response is something else, e.g. the web page of a proxy: it does not mean that there are
 *   no events
 */
export function toPage(result: AttemptResult<ChertResponse>): AttemptResult<TimedPage> {
	if ('error' in result) return result;
	const { body, statusCode: status } = result.value;
	const page = readEventPage(body);
	if (page === undefined) return { error: { kind: 'apiError', apiError: { status } } };
	return { value: { ...page, readAt: timeOf(result.value) } };
}

/**
 * Reads all events of the log that were created after a time. Pages come newest first, so the oldest is known only
 * after the last page. Chert does not say whether the time holds for further pages, so it is checked here.
 *
 * @returns the first error, where a page cannot be read
 * Source: API section 6.1.
 */
export async function listEvents(
	getPage: GetPage,
	filter: EventFilter,
): Promise<AttemptResult<EventList>> {
	// Chert can tell the time of an event in whole seconds.
	const sinceMs = Math.floor(Date.parse(filter.since) / 1000) * 1000;
	const isOlder = ({ createdAt }: EventRow) => createdAt < sinceMs;
	const rows = new Map<string, EventRow>();
	const cursors = new Set<string>();
	let readAt: number | undefined;
	for (let cursor: string | undefined; ;) {
		const query = new URLSearchParams({
			...filter,
			limit: String(PAGE_SIZE),
			...(cursor !== undefined && { cursor }),
		});
		const result = await getPage(`/events?${query.toString()}`);
		if ('error' in result) return result;

		const page = result.value;
		readAt ??= page.readAt;
		for (const row of page.rows) if (!isOlder(row)) rows.set(row.key, row);
		cursor = page.nextCursor;
		if (cursor === undefined || cursors.has(cursor) || page.rows.some(isOlder)) {
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
function timeOf({ headers }: ChertResponse): number {
	const time = typeof headers.date === 'string' ? Date.parse(headers.date) : NaN;
	return Number.isNaN(time) ? Date.now() : time;
}
