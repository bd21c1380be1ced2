import { inspect } from 'node:util';

import type { IDataObject } from 'n8n-workflow';

import { ERROR_CODES, VARIANTS, type FaultRule } from '../../../sandbox';
import { file, from, LEAD, parts, text, useAction } from '../../support/action';
import type { RunOptions, RunResult } from '../../support/engine';

const action = useAction({
	lines: [
		{ phoneNumber: '+15550100001' },
		{ phoneNumber: '+15550100002', capabilities: ['imessage', 'send', 'receive'] },
		{ phoneNumber: '+15550100003', isActive: false },
	],
});

const HELLO = { phone: LEAD, body: 'Hello' };
const NO_RETRIES = { options: { maxRetries: 0 } };

/** Searches everything that a run leaves behind for the secret. */
function expectNoSecret(result: RunResult): void {
	const everything = inspect(result, {
		depth: 30,
		maxStringLength: null,
		maxArrayLength: null,
		showHidden: true,
	});
	expect(everything).not.toContain(action.sandbox.signingSecret);
	expect(everything).not.toContain('x-chert-signature');
}

/** The one failed item of a run with On Error set to Continue. */
async function failed(
	operation: string,
	parameters: IDataObject,
	options: Partial<RunOptions> = {},
) {
	const result = await action.run(operation, parameters, {
		onError: 'continueErrorOutput',
		...options,
	});
	expectNoSecret(result);
	expect(result.items).toEqual([]);
	expect(result.errors).toHaveLength(1);
	const [{ json, pairedItem }] = result.errors;
	expect(Object.keys(json).sort()).toEqual(['details', 'error', 'message']);
	expect(pairedItem).toMatchObject({ item: 0 });
	return json as { error: string; message: string; details: IDataObject };
}

const traceOf = (message: string) => /trace ([0-9a-f]{12})/.exec(message)?.[1];

describe.each(VARIANTS.errors)('every code, in the shape "%s"', (errors) => {
	beforeEach(() => {
		action.sandbox.control.variants({ errors });
	});

	it.each(Object.entries(ERROR_CODES).map(([code, { status }]) => [Number(code), status]))(
		'%i has a sentence and a hint, with code, status and trace',
		async (code, status) => {
			action.sandbox.control.addFaults({ kind: 'notRetryable', route: 'send', code });
			const { error, message, details } = await failed('message.send', HELLO);

			expect(error).not.toMatch(/^Chert rejected the request|\.$/);
			expect(message).toContain(`${error}. `);
			expect(message).toContain(
				`Chert says: ${ERROR_CODES[code as keyof typeof ERROR_CODES].message}.`,
			);
			expect(message).toContain(`(Chert code ${code}, HTTP ${status}, trace `);
			expect(details).toEqual({ code, status, retryable: false, traceId: traceOf(message) });
			expect(action.requests()).toHaveLength(1);
		},
	);
});

it("describes an unknown code with Chert's own words", async () => {
	action.sandbox.control.addFaults({ kind: 'notRetryable', code: 6001, status: 400 });
	const { error, message, details } = await failed('message.send', HELLO);

	expect(error).toBe('Chert rejected the request');
	expect(message).toContain(
		'Correct the request as Chert says. Chert says: Unknown code. (Chert code 6001, HTTP 400, trace ',
	);
	expect(details).toMatchObject({ code: 6001, status: 400, retryable: false });
});

it('finds the trace in the header when the body has none', async () => {
	action.sandbox.control.variants({ errorTraceId: false });
	const { message, details } = await failed('message.react', { messageId: 'nobody' });

	expect(details.traceId).toMatch(/^[0-9a-f]{12}$/);
	expect(traceOf(message)).toBe(details.traceId);
});

