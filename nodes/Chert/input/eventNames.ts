import { wantsAll } from '../../shared/events/filters';
import { splitList } from '../../shared/fieldValue';
import { InputError } from './inputError';

/**
 * The events of a webhook as the API wants them.
 *
 * @param value a list of names, or text with commas from an expression
 * @returns an empty list for all events
 * @throws InputError when none is chosen
 * Source: API section 5.1.
 */
export function toEventNames(value: unknown): string[] {
	const names = splitList(value);
	if (names.length === 0)
		throw new InputError('Events is empty: choose at least one event, or All Events');
	return wantsAll(names) ? [] : names;
}
