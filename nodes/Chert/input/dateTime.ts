import { tryToParseDateTime } from 'n8n-workflow';

import { toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';

/** A date with or without a time of 24 hours: only these are read in the time zone of the workflow. */
const WITHOUT_ZONE = /^\d{4}-?\d\d(-?\d\d([T ]\d\d(:?\d\d){0,2}([.,]\d+)?)?)?$/;

/** An offset follows a time: -2030 in 01-31-2030 is none. */
const ENDS_WITH_ZONE =
	/(Z|GMT|UTC|[ECMP][SD]T|[:T]\d[\d:.,]*\s?([ap]m\s?)?(GMT|UTC)?[+-]\d\d?(:?\d\d)?)$/i;

/**
 * A date and time.
 *
 * @param value ISO text or a date; without an offset it is in the time zone of the workflow
 * @returns milliseconds since 1970
 * @throws InputError when it is not a date
 */
export function toTime(value: unknown, label: string, timeZone: string): number {
	const shown = toDisplayText(value).replace(/^"|"$/g, '');
	let time = NaN;
	// Other forms, such as 01/31/2030, would be read in the time zone of the server.
	if (WITHOUT_ZONE.test(shown) || ENDS_WITH_ZONE.test(shown)) {
		try {
			time = tryToParseDateTime(typeof value === 'string' ? shown : value, timeZone).toMillis();
		} catch {
			time = NaN;
		}
	}
	if (!Number.isNaN(time)) return time;
	throw new InputError(
		`${label} "${shown}" is not a date: pick a date and time, e.g. 2030-01-31T18:00:00Z`,
	);
}
