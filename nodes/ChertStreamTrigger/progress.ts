import type { IDataObject } from 'n8n-workflow';

import { asObject } from '../shared/object';
import type { EventRow } from './rows';

/**
 * How far before the known point reading begins again. Rows of the same instant, or stored a little late by one of
 * Chert's servers, could be missed otherwise; what was handled already is recognised.
 */
export const OVERLAP_MS = 30_000;

/** What is kept in the node's static data. */
export interface Position {
	/** ISO 8601: when a person activated the workflow. What is older is none of its business. */
	from: string;
	/** ISO 8601: everything created before was handled. */
	since: string;
	/** Keys of handled events from the overlap on, with their times in milliseconds. */
	handled: Record<string, number>;
}

/**
 * Keeps account of which events were handled, so that reading may begin again anywhere and any number of times.
 *
 * The safe point moves on only when all events up to a time were read from pages, which leave none out, and all runs
 * that they started are stored. What the stream loses is found when the pages are read the next time.
 */
export class Progress {
	private readonly from: number;

	/** All created before were read. */
	private floor: number;

	private readonly handled: Map<string, number>;

	/** Begun events, whose run is not known to be stored. */
	private readonly begun = new Map<string, number>();

	/** Events whose run could not be stored. */
	private readonly due = new Map<string, number>();

	constructor({ from, since, handled }: Position) {
		this.from = Date.parse(from);
		this.floor = Date.parse(since);
		this.handled = new Map(Object.entries(handled));
	}

	/** Claims an event. @returns false when it is too old, was handled before or is under way */
	begin({ key, createdAt }: EventRow): boolean {
		if (createdAt < this.from || this.handled.has(key) || this.begun.has(key)) return false;
		this.begun.set(key, createdAt);
		this.due.delete(key);
		return true;
	}

	/** The event needs nothing more: its run is stored, or it was filtered out. */
	finish({ key, createdAt }: EventRow): void {
		this.begun.delete(key);
		this.handled.set(key, createdAt);
	}

	/** The event's run could not be stored: it is due again. */
	giveBack({ key, createdAt }: EventRow): void {
		this.begun.delete(key);
		this.due.set(key, createdAt);
	}

	/** All events up to a time (milliseconds) were read from pages. */
	caughtUp(until: number): void {
		this.floor = Math.max(this.floor, until);
		const horizon = this.safePoint() - OVERLAP_MS;
		for (const [key, createdAt] of this.handled) {
			if (createdAt < horizon) this.handled.delete(key);
		}
	}

	/** ISO 8601: where reading has to begin again. */
	resumeFrom(): string {
		return new Date(Math.min(this.floor, ...this.due.values()) - OVERLAP_MS).toISOString();
	}

	/** What to keep for a restart, which forgets what is under way. */
	snapshot(): Position {
		return {
			from: new Date(this.from).toISOString(),
			since: new Date(this.safePoint()).toISOString(),
			handled: Object.fromEntries(this.handled),
		};
	}

	private safePoint(): number {
		return Math.min(this.floor, ...this.begun.values(), ...this.due.values());
	}
}

/** Reads back what was kept; anything else in its place counts as nothing. */
export function readPosition(staticData: IDataObject): Position | undefined {
	const kept = asObject(staticData.position);
	const isTime = (value: unknown): value is string =>
		typeof value === 'string' && !Number.isNaN(Date.parse(value));
	if (!isTime(kept?.from) || !isTime(kept?.since)) return undefined;
	const handled = Object.entries(asObject(kept.handled) ?? {}).filter(
		([, createdAt]) => typeof createdAt === 'number',
	);
	return {
		from: kept.from,
		since: kept.since,
		handled: Object.fromEntries(handled) as Record<string, number>,
	};
}
