import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { request } from 'undici';

import { startSandbox, type EventRow } from '../../sandbox';
import { Api } from '../support/api';
import { LEAD, OTHER_LEAD, PNG, THIRD_LEAD } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';

const context = useSandbox();

describe('messages', () => {
	it('are listed in order, filtered by phone, chat or direction', async () => {
		const first = await context.api.send(LEAD, 'One');
		await context.api.send(OTHER_LEAD, 'Two');
		await context.sandbox.control.reply(LEAD, { text: 'Three' });
		const texts = async (query = ''): Promise<string[]> => {
			const { body } = await context.api.control('GET', `/messages${query}`);
			return body.map(({ text }: { text: string }) => text);
		};
		expect(await texts()).toEqual(['One', 'Two']);
		expect(await texts(`?phone=${encodeURIComponent(LEAD)}`)).toEqual(['One']);
		expect(await texts(`?chatId=${first.chatId}&direction=all`)).toEqual(['One', 'Three']);
		expect(await texts('?direction=inbound')).toEqual(['Three']);
	});

	it('can be waited for', async () => {
		const waiting = context.sandbox.control.waitForMessages(2);
		await context.api.send(LEAD, 'One');
		await context.api.send(OTHER_LEAD, 'Two');
		expect(await waiting).toHaveLength(2);
		await expect(context.sandbox.control.waitForMessages(3, {}, 1)).rejects.toThrow(
			'2 of 3 messages after 1 ms',
		);
	});
});

describe('requests', () => {
	it('are logged with route, recipient, key, status and code', async () => {
		const { chatId } = await context.api.send();
		await context.api.post(`/chats/${chatId}/messages`, {
			message: { parts: [], idempotency_key: 'key-1' },
		});
		expect((await context.api.control('GET', '/requests')).body).toMatchObject([
			{
				sequence: expect.any(Number),
				at: expect.any(String),
				method: 'POST',
				path: '/api/v1/send',
				route: 'send',
				recipient: LEAD,
				status: 200,
			},
			{
				route: 'chats.send',
				recipient: LEAD,
				idempotencyKey: 'key-1',
				status: 400,
				code: 1002,
				body: { message: { parts: [] } },
			},
		]);
	});

	it('can be limited in number and size', async () => {
		const light = await startSandbox({ recordBodies: false, logLimit: 3 });
		const api = new Api(light);
		for (let index = 0; index < 10; index += 1) await api.send(LEAD, `Message ${index}`);
		expect(light.control.requests().map(({ sequence }) => sequence)).toEqual([8, 9, 10]);
		expect(light.control.requests()[0]).not.toHaveProperty('body');
		await light.close();
	});
});

describe('audit', () => {
	const audit = async () => (await context.api.control('GET', '/audit')).body;
	const send = async (phone: string, body: string, key?: string) =>
		await context.api.post('/send', {
			phone,
			body,
			...(key === undefined ? {} : { idempotency_key: key }),
		});

	it('finds nothing wrong with a good client', async () => {
		for (const [phone, text] of [
			[LEAD, 'a #1'],
			[OTHER_LEAD, 'a #1'],
			[LEAD, 'b #2'],
			[LEAD, 'c #10'],
			[OTHER_LEAD, 'b #2'],
		])
			await send(phone, text);
		expect(await audit()).toEqual({
			delivered: 5,
			duplicates: [],
			orderViolations: [],
			earlyRequests: [],
		});
	});

	it('finds messages out of order, per recipient', async () => {
		for (const text of ['a #1', 'c #3', 'b #2', 'd #4']) await send(LEAD, text);
		expect((await audit()).orderViolations).toEqual([
			{ recipient: LEAD, after: 3, got: 2, messageId: expect.any(String) },
		]);
	});

	it('finds the same text delivered twice', async () => {
		await send(LEAD, 'Hello', 'key-1');
		await send(LEAD, 'Hello', 'key-2');
		await send(OTHER_LEAD, 'Hello', 'key-3');
		expect((await audit()).duplicates).toEqual([
			{ recipient: LEAD, text: 'Hello', messageId: expect.any(String) },
		]);
	});

	it('finds requests before the end of a wait', async () => {
		context.sandbox.control.addFaults({
			kind: 'rateLimit',
			route: 'send',
			retryAfter: 10,
			times: 1,
		});
		await send(LEAD, 'Hello', 'key-1');
		await send(LEAD, 'Hello', 'key-1');
		const { earlyRequests } = await audit();
		expect(earlyRequests).toEqual([
			{
				sequence: expect.any(Number),
				route: 'send',
				recipient: LEAD,
				at: expect.any(String),
				earlyByMs: expect.any(Number),
				reason: 'rateLimit',
			},
		]);
		expect(earlyRequests[0].earlyByMs).toBeLessThanOrEqual(10_000);
	});

	it('tells a saturated recipient from others', async () => {
		context.sandbox.control.addFaults({
			kind: 'saturated',
			recipient: LEAD,
			retryAfter: 10,
			times: 1,
		});
		await send(LEAD, 'Hello', 'key-1');
		await send(OTHER_LEAD, 'Hello', 'key-2');
		expect((await audit()).earlyRequests).toEqual([]);
		await send(LEAD, 'Hello', 'key-1');
		expect((await audit()).earlyRequests).toMatchObject([{ reason: 'saturated', recipient: LEAD }]);
	});

	it('accepts a client that waited', async () => {
		context.sandbox.control.addFaults({ kind: 'rateLimit', retryAfter: 0.1, times: 1 });
		const { headers } = await send(LEAD, 'Hello', 'key-1');
		await new Promise((resolve) => setTimeout(resolve, Number(headers.get('retry-after')) * 1000));
		await send(LEAD, 'Hello', 'key-1');
		expect((await audit()).earlyRequests).toEqual([]);
	});
});

