import { DateTime } from 'luxon';

import { toDegrees, toExpiry } from '../../../../nodes/Chert/input/place';

const NOW = Date.parse('2026-09-01T10:00:00Z');

it.each([
	[48.8584, 90, 48.8584],
	['48.8584', 90, 48.8584],
	[' -0.1278 ', 180, -0.1278],
	[90, 90, 90],
	[-180, 180, -180],
	[0, 90, 0],
])('%j within %i is %d', (value, limit, degrees) => {
	expect(toDegrees(value, 'Latitude', limit)).toBe(degrees);
});

it.each([
	[
		90.0001,
		90,
		'Latitude "90.0001" is not between -90 and 90: enter degrees with a decimal point, e.g. 48.8584',
	],
	[-181, 180, 'Latitude "-181" is not between -180 and 180'],
	['48,8584', 90, 'Latitude "48,8584" is not'],
	['48° 51′', 90, 'Latitude "48° 51′" is not'],
	[true, 90, 'Latitude "true" is not'],
	[[48], 90, 'Latitude "[48]" is not'],
	[NaN, 90, 'Latitude "NaN" is not'],
	[Infinity, 90, 'Latitude "Infinity" is not'],
	['', 90, 'Latitude is empty: enter decimal degrees, e.g. 48.8584'],
	[' ', 90, 'Latitude is empty'],
	[undefined, 90, 'Latitude is empty'],
	[null, 90, 'Latitude is empty'],
])('%j within %i is refused: %s', (value, limit, sentence) => {
	expect(() => toDegrees(value, 'Latitude', limit)).toThrow(sentence);
});

it.each<[unknown, string, string]>([
	['2030-01-31T18:00:00Z', 'Europe/Paris', '2030-01-31T18:00:00.000Z'],
	['2030-01-31T18:00:00+01:00', 'America/New_York', '2030-01-31T17:00:00.000Z'],
	['2030-01-31T18:00:00', 'America/New_York', '2030-01-31T23:00:00.000Z'],
	['2030-07-31 18:00', 'America/New_York', '2030-07-31T22:00:00.000Z'],
	[
		DateTime.fromISO('2030-01-31T18:00:00', { zone: 'Asia/Tokyo' }),
		'UTC',
		'2030-01-31T09:00:00.000Z',
	],
	[new Date('2030-01-31T18:00:00Z'), 'Asia/Tokyo', '2030-01-31T18:00:00.000Z'],
])('%s in %s is %s', (value, zone, iso) => {
	expect(toExpiry(value, zone, NOW)).toBe(iso);
});

it.each(['soon', {}, 'in 2 hours', '2030-13-01'])('%j is no date', (value) => {
	expect(() => toExpiry(value, 'UTC', NOW)).toThrow(
		/^Expires At ".+" is not a date: pick a date and time/,
	);
});

it.each(['2026-09-01T10:00:00Z', '2020-01-01'])('%j has passed', (value) => {
	expect(() => toExpiry(value, 'UTC', NOW)).toThrow(
		`Expires At "${value}" has passed: pick a time in the future`,
	);
});
