import { tryToParseDateTime } from 'n8n-workflow';

import { toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';

/** Luxon dates, which n8n's expressions give, are objects that have a primitive value. */
const STARTS_WITH_YEAR = /^\d{4}-?\d\d/;

const ENDS_WITH_ZONE = /(Z|GMT|UTC|[+-]\d\d:?\d\d)$/i;

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
	if (STARTS_WITH_YEAR.test(shown) || ENDS_WITH_ZONE.test(shown)) {
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
