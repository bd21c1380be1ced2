import { readTimeLimit } from '../../../../nodes/Chert/sendAndWait/timeLimit';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const ZONE = 'Europe/Berlin';
const limit = (values: object) => readTimeLimit({ values }, ZONE, NOW) - NOW;

describe('time limit of a question', () => {
	it.each([undefined, {}, null, { values: undefined }])(
		'is 7 days without the option: %j',
		(option) => {
			expect(readTimeLimit(option, ZONE, NOW) - NOW).toBe(7 * 86_400_000);
		},
	);

	it.each([
		[{ limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' }, 45 * 60_000],
		[{ limitType: 'afterTimeInterval', resumeAmount: 0.5, resumeUnit: 'hours' }, 30 * 60_000],
		[{ limitType: 'afterTimeInterval', resumeAmount: '2', resumeUnit: 'days' }, 2 * 86_400_000],
		[{ limitType: 'afterTimeInterval', resumeAmount: 3 }, 3 * 3_600_000],
		[{}, 3_600_000],
	])('reads the interval %j', (values, expected) => {
		expect(limit(values)).toBe(expected);
	});

	it.each([
		['2030-01-01T14:00:00', 3_600_000],
		['2030-01-01T13:00:00Z', 3_600_000],
		['2030-01-01T16:00:00+02:00', 2 * 3_600_000],
	])(
		"reads the moment %s, in the workflow's time zone where it has none",
		(maxDateAndTime, expected) => {
			expect(limit({ limitType: 'atSpecifiedTime', maxDateAndTime })).toBe(expected);
		},
	);

	it.each([
		[
			{ limitType: 'afterTimeInterval', resumeAmount: 0, resumeUnit: 'hours' },
			'Limit Wait Time "0 hours"',
		],
		[{ limitType: 'afterTimeInterval', resumeAmount: -1 }, 'Limit Wait Time "-1 hours"'],
		[{ limitType: 'afterTimeInterval', resumeAmount: 'soon' }, 'Limit Wait Time "soon hours"'],
		[
			{ limitType: 'afterTimeInterval', resumeAmount: 1, resumeUnit: 'weeks' },
			'Limit Wait Time "1 weeks"',
		],
		[
			{ limitType: 'afterTimeInterval', resumeAmount: 1e300, resumeUnit: 'days' },
			'Limit Wait Time',
		],
		[{ limitType: 'atSpecifiedTime', maxDateAndTime: '' }, 'Max Date and Time is empty'],
		[
			{ limitType: 'atSpecifiedTime', maxDateAndTime: 'tomorrow' },
			'Max Date and Time "tomorrow" is not a date',
		],
		// Only the time zone of the server could explain it.
		[
			{ limitType: 'atSpecifiedTime', maxDateAndTime: '01/31/2030 18:00' },
			'Max Date and Time "01/31/2030 18:00" is not a date',
		],
		[{ limitType: 'atSpecifiedTime', maxDateAndTime: '2030-01-01T12:59:59' }, 'has passed'],
	])('rejects %j', (values, sentence) => {
		expect(() => limit(values)).toThrow(sentence);
	});
});
