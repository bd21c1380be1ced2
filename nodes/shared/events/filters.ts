import type { ChertEvent } from './envelope';

/** The value of *Events* that stands for every event, now and in future. */
export const ALL_EVENTS = '*';

export interface EventFilters {
	/** Event names, or `*`. */
	events: readonly string[];
	/** Each list may be empty: no limit. */
	chatIds: readonly string[];
	senders: readonly string[];
	lines: readonly string[];
	chatType: 'all' | 'direct' | 'group';
	includeOwn: boolean;
}

/**
 * Says whether an event is one that the workflow asked for.
 * An event that lacks what a filter looks at does not pass that filter: "only these chats" holds for every event.
 */
export function passes(event: ChertEvent, filters: EventFilters): boolean {
	return (
		isWanted(event.name, filters.events) &&
		isListed(event.chatId, filters.chatIds, (id) => id) &&
		isListed(event.from, filters.senders, normaliseAddress) &&
		isListed(event.line, filters.lines, normaliseAddress) &&
		(filters.chatType === 'all' || event.isGroup === (filters.chatType === 'group')) &&
		(filters.includeOwn || !event.isOwn)
	);
}

/** Splits what a person typed into a list field: commas or line breaks between; an expression may give an array. */
export function splitList(value: unknown): string[] {
	const entries: unknown[] = Array.isArray(value) ? value : String(value ?? '').split(/[,\n]/);
	return entries.map((entry) => String(entry ?? '').trim()).filter((entry) => entry !== '');
}

/** True when every event is wanted, so that a subscription needs no list of names (API section 5.1). */
export function wantsAll(events: readonly string[]): boolean {
	return events.length === 0 || events.includes(ALL_EVENTS);
}

function isWanted(name: string, events: readonly string[]): boolean {
	return wantsAll(events) || events.includes(name);
}

function isListed(value: string | null, list: readonly string[], normalise: (text: string) => string): boolean {
	if (list.length === 0) return true;
	return value !== null && list.some((entry) => normalise(entry) === normalise(value));
}

/** `+1 (555) 010-0123` and `+15550100123` are one address, and so are `Ana@Example.com` and `ana@example.com`. */
function normaliseAddress(address: string): string {
	const text = address.trim().toLowerCase();
	return text.includes('@') ? text : text.replace(/[\s().-]/g, '');
}