describe('recipients', () => {
	const reply = async (phone: string, body: unknown) =>
		await context.api.control('POST', `/leads/${encodeURIComponent(phone)}/reply`, body);

	it('write first, which creates their chat', async () => {
		const { body } = await reply(LEAD, { text: 'Is anybody there?' });
		expect(body).toMatchObject({
			chatId: expect.any(String),
			messageId: expect.any(String),
			events: [{ type: 'message.received' }],
		});
		expect((await context.api.send()).chatId).toBe(body.chatId);
	});

	it('write in groups they are in', async () => {
		const chatId = await context.api.group([LEAD, OTHER_LEAD]);
		const { body } = await reply(OTHER_LEAD, { text: 'Count me in', chatId });
		expect(body.events[0].payload.data).toMatchObject({
			chat: { id: chatId, is_group: true },
			message: { sender_handle: { handle: OTHER_LEAD } },
		});
		expect((await reply(THIRD_LEAD, { text: 'Me too', chatId })).body.error).toContain(
			`${THIRD_LEAD} is not in chat`,
		);
	});

	it('send a file of this machine, in process only', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'chert-test-'));
		const file = path.join(folder, 'roof.png');
		writeFileSync(file, PNG);
		const attachment = { fileName: 'roof.png', mimeType: 'image/png', path: file };
		const overHttp = [
			await reply(LEAD, { attachment }),
			await context.api.control('POST', '/scripts', { reply: { attachment } }),
		];
		for (const { status, body } of overHttp) {
			expect(status).toBe(400);
			expect(body.error).toContain("Unrecognized key(s) in object: 'path'");
		}
		expect(context.sandbox.control.messages({ direction: 'inbound' })).toEqual([]);
		await context.sandbox.control.reply(LEAD, { attachment });
		rmSync(folder, { recursive: true });
		const [{ attachments }] = context.sandbox.control.messages({ direction: 'inbound' });
		const media = await request(
			`${context.sandbox.origin}/control/media/${attachments[0].attachmentId}`,
		);
		expect(media.headers['content-type']).toBe('image/png');
		expect(Buffer.from(await media.body.bytes())).toEqual(PNG);
	});

	it('have one reaction each, and each change is an event', async () => {
		await context.api.send();
		const [{ id: messageId }] = context.sandbox.control.messages();
		const react = async (type: string, remove = false) => {
			const { body } = await reply(LEAD, { reaction: { type, messageId, remove } });
			return body.events.map(({ type: event, payload }: EventRow) => [
				event,
				payload.data.reaction,
			]);
		};
		const reaction = (type: string) => ({
			type,
			message_id: messageId,
			sender_handle: { handle: LEAD, service: 'imessage', is_me: false },
		});
		expect(await react('like')).toEqual([['reaction.added', reaction('like')]]);
		expect(await react('like')).toEqual([]);
		expect(await react('love')).toEqual([
			['reaction.removed', reaction('like')],
			['reaction.added', reaction('love')],
		]);
		expect(context.sandbox.control.messages()[0].reactions).toMatchObject([
			{ type: 'love', from: LEAD, direction: 'inbound' },
		]);
		expect((await reply(LEAD, { reaction: { type: 'like', remove: true } })).status).toBe(400);
		expect(await react('love', true)).toEqual([['reaction.removed', reaction('love')]]);
		expect(context.sandbox.control.messages()[0].reactions).toEqual([]);
	});

	it('react in the group of the message that they name', async () => {
		const chatId = await context.api.group();
		const [{ id: messageId }] = context.sandbox.control.messages({ chatId });
		const reaction = { type: 'like', messageId };
		expect((await reply(OTHER_LEAD, { reaction })).body.events[0].payload.data).toMatchObject({
			chat: { id: chatId, is_group: true },
			reaction: { sender_handle: { handle: OTHER_LEAD } },
		});
		expect((await reply('+15550109999', { reaction })).body.error).toContain('is not in chat');
		expect((await reply(LEAD, { reaction: { ...reaction, messageId: 'none' } })).status).toBe(400);
	});

	it.each([
		[LEAD, {}, /give text, attachment or reaction/],
		['Ana', { text: 'Hi' }, /not an E\.164/],
		[LEAD, { reaction: { type: 'like' } }, /no message of ours/],
		[LEAD, { text: 'Hi', chatId: 'none' }, /no chat none/],
		[LEAD, { attachment: { fileName: 'a', mimeType: 'b/c' } }, /base64 Required/],
	])('%s cannot do %o', async (phone, body, reason) => {
		const { status, body: result } = await reply(phone, body);
		expect(status).toBe(400);
		expect(result.error).toMatch(reason);
	});
});

