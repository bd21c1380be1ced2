import { request } from 'undici';

import { startSandbox } from '../../sandbox';
import { Api } from '../support/api';
import { LEAD, OTHER_LEAD, THIRD_LEAD } from '../support/fixtures';
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
