import {
	describeApiError,
	describeAttemptError,
	describeNoResponse,
} from '../../../nodes/shared/errorMessages';
import type { ApiError } from '../../../nodes/shared/apiError';
import { ERROR_CODES } from '../../../sandbox';

const BASE = 'https://console.trychert.com/api/v1';

const CODES = Object.entries(ERROR_CODES).map(([code, { status, message, retryable }]) => ({
	code: Number(code),
	status,
	message,
	retryable,
}));

it.each(CODES)('explains $code in complete sentences', (apiError) => {
	const { message, description } = describeApiError({ ...apiError, traceId: 'abc' });

	expect(message).toMatch(/^[A-Z][^.]*[^.\s]$/);
	expect(description).toMatch(
		/^[A-Z].*[^.]\. Chert says: .+[^.]\. \(Chert code \d{4}, HTTP \d{3}, trace abc\)$/,
	);
	expect(`${message} ${description}`).not.toMatch(/\b(undefined|null|NaN)\b|\[object|\.\.| {2}/);
	expect(message).not.toMatch(/\b(error|problem|failure|mistake)\b/i);
});

it('explains each code differently', () => {
	const messages = CODES.map((apiError) => describeApiError(apiError).message);

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
		'not at all, where several are possible',
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
		'Chert cannot find attachment 1 (att_1)',
	],
	[
		'when it is too large',
		{ status: 400, code: 5002 },
		['tour.mp4'],
		'The attachment tour.mp4 is too large',
	],
	[
		'when its type is not accepted',
		{ status: 400, code: 5003 },
		['a.csv'],
		'Chert does not accept the file type of the attachment a.csv',
	],
	[
		'when it was never uploaded',
		{ status: 400, code: 5004, attachmentIndex: 0 },
		['a.png'],
		'Attachment 1 (a.png) was created but never uploaded',
	],
])('names the attachment %s', (_case, apiError, attachments, sentence) => {
	expect(describeApiError(apiError, { attachments }).message).toBe(sentence);
});

it('does not name the attachment when another field is wrong', () => {
	expect(describeApiError({ status: 400, code: 1002 }, { attachments: ['a.png'] }).message).toBe(
		'A field has a value that Chert does not accept',
	);
});

const CHAT_ID = '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8';
const MESSAGE_ID = '3d9a61f0b7c84e2595d1a0c6e8f47b12';
const LIKE_MESSAGE = 'It looks like a message ID. Use chatId from the same item';
const LIKE_CHAT = 'It looks like a chat ID. Use messageId from the same item';

it.each([
	[2002, MESSAGE_ID, LIKE_MESSAGE],
	[2002, 'msg_1', LIKE_MESSAGE],
	[2002, CHAT_ID.toUpperCase(), LIKE_MESSAGE],
	[2002, CHAT_ID, 'Use chatId from the Chert Trigger'],
	[2002, 'ch_1', 'Use chatId from the Chert Trigger'],
	[2002, undefined, 'Use chatId from the Chert Trigger'],
	[2003, CHAT_ID, LIKE_CHAT],
	[2003, 'ch_1', LIKE_CHAT],
	[2003, MESSAGE_ID, 'Use messageId from the Chert Trigger'],
	[2003, 'msg_1', 'Use messageId from the Chert Trigger'],
	[2003, undefined, 'Use messageId from the Chert Trigger'],
])('says of %i for the ID %s which ID to use', (code, id, hint) => {
	const { message, description } = describeApiError({ status: 404, code }, { id });

	expect(description.startsWith(hint)).toBe(true);
	expect(message.endsWith(id === undefined ? 'with this ID' : `with the ID "${id}"`)).toBe(true);
});

it("prefers the operation's own sentence for a code", () => {
	const own = { message: 'The chat is not a group', description: 'Choose a group' };

	expect(describeApiError({ status: 422, code: 1006 }, { byCode: { 1006: own } })).toEqual({
		message: own.message,
		description: 'Choose a group. (Chert code 1006, HTTP 422)',
	});
	expect(describeApiError({ status: 400, code: 1009 }, { byCode: { 1006: own } }).message).toBe(
		'The text is too long',
	);
});