describe('scripts', () => {
	it('reply to what was delivered, by text and phone, up to their number of times', async () => {
		await context.api.control('POST', '/scripts', [
			{ phone: OTHER_LEAD, reply: { text: 'Wrong number' } },
			{
				onText: 'review',
				reply: { text: 'Five stars!', reaction: { type: 'love' } },
				afterMs: 5,
				times: 1,
			},
		]);
		const { messageId } = await context.api.send(LEAD, 'Would you leave a REVIEW?');
		await context.api.send(LEAD, 'Nothing to reply to');
		await context.api.send(LEAD, 'Another review, please');
		await context.api.send(OTHER_LEAD, 'Hello');
		await context.sandbox.control.idle();
		const replies = context.sandbox.control
			.messages({ direction: 'inbound' })
			.map(({ phone, text }) => [phone, text]);
		expect(replies.sort()).toEqual([
			[LEAD, 'Five stars!'],
			[OTHER_LEAD, 'Wrong number'],
		]);
		expect(
			context.sandbox.control
				.messages()
				.filter(({ reactions }) => reactions.length > 0)
				.map(({ id }) => id),
		).toEqual([messageId]);
	});

	it('reply in the group of the message', async () => {
		context.sandbox.control.addScripts({ phone: OTHER_LEAD, reply: { text: 'Here' } });
		const chatId = await context.api.group([LEAD, OTHER_LEAD]);
		await context.sandbox.control.idle();
		expect(context.sandbox.control.messages({ chatId, direction: 'inbound' })).toMatchObject([
			{ phone: OTHER_LEAD, text: 'Here' },
		]);
	});

	it('can be cleared, with the replies that are due', async () => {
		context.sandbox.control.addScripts({ reply: { text: 'Too late' }, afterMs: 60_000 });
		await context.api.send();
		await context.api.control('DELETE', '/scripts');
		await context.sandbox.control.idle();
		expect(context.sandbox.control.messages({ direction: 'inbound' })).toEqual([]);
	});

	it('are refused with a reason', async () => {
		const { status, body } = await context.api.control('POST', '/scripts', {
			onText: '(',
			reply: { text: 'Hi' },
		});
		expect({ status, error: body.error }).toEqual({
			status: 400,
			error: expect.stringContaining('not a regular expression'),
		});
	});
});

