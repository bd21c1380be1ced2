import type { IDataObject } from 'n8n-workflow';

import type { Delivery } from '../shared/events/envelope';
import { asObject } from '../shared/object';

/** An event as the Events API gives it, from a page or from the stream. */
export interface EventRow {
	/** Names the event; the same in pages, in the stream and in webhook deliveries. */
	key: string;
	/** Milliseconds, Chert's clock. */
	createdAt: number;
	delivery: Delivery;
}

/**
 * Reads an event row, or the bare envelope that the stream may send in its place.
 *
 * @param json what was received
 * @param arrivedAt ISO 8601, our clock
 * @returns undefined for anything else
 * Source: API sections 6.1 and 6.4.
 */
export function readRow(json: unknown, arrivedAt: string): EventRow | undefined {
	const row = asObject(json);
	if (row === undefined) return undefined;
	const payload = asObject(row.payload);
	const key = [row.event_id, payload?.event_id, row.id].find(
		(id) => typeof id === 'string' && id !== '',
	);
	const createdAt = [row.created_at, payload?.timestamp, row.timestamp]
		.map((time) => (typeof time === 'string' ? Date.parse(time) : NaN))
		.find((time) => !Number.isNaN(time));
	if (typeof key !== 'string' || createdAt === undefined) return undefined;

	// What happened to the row's webhook deliveries is nothing that the run needs to keep.
	const { type, event_id, created_at } = row;
	const body: IDataObject = payload
		? { type, event_id: event_id ?? key, created_at, payload }
		: row;
	return { key, createdAt, delivery: { body, arrivedAt } };
}

/** A page of `GET /events`. */
export interface EventPage {
	rows: EventRow[];
	nextCursor: string | undefined;
}

/** Reads a page; rows that cannot be read are left out. */
export function readPage(json: unknown, arrivedAt: string): EventPage {
	const page = asObject(json) ?? {};
	const entries =
		[json, page.events, page.data].find((list): list is unknown[] => Array.isArray(list)) ?? [];
	const nextCursor =
		typeof page.next_cursor === 'string' && page.next_cursor !== '' ? page.next_cursor : undefined;
	return {
		rows: entries.map((entry) => readRow(entry, arrivedAt)).filter((row) => row !== undefined),
		nextCursor,
	};
}
