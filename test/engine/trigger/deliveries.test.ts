import { createHash, randomBytes } from 'node:crypto';

import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';

import { sign } from '../../../nodes/shared/subscription/signature';
import { VARIANTS, type RecipientReply, type Variants } from '../../../sandbox';
import { credentialFor } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { messageReceived } from '../../support/triggerBodies';
import { TriggerHost, type UrlKind } from '../../support/triggerEngine';

const ANA = '+15550100123';
const BEN = '+15550100124';

const context = useSandbox({ timing: { webhookRetryMs: [5, 10] } });
let host: TriggerHost;

beforeEach(async () => {
	host = await TriggerHost.start({
		credential: credentialFor(context.sandbox),
		parameters: { events: ['*'] },
	});
});

afterEach(async () => {
	jest.restoreAllMocks();
	await host.close();
});

/** A lead does something; resolves when Chert has delivered it and its runs have ended. */
async function reply(phone: string, input: RecipientReply) {
	const action = await context.sandbox.control.reply(phone, input);
	await context.sandbox.control.idle();
	await host.idle();
	return action;
}

const runs = () => host.calls.filter(({ input }) => input !== undefined);
const items = () => host.calls.flatMap((call) => call.items);

/** A delivery made here, for what the sandbox would not send. */
async function post(body: object | string, { kind = 'production' as UrlKind, headers = {} } = {}) {
	const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
	const secret = String(host.record(kind)?.secret ?? 'none');
	const signature = sign(rawBody, secret, Math.floor(Date.now() / 1000));
	const response = await fetch(host.url(kind), {
		method: 'POST',
		body: rawBody,
		headers: { 'content-type': 'application/json', 'x-webhook-signature': signature, ...headers },
	});
	await host.idle();
	return { status: response.status, text: await response.text() };
}

describe('a message, a photo and a tapback', () => {
	const WAYS: Array<Partial<Variants>> = VARIANTS.webhookSignature.flatMap((webhookSignature) =>
		VARIANTS.webhookSignatureHeader.flatMap((webhookSignatureHeader) =>
			VARIANTS.deliveryBody.map((deliveryBody) => ({
				webhookSignature,
				webhookSignatureHeader,
				deliveryBody,
			})),
		),
	);

	it.each([...WAYS, { ids: 'prefixed' as const }, { ids: 'hex32' as const }, { leadReply: true }])(
		'%j',
		async (variants) => {
			context.sandbox.control.variants(variants);
			await host.activate();
			const photo = {
				fileName: 'photo.jpg',
				mimeType: 'image/jpeg',
				base64: Buffer.from('not really a photo').toString('base64'),
			};
			const { message, chatId } = await context.sandbox.control.reply(ANA, {
				text: 'Yes please\n\nthanks',
				attachment: photo,
			});
			await reply(ANA, { reaction: { type: 'love', messageId: message!.id } });

			const all = items().map(({ json }) => json);
			const first = all.find(({ event }) => event === 'message.received');
			const others = all.filter((item) => item !== first);
			expect(first).toEqual({
				event: 'message.received',
				eventId: expect.stringMatching(/^chert:msg:/),
				receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
				chatId,
				isGroup: false,
				messageId: message!.id,
				from: ANA,
				line: context.sandbox.lines[0].phoneNumber,
				participants: [ANA],
				text: 'Yes please\n\nthanks',
				sessionId: chatId,
				chatInput: 'Yes please\n\nthanks',
				optOut: false,
				optOutWord: null,
				attachments: [
					{
						attachmentId: message!.attachments[0].attachmentId,
						fileName: 'photo.jpg',
						mimeType: 'image/jpeg',
						sizeBytes: 18,
					},
				],
			});
			const reaction = others.find(({ event }) => event === 'reaction.added');
			expect(reaction).toMatchObject({
				event: 'reaction.added',
				chatId,
				messageId: message!.id,
				from: ANA,
			});
			expect((reaction?.data as { reaction: object }).reaction).toMatchObject({ type: 'love' });
			expect(others).toHaveLength(variants.leadReply ? 2 : 1);
			expect(host.calls.every(({ status }) => status === 200)).toBe(true);
		},
	);

	it('comes as delivered with Simplify off', async () => {
		await host.activate('production', { events: ['message.received'], simplify: false });
		const { events } = await reply(ANA, { text: 'Hello' });
		expect(items()[0].json).toEqual(events[0].payload);
	});
});

