import type { EventsQuery } from '../schemas/events';
import { ApiError } from '../world/apiError';
import type { EventRow } from '../world/types';
import type { World } from '../world/world';

/** Rows created strictly later than the given time, oldest first (§6.1, §6.4). */
export function rowsSince(world: World, since: string): EventRow[] {
	const sinceMs = Date.parse(since);
	return world.state.eventRows.filter((row) => Date.parse(row.created_at) > sinceMs);
}

/**
 * One page of events, newest first (§6.1).
 *
 * @throws ApiError 1002 for a cursor that is none of ours
 */
export function pageOfEvents(
	world: World,
	query: EventsQuery,
): { events: EventRow[]; next_cursor: string | null; count: number } {
	let rows = query.since === undefined ? [...world.state.eventRows] : rowsSince(world, query.since);
	rows.reverse();
	if (query.cursor !== undefined) {
		const cursor = query.cursor;
		const last = rows.findIndex((row) => cursorOf(row) === cursor);
		if (last < 0) throw new ApiError(1002, { message: 'Unknown cursor' });
		rows = rows.slice(last + 1);
	}
	const matching = rows.filter(
		(row) =>
			(query.type === undefined || row.type === query.type) &&
			(query.status === undefined || row.delivery.status === query.status) &&
			(query.lead_id === undefined || row.lead_id === query.lead_id),
	);
	const events = matching.slice(0, query.limit);
	const isLast = matching.length <= query.limit;
	return {
		events,
		next_cursor: isLast ? null : cursorOf(events[events.length - 1]),
		count: events.length,
	};
}

/** `<created_at>|<id>` of the last row of a page; opaque to clients. */
function cursorOf(row: EventRow): string {
	return `${row.created_at}|${row.id}`;
}