it('names the line', () => {
	expect(describeApiError({ status: 403, code: 2006 }, { line: '+15550100009' }).message).toBe(
		'The line +15550100009 is not assigned to your account, or not active',
	);
	expect(describeApiError({ status: 403, code: 2006 }).message).toBe(
		'The sender line is not assigned to your account, or not active',
	);
});

it('lists the effects that Chert lists', () => {
	expect(
		describeApiError({ status: 400, code: 4098, allowedEffects: ['celebration', 'slam'] }),
	).toMatchObject({
		message: 'Chert does not know this effect. Known effects: celebration, slam',
		description: expect.stringMatching(/^Choose one of the known effects\. /),
	});
	expect(describeApiError({ status: 400, code: 4098, allowedEffects: [] })).toMatchObject({
		message: 'Chert does not know this effect',
		description: expect.stringMatching(/^Remove Effect from the options, or choose another one\. /),
	});
});

it.each([
	[{ status: 503, code: 4002, retryAfter: 29.2 }, 'Chert asks for a wait of 30 seconds.'],
	[{ status: 503, code: 4002, retryAfter: 1 }, 'Chert asks for a wait of 1 second.'],
	[{ status: 429, retryAfter: 5 }, 'Chert asks for a wait of 5 seconds.'],
])('says how long to wait: %j', (apiError, sentence) => {
	expect(describeApiError(apiError).description).toContain(` ${sentence} (`);
});

it.each<[ApiError, string, RegExp]>([
	[
		{ status: 400, code: 9999, message: 'Nope.' },
		'Chert rejected the request',
		/^Correct the request as Chert says\. Chert says: Nope\. \(Chert code 9999, HTTP 400\)$/,
	],
	[
		{ status: 500, code: 9999, retryable: true },
		'Chert rejected the request',
		/^Try again later\. \(Chert code 9999, HTTP 500\)$/,
	],
	[
		{ status: 400, code: 9999 },
		'Chert rejected the request',
		/^Check the fields of this node\. \(Chert code 9999, HTTP 400\)$/,
	],
	[
		{ status: 401, message: 'bad token' },
		'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		/Chert says: bad token\./,
	],
	[
		{ status: 403, message: 'no' },
		'Chert rejected the request',
		/^Correct the request as Chert says/,
	],
])('explains %j, which has no known code', (apiError, message, description) => {
	expect(describeApiError(apiError)).toEqual({
		message,
		description: expect.stringMatching(description),
	});
});

it.each<[number, string]>([
	[200, `Something other than Chert responded at ${BASE}`],
	[302, `Something other than Chert responded at ${BASE}`],
	[403, `A proxy or firewall rejected the request at ${BASE}`],
	[404, `There is no Chert API at ${BASE}: check that Base URL ends in /api/v1`],
	[502, `Chert, or a proxy in front of it, could not process the request at ${BASE}`],
])('explains a response with status %i that does not come from Chert', (status, message) => {
	expect(describeApiError({ status }, { baseUrl: BASE })).toEqual({
		message,
		description: expect.stringMatching(new RegExp(`^[A-Z].+\\. \\(HTTP ${status}\\)$`)),
	});
});

it.each([
	[
		true,
		`Chert at ${BASE} did not respond: the connection was cut`,
		'The request may have been processed. Check the chat before you run it again.',
	],
	[
		false,
		`Chert at ${BASE} did not respond (the connection was cut): check Base URL and n8n's network`,
		'Base URL is in the Chert API credential. If both are correct, try again later.',
	],
])(
	'explains a request without a response; it may be processed: %s',
	(outcomeUnknown, message, description) => {
		const noResponse = {
			kind: 'noResponse',
			reason: 'the connection was cut',
			notSent: false,
		} as const;

		expect(describeNoResponse(noResponse, outcomeUnknown, { baseUrl: BASE })).toEqual({
			message,
			description,
		});
	},
);

it('says where to check whether a request was processed', () => {
	const noResponse = {
		kind: 'noResponse',
		reason: 'the connection was cut',
		notSent: false,
	} as const;

	expect(describeAttemptError(noResponse, { checkIn: 'the group' }, true).description).toBe(
		'The request may have been processed. Check the group before you run it again.',
	);
});
