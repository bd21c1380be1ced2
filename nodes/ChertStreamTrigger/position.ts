import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { EventRow } from '../shared/events/eventRow';
import { asObject } from '../shared/object';

/**
 * How far before the known point reading begins again. Events that Chert stores a little late could be missed
 * otherwise; the claims of the executions recognize what was processed before.
 */
export const OVERLAP_MS = 30_000;

/** A position is stored with the run of an event. n8n then writes the workflow's static data, so it is not each run. */
const STORE_AFTER_MS = 5 * 60_000;
const STORE_AFTER_EVENTS = 100;

/** Filtered events have no run. After this many a run without an item stores the position. */
const STORE_AFTER_FILTERED = 1_000;

/** More than Chert has within the overlap. */
const RECENT_EVENTS = 5_000;

/** Up to where the event log was read, as the node's static data has it. */
export interface Position {
	/** ISO 8601: when a person published the workflow. Older events never start a run */
	from: string;
	/** Events with exactly that time that never start a run either: Chert's times can have whole seconds */
	known: string[];
	/** ISO 8601: all events created before were read */
	since: string;
	/** The filters and the credential. With others, reading starts with what comes from now on */
	settings: string;
}

/** Keeps where to read, and which events of the overlap were read already. */
export class StreamPosition {
	private readonly recent = new Set<string>();

	private storedAt = Date.now();

	private events = 0;

	private filtered = 0;

	/** @param overlapMs how far before the known point reading begins again */
	constructor(
		private readonly position: Position,
		private readonly overlapMs = OVERLAP_MS,
	) {}

	/** ISO 8601: where reading begins. */
	since(): string {
		return new Date(Date.parse(this.position.since) - this.overlapMs).toISOString();
	}

	/** @returns false for an event that is older than the activation or was read before */
	isNew({ key, createdAt }: EventRow): boolean {
		const { from, known } = this.position;
		if (createdAt < Date.parse(from) || this.recent.has(key)) return false;
		if (createdAt === Date.parse(from) && known.includes(key)) return false;
		this.recent.add(key);
		if (this.recent.size > RECENT_EVENTS) this.recent.delete(this.recent.values().next().value!);
		return true;
	}

	/** All events that were created before a time, in milliseconds, were read. */
	readUntil(time: number): void {
		const since = Math.max(Date.parse(this.position.since), time);
		this.position.since = new Date(since).toISOString();
	}

	/**
	 * Counts an event.
	 *
	 * @param isFiltered true when it starts no run
	 * @returns the position where it is time to store it
	 */
	count(isFiltered: boolean): Position | undefined {
		if (isFiltered) this.filtered++;
		else this.events++;
		const isDue = isFiltered
			? this.filtered >= STORE_AFTER_FILTERED
			: this.events >= STORE_AFTER_EVENTS || Date.now() - this.storedAt >= STORE_AFTER_MS;
		if (!isDue) return undefined;
		this.storedAt = Date.now();
		this.events = 0;
		this.filtered = 0;
		return { ...this.position };
	}
}

/** Reads the stored position; anything else in its place counts as none. */
export function readPosition(staticData: IDataObject): Position | undefined {
	const stored = asObject(staticData.position);
	const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
	const isPosition =
		isTime(stored?.from) &&
		isTime(stored?.since) &&
		Array.isArray(stored?.known) &&
		typeof stored?.settings === 'string';
	return isPosition ? (stored as unknown as Position) : undefined;
}

/** An item that only brings a position into an execution. */
export function positionItem(position: Position): INodeExecutionData {
	return { json: { position: { ...position } } };
}

/**
 * Stores the position that came with the items, inside the execution: static data is fresh there, while the trigger's
 * own copy is as old as the activation, and n8n would write it over everything that runs have stored since.
 *
 * @returns the items without it
 */
export function storePosition(
	ctx: IExecuteFunctions,
	items: INodeExecutionData[],
): INodeExecutionData[] {
	const without = items.map(({ json: { position, ...json }, ...item }) => {
		const staticData = ctx.getWorkflowStaticData('node');
		const [brought, stored] = [readPosition({ position }), readPosition(staticData)];
		// Not of an execution that a person retries, nor of one from before the settings changed.
		const isNewer =
			stored?.settings === brought?.settings && `${stored?.since}` < `${brought?.since}`;
		if (brought !== undefined && (stored === undefined || isNewer)) {
			staticData.position = { ...brought };
		}
		return { ...item, json };
	});
	return without.filter(({ json }) => Object.keys(json).length > 0);
}
