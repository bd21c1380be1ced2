import { DateTime } from 'luxon';

import { toTime } from '../../../../nodes/Chert/input/dateTime';

it.each<[unknown, string, string]>([
	['2030-01-31T18:00:00Z', 'America/New_York', '2030-01-31T18:00:00Z'],
	['2030-01-31T18:00:00', 'America/New_York', '2030-01-31T23:00:00Z'],
	['2030-01-31 18:00:00', 'Europe/Paris', '2030-01-31T17:00:00Z'],
	['2030-01-31', 'Asia/Tokyo', '2030-01-30T15:00:00Z'],
	['2030-01-31 18:00:00.123+01', 'Asia/Tokyo', '2030-01-31T17:00:00.123Z'],
	['01/31/2030 6:00 PM +0100', 'Asia/Tokyo', '2030-01-31T17:00:00Z'],
	['2030-01-31 18:00 EST', 'Asia/Tokyo', '2030-01-31T23:00:00Z'],
	['Thu, 31 Jan 2030 18:00:00 +0100', 'Asia/Tokyo', '2030-01-31T17:00:00Z'],
	[new Date('2030-01-31T18:00:00Z'), 'Asia/Tokyo', '2030-01-31T18:00:00Z'],
	[DateTime.fromISO('2030-01-31T18:00:00', { zone: 'Asia/Tokyo' }), 'UTC', '2030-01-31T09:00:00Z'],
])('%s in %s is %s', (value, zone, iso) => {
	expect(toTime(value, 'Since', zone)).toBe(Date.parse(iso));
});

// 01/31/2030 would be read in the time zone of the server, and 01/02/2030 is another day in Europe.
it.each([
	'yesterday',
	'01/31/2030',
	'01-31-2030',
	'2030-01-31 6:00 PM',
	'2030-01-31, 18:00',
	'2030-13-01',
	'18:00',
	1_700_000_000,
	{},
	true,
])('%j is no date', (value) => {
	expect(() => toTime(value, 'Since', 'UTC')).toThrow(/^Since ".*" is not a date: pick a date/);
});
