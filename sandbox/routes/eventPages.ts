import type { EventsQuery } from '../schemas/events';
import { ApiError } from '../world/apiError';
import type { EventRow } from '../world/types';
import type { World } from '../world/world';

const isAfter = (row: EventRow, since: string): boolean =>
	Date.parse(row.created_at) > Date.parse(since);

/** Rows created strictly later than the given time, oldest first (§6.1, §6.4). */
export function rowsSince(world: World, since: string): EventRow[] {
	return world.state.eventRows.filter((row) => isAfter(row, since));
}

/**
 * One page of events, newest first (§6.1).
 *
 * @throws ApiError 1002 for a cursor that no page gave
 */
export function pageOfEvents(
	world: World,
	query: EventsQuery,
): { events: EventRow[]; next_cursor: string | null; count: number } {
	let rows = [...world.state.eventRows].reverse();
	if (query.cursor !== undefined) {
		const last = rows.findIndex((row) => cursorOf(row) === query.cursor);
		if (last < 0) throw new ApiError(1002, { message: 'Unknown cursor' });
		rows = rows.slice(last + 1);
	}
	const { type, status, lead_id: leadId, since } = query;
	const matching = rows.filter(
		(row) =>
			(type === undefined || row.type === type) &&
			(status === undefined || row.delivery.status === status) &&
			(leadId === undefined || row.lead_id === leadId) &&
			(since === undefined || isAfter(row, since)),
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
