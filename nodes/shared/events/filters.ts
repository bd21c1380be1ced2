import { hasTrunkZero, isE164, withoutSeparators } from '../phone';
import type { ChertEvent } from './envelope';

/** The value of *Events* that stands for every event, now and in future. */
export const ALL_EVENTS = '*';

/** Enough to tell an e-mail address from a slip of the pen. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

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

/**
 * Says in one sentence what no event could ever match, or nothing when all filters can be used: a filter that never
 * matches would drop every reply without a word.
 */
export function filterError({ chatIds, senders, lines }: EventFilters): string | undefined {
	const address = chatIds.find(isAddress);
	if (address !== undefined)
		return `Chat IDs "${address}" is an address, not a chat ID: put it into Senders instead`;
	for (const [field, entries] of Object.entries({ Senders: senders, Lines: lines })) {
		const entry = entries.find((address) => !isAddress(address));
		if (entry === undefined) continue;
		return `${field} "${entry}" is neither an international phone number nor an e-mail address: write + and the country code first, e.g. +15550100123`;
	}
	return undefined;
}

/** True when every event is wanted, so that a subscription needs no list of names (API section 5.1). */
export function wantsAll(events: readonly string[]): boolean {
	return events.length === 0 || events.includes(ALL_EVENTS);
}

function isWanted(name: string, events: readonly string[]): boolean {
	return wantsAll(events) || events.includes(name);
}

function isListed(
	value: string | null,
	list: readonly string[],
	normalise: (text: string) => string,
): boolean {
	if (list.length === 0) return true;
	return value !== null && list.some((entry) => normalise(entry) === normalise(value));
}

/** `+1 (555) 010-0123` and `+15550100123` are one address, and so are `Ana@Example.com` and `ana@example.com`. */
function normaliseAddress(address: string): string {
	const text = address.trim().toLowerCase();
	return text.includes('@') ? text : withoutSeparators(text);
}

function isAddress(typed: string): boolean {
	return EMAIL.test(typed) || (!hasTrunkZero(typed) && isE164(withoutSeparators(typed)));
}