describe.each(VARIANTS.retryAfter)('a requested wait in: %s', (retryAfter) => {
	it.each(['standard', 'flat', 'hybrid'] as const)(
		'is named when it is too long (%s)',
		async (errors) => {
			action.sandbox.control.variants({ retryAfter, errors });
			action.sandbox.control.addFaults({ kind: 'saturated', retryAfter: 600 });
			const { error, message, details } = await failed('message.send', {
				...HELLO,
				phone: freshLead(),
			});

			expect(error).toBe('All lines are busy for this recipient');
			expect(message).toMatch(
				/Chert asks to wait (600|601|599) seconds\..*longer than Max Retry Wait in the options allows/,
			);
			expect(details).toMatchObject({ code: 4002, status: 503, retryable: true });
			expect(Math.abs(Number(details.retryAfter) - 600)).toBeLessThanOrEqual(1.5);
		},
	);
});

let leads = 200;

/** Another recipient each time: a blocked one gets no request until the block ends. */
function freshLead(): string {
	return `+15550100${leads++}`;
}

describe('a response that does not come from Chert', () => {
	it.each<[string, FaultRule, string, string]>([
		[
			'a web page, 502',
			{ kind: 'html', status: 502 },
			'Chert, or a proxy in front of it, could not process the request at BASE',
			'Try again later. (HTTP 502',
		],
		[
			'nothing, 500',
			{ kind: 'emptyError', status: 500 },
			'Chert, or a proxy in front of it, could not process the request at BASE',
			'Try again later. (HTTP 500',
		],
		[
			'a web page, 403',
			{ kind: 'html', status: 403 },
			'A proxy or firewall rejected the request at BASE',
			'Check Base URL in the Chert API credential and the network of n8n. (HTTP 403',
		],
		[
			'a web page, 404',
			{ kind: 'html', status: 404 },
			'There is no Chert API at BASE: check that Base URL ends in /api/v1',
			'Correct it in the Chert API credential. (HTTP 404',
		],
		[
			'a web page, 407',
			{ kind: 'html', status: 407 },
			'A proxy requires a password',
			'Check the proxy settings of n8n. (HTTP 407',
		],
		[
			'a web page, 413',
			{ kind: 'html', status: 413 },
			'The request is too large',
			'Send files of at most 100 MB, and shorter texts. (HTTP 413',
		],
		[
			'a web page, 418',
			{ kind: 'html', status: 418 },
			'A proxy or firewall rejected the request at BASE',
			'Check Base URL in the Chert API credential and the network of n8n. (HTTP 418',
		],
	])('is described as what it is: %s', async (_case, fault, sentence, hint) => {
		action.sandbox.control.addFaults(fault);
		const { error, message, details } = await failed('message.send', { ...HELLO, ...NO_RETRIES });

		expect(error).toBe(sentence.replace('BASE', action.sandbox.apiUrl));
		expect(message).toContain(`${error}. ${hint}`);
		expect(message).not.toContain('<');
		expect(details).toMatchObject({ status: fault.status });
		expect(details).not.toHaveProperty('code');
	});

	it.each(['cutBefore', 'cutAfter', 'cutMidBody'] as const)(
		'is described as no response: %s',
		async (kind) => {
			action.sandbox.control.addFaults({ kind });
			const { error, message, details } = await failed('message.send', { ...HELLO, ...NO_RETRIES });

			expect(error).toBe(
				`Chert at ${action.sandbox.apiUrl} did not respond (the connection was cut): check Base URL and the network of n8n`,
			);
			expect(message).toContain(
				'Base URL is in the Chert API credential. If both are correct, try again later.',
			);
			expect(details).toEqual({
				status: 0,
				retryable: true,
				outcomeUnknown: true,
				idempotencyKey: expect.stringMatching(/^n8n-/),
			});
		},
	);

	it('says of a reaction that it may have been processed', async () => {
		const { messageId } = await action.chat();
		action.sandbox.control.addFaults({ kind: 'cutAfter' });
		const { message } = await failed('message.react', { messageId });

		expect(message).toContain(
			'The request may have been processed. Check the chat before you run it again.',
		);
		expect(action.requests('messages.react')).toHaveLength(1);
	});

	it('names the address when the connection is refused', async () => {
		const credential = {
			authentication: 'bearer',
			signingSecret: action.sandbox.signingSecret,
			tenant: '',
			baseUrl: 'http://127.0.0.1:9/api/v1',
		};
		const { error } = await failed('message.send', { ...HELLO, ...NO_RETRIES }, { credential });

		expect(error).toBe(
			'Chert at http://127.0.0.1:9/api/v1 did not respond (the connection was refused): check Base URL and the network of n8n',
		);
	});
});