describe('what was not signed by this subscription', () => {
	it('is rejected with 401, without a run', async () => {
		await host.activate();
		const old = sign(
			Buffer.from('{}'),
			String(host.record().secret),
			Math.floor(Date.now() / 1000) - 301,
		);
		const responses = [
			await post(messageReceived(), { headers: { 'x-webhook-signature': '' } }),
			await post(messageReceived(), { headers: { 'x-webhook-signature': 'nonsense' } }),
			await post('{}', { headers: { 'x-webhook-signature': old } }),
			await post(messageReceived(), {
				headers: { 'x-webhook-signature': sign(Buffer.from('{}'), 'other', Date.now() / 1000) },
			}),
		];
		expect(responses.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
		expect(responses.map(({ text }) => JSON.parse(text).message)).toEqual([
			'Not accepted: the signature header is missing',
			'Not accepted: the signature header is malformed',
			'Not accepted: the signature is too old or too new. Check the clock of the n8n server',
			expect.stringContaining('Not accepted: the signature'),
		]);
		expect(runs()).toEqual([]);
	});

	it("does not pass with the API's own secret, nor with that of the other URL", async () => {
		await host.activate('production');
		await host.activate('test');
		const body = Buffer.from(JSON.stringify(messageReceived()));
		const now = Math.floor(Date.now() / 1000);
		for (const secret of [context.sandbox.signingSecret, String(host.record('test').secret)]) {
			expect(
				(
					await post(messageReceived(), {
						headers: { 'x-webhook-signature': sign(body, secret, now) },
					})
				).status,
			).toBe(401);
		}
	});

	it('is rejected with 503 by a trigger that has no subscription, so that Chert sends it again', async () => {
		expect((await post(messageReceived())).status).toBe(503);
		expect(runs()).toEqual([]);
	});

	it('is rejected when it is signed but not an event', async () => {
		await host.activate();
		expect((await post('[1]')).status).toBe(400);
		expect((await post('"x"')).status).toBe(400);
		expect(runs()).toEqual([]);
	});
});

describe('repeats', () => {
	it('twenty at the same instant do the work of one', async () => {
		await host.activate();
		const { events } = await reply(ANA, { text: 'Once' });
		await context.sandbox.control.redeliver({
			eventId: events[0].event_id,
			times: 20,
			concurrency: 20,
		});
		await host.idle();
		expect(runs()).toHaveLength(21);
		expect(items()).toHaveLength(1);
	});

	it('that Chert sends because we were out of order do the work of one', async () => {
		await host.activate();
		host.outage = { status: 500, times: 2 };
		await reply(ANA, { text: 'Third time lucky' });
		expect(items().map(({ json }) => json.text)).toEqual(['Third time lucky']);
	});

	it('that a person asks for, by retrying the execution, do the work again', async () => {
		await host.activate();
		await reply(ANA, { text: 'Again' });
		expect((await host.retry(runs()[0])).items).toHaveLength(1);
	});

	it('are not seen between the test URL and production', async () => {
		await host.activate('production');
		await host.activate('test');
		await reply(ANA, { text: 'Both' });
		expect(items()).toHaveLength(2);
	});
});

describe('filters', () => {
	it('respond with 200 and start no run', async () => {
		await host.activate('production', { events: ['*'], options: { senders: BEN } });
		await reply(ANA, { text: 'From Ana' });
		await reply(BEN, { text: 'From Ben' });
		expect(host.calls.map(({ status }) => status)).toEqual([200, 200]);
		expect(runs()).toHaveLength(1);
		expect(items()[0].json.from).toBe(BEN);
	});

	it('can be an expression', async () => {
		await host.activate('production', {
			events: ['*'],
			options: { lines: "={{ ['+15550100002'] }}" },
		});
		await reply(ANA, { text: 'On line 1' });
		expect(runs()).toEqual([]);
	});
});

describe('Download Attachments', () => {
	const bytes = (size: number) => randomBytes(size);
	const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
	const file = (fileName: string, mimeType: string, content: Buffer) => ({
		fileName,
		mimeType,
		base64: content.toString('base64'),
	});

	beforeEach(async () => {
		await host.activate('production', {
			events: ['message.received'],
			options: { downloadAttachments: true },
		});
	});

	it('stores the file with its name and type, byte by byte', async () => {
		const content = bytes(3_000_000);
		await reply(ANA, { text: 'See', attachment: file('clip.mov', 'video/quicktime', content) });
		const [item] = items();
		expect(item.binary).toMatchObject({
			attachment_0: { fileName: 'clip.mov', mimeType: 'video/quicktime' },
		});
		const stored = await Container.get(BinaryDataService).getAsBuffer(item.binary!.attachment_0);
		expect(sha256(stored)).toBe(sha256(content));
		expect(item.json).not.toHaveProperty('failedDownloads');
	});

	it('keeps the order of the parts, at most three at a time', async () => {
		const contents = [1, 2, 3, 4, 5].map((size) => bytes(size * 1000));
		const parts = [];
		for (const content of contents) {
			const { message } = await context.sandbox.control.reply(BEN, {
				attachment: file('x.png', 'image/png', content),
			});
			parts.push({
				type: 'media',
				attachment_id: message!.attachments[0].attachmentId,
				filename: 'x.png',
				mime_type: 'image/png',
			});
		}
		await context.sandbox.control.idle();
		await host.idle();
		host.calls.length = 0;
		context.sandbox.control.addFaults({ kind: 'slow', delayMs: 100 });
		const started = context.sandbox.control.requests().length;
		await post(messageReceived({ parts, eventId: 'chert:msg:five' }));

		const binary = items()[0].binary!;
		expect(Object.keys(binary)).toEqual(contents.map((_, index) => `attachment_${index}`));
		for (const [index, content] of contents.entries()) {
			const stored = await Container.get(BinaryDataService).getAsBuffer(
				binary[`attachment_${index}`],
			);
			expect(sha256(stored)).toBe(sha256(content));
		}
		const begun = context.sandbox.control
			.requests()
			.slice(started)
			.map(({ elapsedMs }) => elapsedMs);
		expect(begun[3] - begun[0]).toBeGreaterThan(90);
	});

	it.each([
		{ kind: 'serverError' as const },
		{ kind: 'rateLimit' as const, retryAfter: 0.02 },
		{ kind: 'html' as const },
		{ kind: 'cutBefore' as const },
		{ kind: 'cutMidBody' as const },
	])('tries again after $kind', async (fault) => {
		context.sandbox.control.addFaults({ ...fault, times: 1 });
		const content = bytes(500_000);
		await reply(ANA, { attachment: file('a.pdf', 'application/pdf', content) });
		const stored = await Container.get(BinaryDataService).getAsBuffer(
			items()[0].binary!.attachment_0,
		);
		expect(sha256(stored)).toBe(sha256(content));
	});

	it('lets the message through with a note when the file cannot be had', async () => {
		context.sandbox.control.addFaults({ kind: 'notRetryable', code: 5001, status: 404 });
		const { message } = await reply(ANA, {
			text: 'Look',
			attachment: file('a.png', 'image/png', bytes(10)),
		});
		const [{ json, binary }] = items();
		expect(binary).toBeUndefined();
		expect(json).toMatchObject({
			text: 'Look',
			failedDownloads: [
				{
					attachmentId: message!.attachments[0].attachmentId,
					binaryPropertyName: 'attachment_0',
					reason: expect.stringMatching(/attachment/i),
				},
			],
		});
	});

	it('asks once for a file that n8n cannot store, plain and in one piece, and says why', async () => {
		jest
			.spyOn(BinaryDataService.prototype, 'store')
			.mockRejectedValue(new Error('ENOSPC: no space left on device'));
		const { message } = await reply(ANA, {
			text: 'Look',
			attachment: file('a.png', 'image/png', bytes(10_000)),
		});
		const { attachmentId } = message!.attachments[0];
		expect(items()[0].json).toMatchObject({
			text: 'Look',
			failedDownloads: [
				{
					attachmentId,
					reason: `n8n could not store the file of attachment "${attachmentId}". Its binary data storage says: ENOSPC: no space left on device. Check for a full disk or a size limit, then run it again.`,
				},
			],
		});
		expect(
			context.sandbox.control.requests().filter(({ route }) => route === 'attachments.content'),
		).toHaveLength(1);
	});

	it('happens after the acknowledgement', async () => {
		context.sandbox.control.addFaults({ kind: 'slow', delayMs: 300 });
		await context.sandbox.control.reply(ANA, { attachment: file('a.png', 'image/png', bytes(10)) });
		await context.sandbox.control.idle();
		expect(host.calls).toEqual([]);
		await host.idle();
		expect(items()[0].binary).toHaveProperty('attachment_0');
	});
});
