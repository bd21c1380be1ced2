import { readCommonOptions } from '../../../../nodes/Chert/input/commonOptions';

const DEFAULT = { maxRetries: 4, maxWaitMs: 120_000 };

it.each([
	[{}, DEFAULT],
	[
		{ maxRetries: 0, maxRetryWait: 0 },
		{ maxRetries: 0, maxWaitMs: 0 },
	],
	[
		{ maxRetries: '2', maxRetryWait: '0.5' },
		{ maxRetries: 2, maxWaitMs: 500 },
	],
	[{ maxRetries: 2.9 }, { ...DEFAULT, maxRetries: 2 }],
	[
		{ maxRetries: -1, maxRetryWait: -1 },
		{ maxRetries: 0, maxWaitMs: 0 },
	],
	[{ maxRetries: '', maxRetryWait: '' }, DEFAULT],
	[{ maxRetries: 'many', maxRetryWait: Infinity }, DEFAULT],
])('reads %j', (options, limits) => {
	expect(readCommonOptions(options).retryLimits).toEqual(limits);
});

it.each([
	[{}, false],
	[{ includeInputFields: true }, true],
])('%j includes the input fields: %s', (options, includeInputFields) => {
	expect(readCommonOptions(options)).toMatchObject({ includeInputFields });
});
