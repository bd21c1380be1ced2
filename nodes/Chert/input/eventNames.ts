import { wantsAll } from '../../shared/events/filters';
import { splitEntries, splitList } from '../../shared/fieldValue';
import { InputError } from './inputError';
import { refuseObject } from './text';

/**
 * The events of a webhook as the API wants them.
 *
 * @param value a list of names, or text with commas from an expression
 * @returns an empty list for all events
 * @throws InputError when none is chosen, or one is an object, as which no event is ever sent
 * Source: API section 5.1.
 */
export function toEventNames(value: unknown): string[] {
	splitEntries(value).forEach((entry) => refuseObject(entry, 'Events', 'an event name'));
	const names = splitList(value);
	if (names.length === 0)
		throw new InputError('Events is empty: choose at least one event, or All Events');
	return wantsAll(names) ? [] : names;
}
