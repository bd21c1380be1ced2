import { toDisplayText } from '../../shared/fieldValue';
import { toTime } from './dateTime';
import { InputError } from './inputError';

/**
 * A latitude or longitude in degrees.
 *
 * @param limit 90 or 180: the value lies between -limit and limit
 * @throws InputError when it is empty, no number or out of range
 * Source: API section 3.16.
 */
export function toDegrees(value: unknown, label: string, limit: number): number {
	if (toDisplayText(value) === '')
		throw new InputError(`${label} is empty: enter decimal degrees, e.g. 48.8584`);
	const degrees =
		typeof value === 'number'
			? value
			: typeof value === 'string' && value.trim() !== ''
				? Number(value)
				: NaN;
	if (!Number.isFinite(degrees) || Math.abs(degrees) > limit) {
		throw new InputError(
			`${label} "${toDisplayText(value)}" is not between -${limit} and ${limit}: enter degrees with a decimal point, e.g. 48.8584`,
		);
	}
	return degrees;
}

/**
 * A moment in the future as ISO 8601 in UTC.
 *
 * @param value ISO text or a date; without an offset it is in the time zone of the workflow
 * @throws InputError when it is not a date, or has passed
 */
export function toExpiry(value: unknown, timeZone: string, now: number): string {
	const time = toTime(value, 'Expires At', timeZone);
	if (time <= now) {
		throw new InputError(
			`Expires At "${toDisplayText(value)}" has passed: pick a time in the future`,
		);
	}
	return new Date(time).toISOString();
}