describe('clock and state', () => {
	it('moves and is set over HTTP', async () => {
		const at = Date.parse('2030-01-01T00:00:00Z');
		expect((await context.api.control('POST', '/clock', { setMs: at })).body.now).toMatch(
			/^2030-01-01T00:00:0/,
		);
		expect(
			(await context.api.control('POST', '/clock', { advanceMs: 86_400_000 })).body.now,
		).toMatch(/^2030-01-02/);
		expect((await context.api.control('POST', '/clock', {})).status).toBe(400);
	});

	it('is cleared on reset, except lines and variants', async () => {
		context.sandbox.control.variants({ ids: 'uuid' });
		context.sandbox.control.addFaults({ kind: 'html', route: 'messages.get' });
		await context.api.post('/webhook-subscriptions', { url: 'https://dev-inbox' });
		await context.api.send();
		await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		await context.api.control('DELETE', '/state');
		const { control } = context.sandbox;
		expect([
			control.messages({ direction: 'all' }),
			control.requests(),
			control.faults(),
			control.subscriptions(),
		]).toEqual([[], [], [], []]);
		expect(control.audit().delivered).toBe(0);
		expect((await context.api.get('/events')).body.count).toBe(0);
		expect(control.variants()).toMatchObject({ ids: 'uuid' });
		control.variants({ ids: 'documented' });
	});

	it('is shown in one place', async () => {
		const { body } = await context.api.control('GET', '');
		expect(body).toMatchObject({
			tenant: context.sandbox.tenant,
			account: 'active',
			lines: [{}, {}, {}],
		});
		expect((await context.api.control('POST', '/account', { state: 'suspended' })).body).toEqual({
			state: 'suspended',
		});
		expect((await context.api.control('POST', '/account', { state: 'gone' })).status).toBe(400);
	});
});

describe('what happens', () => {
	it('is told in process', async () => {
		const seen: string[] = [];
		const { events } = context.sandbox;
		events.on('message', ({ text }) => seen.push(`message ${text}`));
		events.on('inbound', ({ text }) => seen.push(`inbound ${text}`));
		events.on('reaction', ({ reaction, removed }) =>
			seen.push(`reaction ${reaction.type} ${removed}`),
		);
		await context.api.send();
		await context.sandbox.control.reply(LEAD, { text: 'Yes', reaction: { type: 'like' } });
		expect(seen).toEqual(['message Hello Ana', 'inbound Yes', 'reaction like false']);
	});

	it('is told on the live stream', async () => {
		const { headers, body } = await request(`${context.sandbox.origin}/control/live`);
		expect(headers['content-type']).toBe('text/event-stream');
		let text = '';
		for await (const chunk of body) {
			if (text === '') await context.api.send();
			text += String(chunk);
			if (text.includes('"type":"message"')) break;
		}
		const told = [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json));
		expect(told).toMatchObject([
			{ type: 'chat', detail: { displayName: LEAD } },
			{ type: 'message', detail: { text: 'Hello Ana' } },
		]);
	});

	it('is told about chats, typing, reads and events', async () => {
		const seen: unknown[] = [];
		const { events } = context.sandbox;
		events.on('chat', ({ displayName, participants, hasLeft }) =>
			seen.push([displayName, participants.length, hasLeft]),
		);
		events.on('typing', ({ state }) => seen.push(state));
		events.on('read', ({ text, readAt }) => seen.push(`read ${text} ${typeof readAt}`));
		events.on('event', ({ type }) => seen.push(type));
		const chatId = await context.api.group();
		await context.api.call('PUT', `/chats/${chatId}`, { body: { display_name: 'Crew' } });
		await context.api.post(`/chats/${chatId}/participants`, { address: '+15550100126' });
		await context.api.call('DELETE', `/chats/${chatId}/participants/%2B15550100126`);
		await context.api.post(`/chats/${chatId}/typing`, { state: 'typing' });
		await context.sandbox.control.reply(LEAD, { chatId, text: 'Yes' });
		await context.api.post(`/chats/${chatId}/mark-read`);
		await context.api.post(`/chats/${chatId}/leave`);
		const first = [LEAD, OTHER_LEAD, THIRD_LEAD].join(', ');
		expect(seen).toEqual([
			[first, 3, false],
			['Crew', 3, false],
			['Crew', 4, false],
			['Crew', 3, false],
			'typing',
			'message.received',
			'read Yes string',
			['Crew', 3, true],
		]);
		expect((await context.api.control('GET', '/events')).body).toMatchObject([
			{ type: 'message.received', delivery: { attempts: [] } },
		]);
	});
});