describe("Chert's own errors", () => {
	it('lists the effects that it knows', async () => {
		const { error, message, details } = await failed('message.send', {
			...HELLO,
			options: { effect: 'sparkles' },
		});

		expect(error).toMatch(
			/^Chert does not know this effect. Known effects: celebration, confetti, .*invisible_ink$/,
		);
		expect(message).toContain('Choose one of the known effects');
		expect(details).toMatchObject({
			code: 4098,
			allowedEffects: expect.arrayContaining(['celebration']),
		});
	});

	it('names the line by its ID', async () => {
		const line = { phoneLineId: { __rl: true, mode: 'id', value: 'pl_elsewhere' } };

		expect((await failed('message.send', { ...HELLO, options: line })).error).toBe(
			'The line pl_elsewhere is not assigned to your account, or not active',
		);
	});

	it('names the line by its number', async () => {
		const { error } = await failed('chat.create', {
			...from('+1 555 010 0999'),
			to: LEAD,
			...parts(text()),
		});

		expect(error).toBe('The line +15550100999 is not assigned to your account, or not active');
	});

	it('names the attachment that it does not have', async () => {
		const known = await action.uploaded();
		const { error, details } = await failed('message.send', {
			...HELLO,
			options: { attachments: `${known},att_9` },
		});

		expect(error).toBe('Chert does not have attachment 2 (att_9)');
		expect(details).toMatchObject({ code: 5001, attachmentIndex: 1 });
	});

	it('counts the attachments by ID before the files, as they are sent', async () => {
		const [input] = [{ binary: file('data', { fileName: 'roof.png' }) }];
		const parameters = { ...HELLO, binaryPropertyNames: 'data', options: { attachments: 'att_9' } };
		const { items } = await action.run('message.send', parameters, {
			items: [input],
			onError: 'continueRegularOutput',
		});

		expect(items[0].json.error).toBe('Chert does not have attachment 1 (att_9)');
		// The file is not the one that is missing.
		expect(action.requests('attachments.upload')).toHaveLength(1);
	});

	it('names the file that it does not accept', async () => {
		const video = await action.uploaded('video/quicktime', 'IMG_1.MOV');
		const photo = await action.uploaded('image/heic', 'IMG_1.HEIC');
		const { error, details } = await failed('message.send', {
			...HELLO,
			options: { attachments: `${video},${photo}`, livePhoto: true },
		});

		expect(error).toBe(`Chert does not accept attachment 1 (${video})`);
		expect(details).toMatchObject({ code: 1002, attachmentIndex: 0 });
	});

	it('names the one attachment that was asked for', async () => {
		expect((await failed('attachment.get', { attachmentId: 'att_9' })).error).toBe(
			'Chert does not have the attachment att_9',
		);
		expect((await failed('attachment.download', { attachmentId: 'att_9' })).error).toBe(
			'Chert does not have the attachment att_9',
		);
	});

	it.each<[number, string, string, IDataObject]>([
		[
			2002,
			'There is no chat with the ID "nobody"',
			'message.sendToChat',
			{ chatId: 'nobody', ...parts(text()) },
		],
		[
			2002,
			'There is no chat with this delivery chat ID',
			'location.send',
			{ recipient: 'chatId', chatId: 'iMessage;+;nobody', latitude: 1, longitude: 2 },
		],
		[2003, 'There is no message with the ID "nobody"', 'message.react', { messageId: 'nobody' }],
		[1009, 'The text is too long', 'message.send', { ...HELLO, body: 'x'.repeat(20_001) }],
		[
			1002,
			'A field has a value that Chert does not accept',
			'chat.create',
			{ ...from(), to: LEAD, ...parts(text()), options: { subject: 'For one' } },
		],
		[
			4099,
			'This line or chat does not support the operation',
			'chat.create',
			{ ...from('+15550100002'), to: `${LEAD},+15550100124`, ...parts(text()) },
		],
		[
			2006,
			'The line pl_15550100003 is not assigned to your account, or not active',
			'message.send',
			{ ...HELLO, options: { phoneLineId: { __rl: true, mode: 'id', value: 'pl_15550100003' } } },
		],
	])('%i: %s (%s)', async (code, sentence, operation, parameters) => {
		const { error, details } = await failed(operation, parameters);

		expect([error, details.code]).toEqual([sentence, code]);
	});

	it('says which chat ID a location takes', async () => {
		const { chatId } = await action.chat();
		const { message } = await failed('location.send', {
			recipient: 'chatId',
			chatId,
			latitude: 1,
			longitude: 2,
		});

		expect(message).toContain('For a direct chat, choose Phone Number under Recipient');
	});

	it.each([
		['suspended', 2005, 'The Chert account is suspended or has no permission for this'],
		['unverified', 2007, 'The email address of the account is not verified'],
		['limited', 2008, 'An account limit is reached'],
	] as const)('names the state of the account: %s', async (state, code, sentence) => {
		action.sandbox.control.account(state);

		expect(await failed('message.send', HELLO)).toMatchObject({
			error: sentence,
			details: { code },
		});
	});

	it('names a wrong clock, of a signed request', async () => {
		action.sandbox.control.clock({ advanceMs: 3_600_000 });
		const credential = {
			authentication: 'hmac',
			signingSecret: action.sandbox.signingSecret,
			tenant: action.sandbox.tenant,
			baseUrl: action.sandbox.apiUrl,
		};

		expect(await failed('message.send', HELLO, { credential })).toMatchObject({
			error: 'The clock of this n8n is off by more than 5 minutes',
			details: { code: 2013, status: 401 },
		});
	});

	it('names an unknown tenant', async () => {
		const credential = {
			authentication: 'bearer',
			signingSecret: action.sandbox.signingSecret,
			tenant: 'nobody',
			baseUrl: action.sandbox.apiUrl,
		};

		expect(await failed('message.send', HELLO, { credential })).toMatchObject({
			error: 'Chert does not know the tenant: check Tenant in the Chert API credential',
			details: { code: 2001 },
		});
	});

	it('does not show the secret when an upload is rejected', async () => {
		action.sandbox.control.addFaults({
			kind: 'notRetryable',
			route: 'attachments.upload',
			code: 5002,
		});
		const { error } = await failed(
			'attachment.upload',
			{},
			{ items: [{ binary: file('data', { fileName: 'tour.mp4', mimeType: 'video/mp4' }) }] },
		);

		expect(error).toBe('The attachment tour.mp4 is too large');
	});
});

it('stops the node with the same sentence, and the details beside it', async () => {
	const result = await action.run('message.send', { ...HELLO, options: { effect: 'sparkles' } });
	expectNoSecret(result);
	const { error } = result;

	expect(error).toMatchObject({
		name: 'NodeApiError',
		httpCode: '400',
		message: expect.stringContaining('Known effects: celebration'),
	});
	expect(error?.description).toMatch(
		/Choose one of the known effects\..*\(Chert code 4098, HTTP 400, trace [0-9a-f]{12}\)/,
	);
	expect(error?.context).toMatchObject({
		itemIndex: 0,
		data: { code: 4098, status: 400, retryable: false },
	});
});
