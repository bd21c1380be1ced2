import { describeApiError, describeNoResponse } from '../../../nodes/shared/errorMessages';
import type { ApiError } from '../../../nodes/shared/apiError';
import { ERROR_CODES } from '../../../sandbox';

const BASE = 'https://console.trychert.com/api/v1';

const CODES = Object.entries(ERROR_CODES).map(([code, { status, message, retryable }]) => ({
	code: Number(code),
	status,
	message,
	retryable,
}));

it.each(CODES)('explains $code in sentences that read well', (failure) => {
	const { message, description } = describeApiError({ ...failure, traceId: 'abc' });

	expect(message).toMatch(/^[A-Z][^.]*[^.\s]$/);
	expect(description).toMatch(
		/^[A-Z].*[^.]\. Chert says: .+[^.]\. \(Chert code \d{4}, HTTP \d{3}, trace abc\)$/,
	);
	expect(`${message} ${description}`).not.toMatch(/\b(undefined|null|NaN)\b|\[object|\.\.| {2}/);
	expect(message).not.toMatch(/\b(error|problem|failure|mistake)\b/i);
});

it('explains each code in its own way', () => {
	const messages = CODES.map((failure) => describeApiError(failure).message);

	expect(new Set(messages).size).toBe(CODES.length);
});

it.each<[string, ApiError, string[] | undefined, string]>([
	[
		'by position and name',
		{ status: 409, code: 1011, attachmentIndex: 1 },
		['a.png', 'b.png'],
		'Chert cannot use attachment 2 (b.png)',
	],
	[
		'by position, where the name is not known',
		{ status: 409, code: 1011, attachmentIndex: 4 },
		['a.png'],
		'Chert cannot use attachment 5',
	],
	[
		'by name, where it is the only one',
		{ status: 409, code: 1011 },
		['a.png'],
		'Chert cannot use the attachment a.png',
	],
	[
		'not at all, where it may be any',
		{ status: 409, code: 1011 },
		['a.png', 'b.png'],
		'Chert cannot use an attachment',
	],
	[
		'not at all, where none is known',
		{ status: 409, code: 1011 },
		undefined,
		'Chert cannot use an attachment',
	],
	[
		'in a malformed value',
		{ status: 400, code: 1002, attachmentIndex: 0 },
		['a.png'],
		'Chert does not accept attachment 1 (a.png)',
	],
	[
		'when it is missing',
		{ status: 404, code: 5001, attachmentIndex: 0 },
		['att_1'],
		'Chert does not have attachment 1 (att_1)',
	],
	[
		'when it is too large',
		{ status: 400, code: 5002 },
		['tour.mp4'],
		'The attachment tour.mp4 is too large',
	],
	[
		'when its type is not taken',
		{ status: 400, code: 5003 },
		['a.csv'],
		'Chert does not take the attachment a.csv, because of its type',
	],
	[
		'when its bytes never came',
		{ status: 400, code: 5004, attachmentIndex: 0 },
		['a.png'],
		'Attachment 1 (a.png) was announced but its file never arrived',
	],
])('names the attachment %s', (_case, failure, attachments, sentence) => {
	expect(describeApiError(failure, { attachments }).message).toBe(sentence);
});

it('does not blame the attachment for another field', () => {
	expect(describeApiError({ status: 400, code: 1002 }, { attachments: ['a.png'] }).message).toBe(
		'A field has a value that Chert does not accept',
	);
});

it('names the line', () => {
	expect(describeApiError({ status: 403, code: 2006 }, { line: '+15550100009' }).message).toBe(
		'The line +15550100009 cannot be used: it is not assigned to your account, or not active',
	);
	expect(describeApiError({ status: 403, code: 2006 }).message).toBe(
		'The sender line cannot be used: it is not assigned to your account, or not active',
	);
});

it('lists the effects, where Chert lists them', () => {
	expect(
		describeApiError({ status: 400, code: 4098, allowedEffects: ['celebration', 'slam'] }),
	).toMatchObject({
		message: 'Chert does not know this effect; it knows: celebration, slam',
		description: expect.stringMatching(/^Choose one of the listed effects\. /),
	});
	expect(describeApiError({ status: 400, code: 4098, allowedEffects: [] })).toMatchObject({
		message: 'Chert does not know this effect',
		description: expect.stringMatching(/^Take Effect out of the options, or choose another one\. /),
	});
});

it.each([
	[{ status: 503, code: 4002, retryAfter: 29.2 }, 'Chert asks to wait 30 seconds.'],
	[{ status: 503, code: 4002, retryAfter: 1 }, 'Chert asks to wait 1 second.'],
	[{ status: 429, retryAfter: 5 }, 'Chert asks to wait 5 seconds.'],
])('says how long to wait: %j', (failure, sentence) => {
	expect(describeApiError(failure).description).toContain(` ${sentence} (`);
});

it.each<[ApiError, string, RegExp]>([
	[
		{ status: 400, code: 9999, message: 'Nope.' },
		'Chert refused the request',
		/^Correct the request as Chert says\. Chert says: Nope\. \(Chert code 9999, HTTP 400\)$/,
	],
	[
		{ status: 500, code: 9999, retryable: true },
		'Chert refused the request',
		/^Try again later\. \(Chert code 9999, HTTP 500\)$/,
	],
	[
		{ status: 400, code: 9999 },
		'Chert refused the request',
		/^Check the fields of this node\. \(Chert code 9999, HTTP 400\)$/,
	],
	[
		{ status: 401, message: 'bad token' },
		'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		/Chert says: bad token\./,
	],
	[
		{ status: 403, message: 'no' },
		'Chert refused the request',
		/^Correct the request as Chert says/,
	],
])('explains %j, which has no known code', (failure, message, description) => {
	expect(describeApiError(failure)).toEqual({
		message,
		description: expect.stringMatching(description),
	});
});

it.each<[number, string]>([
	[200, `Something other than Chert answered at ${BASE}`],
	[302, `Something other than Chert answered at ${BASE}`],
	[403, `A proxy or firewall refused the request at ${BASE}`],
	[404, `There is no Chert API at ${BASE}: check Base URL, which ends in /api/v1`],
	[502, `Chert, or a proxy before it, could not answer at ${BASE}`],
])('explains a stranger with status %i', (status, message) => {
	expect(describeApiError({ status }, { baseUrl: BASE })).toEqual({
		message,
		description: expect.stringMatching(new RegExp(`^[A-Z].+\\. \\(HTTP ${status}\\)$`)),
	});
});

it.each([
	[
		true,
		`Chert at ${BASE} did not answer: the connection was cut`,
		'Whether it was carried out is not known. Look into the chat before you run it again.',
	],
	[
		false,
		`Chert at ${BASE} did not answer (the connection was cut): check Base URL and the network of n8n`,
		'Base URL is in the Chert API credential. If both are right, try again later.',
	],
])('explains silence; it may be done: %s', (outcomeUnknown, message, description) => {
	const silence = { kind: 'silence', reason: 'the connection was cut', notSent: false } as const;

	expect(describeNoResponse(silence, outcomeUnknown, { baseUrl: BASE })).toEqual({ message, description });
});
