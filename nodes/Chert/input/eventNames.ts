import { NO_EVENTS, wantsAll } from '../../shared/events/filters';
import { splitEntries, toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';
import { refuseObject } from './text';

/**
 * The events of a webhook as the API wants them.
 *
 * @param value a list of names, or text with commas from an expression
 * @returns an empty list for all events
 * @throws InputError when none is chosen or one is an object
 * Source: API section 5.1.
 */
export function toEventNames(value: unknown): string[] {
	const entries = splitEntries(value);
	entries.forEach((entry) => refuseObject(entry, 'Events', 'an event name'));
	const names = entries.map(toDisplayText);
	if (names.length === 0) throw new InputError(NO_EVENTS);
	return wantsAll(names) ? [] : names;
}
