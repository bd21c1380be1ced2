import type { IDataObject } from 'n8n-workflow';

import { file, from, LEAD, parts, text, useAction } from '../../support/action';
import { expectNoSecret, failed, HELLO } from '../../support/failedItem';

const action = useAction({
	lines: [
		{ phoneNumber: '+15550100001' },
		{ phoneNumber: '+15550100002', capabilities: ['imessage', 'send', 'receive'] },
		{ phoneNumber: '+15550100003', isActive: false },
	],
});

describe("Chert's own errors", () => {
	it('lists the effects that it knows', async () => {
		const { error, message, details } = await failed(action, 'message.send', {
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

		expect((await failed(action, 'message.send', { ...HELLO, options: line })).error).toBe(
			'The line pl_elsewhere is not assigned to your account, or not active',
		);
	});

	it('names the line by its number', async () => {
		const { error } = await failed(action, 'chat.create', {
			...from('+1 555 010 0999'),
			to: LEAD,
			...parts(text()),
		});

		expect(error).toBe('The line +15550100999 is not assigned to your account, or not active');
	});

	it('names the attachment that it does not have', async () => {
		const known = await action.uploaded();
		const { error, details } = await failed(action, 'message.send', {
			...HELLO,
			options: { attachments: `${known},att_9` },
		});

		expect(error).toBe('Chert cannot find attachment 2 (att_9)');
		expect(details).toMatchObject({ code: 5001, attachmentIndex: 1 });
	});

	it('counts the attachments by ID before the files, as they are sent', async () => {
		const [input] = [{ binary: file('data', { fileName: 'roof.png' }) }];
		const parameters = { ...HELLO, binaryPropertyNames: 'data', options: { attachments: 'att_9' } };
		const { items } = await action.run('message.send', parameters, {
			items: [input],
			onError: 'continueRegularOutput',
		});

		expect(items[0].json.error).toBe('Chert cannot find attachment 1 (att_9)');
		// The file is not the one that is missing.
		expect(action.requests('attachments.upload')).toHaveLength(1);
	});

	it('names the file that it does not accept', async () => {
		const video = await action.uploaded('video/quicktime', 'IMG_1.MOV');
		const photo = await action.uploaded('image/heic', 'IMG_1.HEIC');
		const { error, details } = await failed(action, 'message.send', {
			...HELLO,
			options: { attachments: `${video},${photo}`, livePhoto: true },
		});

		expect(error).toBe(`Chert does not accept attachment 1 (${video})`);
		expect(details).toMatchObject({ code: 1002, attachmentIndex: 0 });
	});

	it('names the one attachment that was asked for', async () => {
		expect((await failed(action, 'attachment.get', { attachmentId: 'att_9' })).error).toBe(
			'Chert cannot find the attachment att_9',
		);
		expect((await failed(action, 'attachment.download', { attachmentId: 'att_9' })).error).toBe(
			'Chert cannot find the attachment att_9',
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
		const { error, details } = await failed(action, operation, parameters);

		expect([error, details.code]).toEqual([sentence, code]);
	});

	it('says which chat ID a location takes', async () => {
		const { chatId } = await action.chat();
		const { message } = await failed(action, 'location.send', {
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

		expect(await failed(action, 'message.send', HELLO)).toMatchObject({
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

		expect(await failed(action, 'message.send', HELLO, { credential })).toMatchObject({
			error: 'The clock of the n8n server is off by more than 5 minutes',
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

		expect(await failed(action, 'message.send', HELLO, { credential })).toMatchObject({
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
			action,
			'attachment.upload',
			{},
			{ items: [{ binary: file('data', { fileName: 'tour.mp4', mimeType: 'video/mp4' }) }] },
		);

		expect(error).toBe('The attachment tour.mp4 is too large');
	});
});

it('stops the node with the same sentence, and the details beside it', async () => {
	const result = await action.run('message.send', { ...HELLO, options: { effect: 'sparkles' } });
	expectNoSecret(action, result);
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
