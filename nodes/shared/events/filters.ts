import { hasTrunkZero, isE164, withoutSeparators } from '../phoneFormat';
import { choiceError, INVISIBLE } from '../fieldValue';
import type { ChertEvent } from './envelope';

/** The value of *Events* for every event, now and in the future. */
export const ALL_EVENTS = '*';

/** Why an empty list of events is refused. */
export const NO_EVENTS = 'Events is empty: choose at least one event, or All Events';

/** The values of *Chat Type*. */
const CHAT_TYPES = ['all', 'direct', 'group'];

/** Enough to tell an email address from a typing mistake. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export interface EventFilters {
	/** Event names, or `*` */
	events: readonly string[];
	/** Each list may be empty: no limit */
	chatIds: readonly string[];
	senders: readonly string[];
	lines: readonly string[];
	/** `all`, `direct` or `group` */
	chatType: string;
	includeOwn: boolean;
}

/**
 * Says whether an event passes the filters. An event without the value that a filter checks does not pass it: "only
 * these chats" holds for every event.
 */
export function passes(event: ChertEvent, filters: EventFilters): boolean {
	return (
		isWanted(event.name, filters.events) &&
		isListed(event.chatId, filters.chatIds, (id) => id) &&
		isListed(event.from, filters.senders, normalizeAddress) &&
		isListed(event.line, filters.lines, normalizeAddress) &&
		(filters.chatType === 'all' || event.isGroup === (filters.chatType === 'group')) &&
		(filters.includeOwn || !event.isOwn)
	);
}

/**
 * Checks the filters for entries that no event can match, which would drop every reply silently.
 *
 * @returns one sentence that names the field and the fix; undefined when all filters can be used
 */
export function filterError(filters: EventFilters): string | undefined {
	const { events, chatIds, senders, lines, chatType } = filters;
	if (events.length === 0) return NO_EVENTS;
	const chatTypeError = choiceError(chatType, 'Chat Type', 'a kind of chat', CHAT_TYPES);
	if (chatTypeError !== undefined) return chatTypeError;
	const address = chatIds.find(isAddress);
	if (address !== undefined)
		return `Chat IDs "${address}" is a phone number or email address, not a chat ID: enter it in Senders instead`;
	for (const [field, entries] of Object.entries({ Senders: senders, Lines: lines })) {
		const entry = entries.find((address) => !isAddress(address));
		if (entry === undefined) continue;
		return `${field} "${entry}" is neither an international phone number nor an email address: start with + and the country code, e.g. +15550100123`;
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
	normalize: (text: string) => string,
): boolean {
	if (list.length === 0) return true;
	// Copied text can bring characters that nobody sees.
	const plain = (text: string) => normalize(text.replace(INVISIBLE, ''));
	return value !== null && list.some((entry) => plain(entry) === plain(value));
}

/** `+1 (555) 010-0123` and `+15550100123` are the same address, and so are `Ana@Example.com` and `ana@example.com`. */
function normalizeAddress(address: string): string {
	const text = address.trim().toLowerCase();
	return text.includes('@') ? text : withoutSeparators(text);
}

function isAddress(typed: string): boolean {
	return EMAIL.test(typed) || (!hasTrunkZero(typed) && isE164(withoutSeparators(typed)));
}
