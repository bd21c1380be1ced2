import fc from 'fast-check';

import { readApiError, type ChertResponse } from '../../../nodes/shared/apiError';

const NOW = Date.parse('2026-09-01T10:00:00Z');

const toResponse = (
	statusCode: number,
	body?: unknown,
	headers: Record<string, unknown> = {},
): ChertResponse => ({ statusCode, body, headers });

const FIELDS = {
	code: 4098,
	message: 'Unknown effect',
	retryable: false,
	retry_after: 7,
	attachment_index: 0,
	allowed_effects: ['celebration'],
};
const READ = {
	status: 400,
	code: 4098,
	message: 'Unknown effect',
	retryable: false,
	retryAfter: 7,
	attachmentIndex: 0,
	allowedEffects: ['celebration'],
	traceId: '51c0de',
};

it.each([
	['standard', { success: false, error: { status: 400, ...FIELDS }, trace_id: '51c0de' }],
	['standard, with the trace inside', { success: false, error: { ...FIELDS, trace_id: '51c0de' } }],
	['flat', { status: 'failed', ...FIELDS, trace_id: '51c0de' }],
	[
		'hybrid',
		{
			ok: false,
			error: 'downstream said no',
			downstream_status: 500,
			...FIELDS,
			trace_id: '51c0de',
		},
	],
	[
		'mixed: an error object without code',
		{ error: { message: 'Unknown effect' }, ...FIELDS, trace_id: '51c0de' },
	],
])('reads the %s shape in full', (_shape, body) => {
	expect(readApiError(toResponse(400, body), NOW)).toEqual(READ);
});

it.each([
	['success', toResponse(200, { status: 'sent' })],
	['no body', toResponse(204)],
	['a text', toResponse(201, 'created')],
	['a list', toResponse(200, [])],
	['a response with an empty error', toResponse(200, { error: null, status: 'queued' })],
])('reads %s as a success', (_case, given) => {
	expect(readApiError(given, NOW)).toBeUndefined();
});

it.each([
	['a message with the status "failed"', { status: 'failed', id: 'm1' }],
	['a message without a code', { message: { id: 'm1', status: 'failed' } }],
	['a code beside another status', { status: 'queued', code: 7 }],
])('reads %s as a success', (_case, body) => {
	expect(readApiError(toResponse(200, body), NOW)).toBeUndefined();
});

it.each([
	['standard', { success: false, error: { code: 3001 } }],
	['flat', { status: 'failed', code: 3001 }],
	['hybrid', { ok: false, code: 3001 }],
])('reads the error in a response with status 200: %s', (_shape, body) => {
	expect(readApiError(toResponse(200, body), NOW)).toEqual({ status: 200, code: 3001 });
});

it.each([
	['HTML', '<html>502</html>'],
	['nothing', undefined],
	['an empty text', ''],
	['null', null],
	['a number', 7],
	['a list', ['x']],
])('reads only the status of %s', (_case, body) => {
	expect(readApiError(toResponse(502, body), NOW)).toEqual({ status: 502 });
});

it('reads the text of a string in "error"', () => {
	expect(readApiError(toResponse(502, { ok: false, error: 'receiver failed' }), NOW)).toEqual({
		status: 502,
		message: 'receiver failed',
	});
});

it.each<[Record<string, unknown>, number | undefined]>([
	[{ 'retry-after': '12' }, 12],
	[{ 'Retry-After': '0' }, 0],
	[{ 'retry-after': 'Tue, 01 Sep 2026 10:00:30 GMT' }, 30],
	[{ 'retry-after': 'Tue, 01 Sep 2026 09:59:00 GMT' }, 0],
	[{ 'retry-after': '-5' }, 0],
	[{ 'retry-after': 'soon' }, undefined],
	[{ 'retry-after': '' }, undefined],
	[{}, undefined],
])('reads the wait in the header %j', (headers, seconds) => {
	expect(readApiError(toResponse(429, undefined, headers), NOW)?.retryAfter).toBe(seconds);
});

it('prefers the wait in the body to the one in the header', () => {
	expect(
		readApiError(
			toResponse(429, { error: { code: 1007, retry_after: 3 } }, { 'retry-after': '9' }),
			NOW,
		)?.retryAfter,
	).toBe(3);
});

it('reads a negative wait as 0', () => {
	expect(
		readApiError(toResponse(429, { error: { code: 1007, retry_after: -3 } }), NOW)?.retryAfter,
	).toBe(0);
});

it('finds the trace in the header when the body has none', () => {
	expect(readApiError(toResponse(500, '', { 'X-Trace-ID': 'abc' }), NOW)).toEqual({
		status: 500,
		traceId: 'abc',
	});
});

it('reads any body without throwing, and a status of 300 or more always as an error', () => {
	fc.assert(
		fc.property(fc.integer({ min: 200, max: 599 }), fc.jsonValue(), (status, body) => {
			const apiError = readApiError(toResponse(status, body), NOW);
			if (status >= 300) expect(apiError).toMatchObject({ status });
			if (apiError) {
				for (const value of Object.values(apiError)) expect(value).toBeDefined();
			}
		}),
		{ seed: 20_260_901 },
	);
});
