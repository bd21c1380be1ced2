import type { IDataObject } from 'n8n-workflow';

import { asObject, firstText } from '../object';
import { unwrapList } from '../responseBody';
import type { Delivery } from './envelope';

/** One attempt of Chert to deliver an event to a webhook subscription. */
export interface DeliveryAttempt {
	subscriptionId: string | undefined;
	isSuccess: boolean;
}

/** An event as Chert's event log gives it, from a page or from the stream. */
export interface EventRow {
	/** Identifies the event; the same in pages, in the stream and in webhook deliveries */
	key: string;
	/** Milliseconds, Chert's clock */
	createdAt: number;
	delivery: Delivery;
	attempts: DeliveryAttempt[];
}

/**
 * Reads an event row, or the bare envelope that the stream may send in its place.
 *
 * @returns undefined for anything else
 * Source: API sections 6.1 and 6.4.
 */
export function readRow(json: unknown): EventRow | undefined {
	const row = asObject(json);
	if (row === undefined) return undefined;
	const payload = asObject(row.payload);
	const key = firstText(row.event_id, payload?.event_id, row.id);
	const time = [row.created_at, payload?.timestamp, row.timestamp].find(
		(value): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
	);
	if (key === undefined || time === undefined) return undefined;

	const name = firstText(row.type, row.event);
	const delivery: Delivery = {
		body: payload ?? row,
		...(name !== undefined && { headerEvent: name }),
		headerEventId: key,
		arrivedAt: time,
	};
	return { key, createdAt: Date.parse(time), delivery, attempts: readAttempts(row) };
}

/**
 * True when Chert could not deliver the event to this subscription. With several subscriptions it can have failed for
 * another one only.
 */
export function wasMissedBy({ attempts }: EventRow, subscriptionId: string): boolean {
	const named = attempts.filter((attempt) => attempt.subscriptionId !== undefined);
	if (named.length === 0) return true;
	const own = named.filter((attempt) => attempt.subscriptionId === subscriptionId);
	return own.length > 0 && !own.some(({ isSuccess }) => isSuccess);
}

/**
 * True when the event was only for subscriptions that no longer exist, and Chert could not deliver it: publishing a
 * workflow replaces its subscription.
 */
export function wasMissedByDeleted(
	{ attempts }: EventRow,
	existing: ReadonlySet<string | undefined>,
): boolean {
	const named = attempts.filter((attempt) => attempt.subscriptionId !== undefined);
	const isMissed = ({ subscriptionId, isSuccess }: DeliveryAttempt) =>
		!isSuccess && !existing.has(subscriptionId);
	return named.length > 0 && named.every(isMissed);
}

/** True when Chert delivered the event to this subscription. */
export function wasReceivedBy({ attempts }: EventRow, id: string): boolean {
	return attempts.some(({ subscriptionId, isSuccess }) => subscriptionId === id && isSuccess);
}

/** A page of `GET /events`. */
export interface EventPage {
	rows: EventRow[];
	nextCursor: string | undefined;
}

/**
 * Reads a page; rows that cannot be read are left out.
 *
 * @returns undefined for anything without a list, for example the web page of a proxy
 */
export function readEventPage(json: unknown): EventPage | undefined {
	const outer = asObject(json);
	// Some servers write an empty list as null.
	const list = unwrapList(json, 'events') ?? (outer?.events === null ? [] : undefined);
	if (list === undefined) return undefined;
	return {
		rows: list.map(readRow).filter((row) => row !== undefined),
		nextCursor: firstText(outer?.next_cursor),
	};
}

function readAttempts(row: IDataObject): DeliveryAttempt[] {
	const attempts = asObject(row.delivery)?.attempts;
	if (!Array.isArray(attempts)) return [];
	return attempts
		.map(asObject)
		.filter((attempt) => attempt !== undefined)
		.map(({ status, subscription_id }) => ({
			subscriptionId: firstText(subscription_id),
			isSuccess: typeof status === 'number' && status >= 200 && status < 300,
		}));
}
