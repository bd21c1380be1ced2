import {
	INACTIVE_LINE,
	LEAD,
	LINE,
	OTHER_LEAD,
	SECOND_LINE,
	THIRD_LEAD,
} from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

const context = useSandbox();

const text = (value: string) => ({ type: 'text', value });
const link = (url = 'https://shop.example/offer') => ({ type: 'rich_link', url });
const numbers = (count: number): string[] =>
	Array.from({ length: count }, (_, index) => `+1555020${1000 + index}`);

const create = async (message: Record<string, unknown>, change: Record<string, unknown> = {}) =>
	await context.api.post('/chats', {
		from: LINE,
		to: [LEAD],
		message: { parts: [text('Hello Ana')], ...message },
		...change,
	});

describe('POST /chats', () => {
	it('creates a direct chat and sends text and rich link', async () => {
		const { status, body } = await create({
			parts: [text('Hello Ana'), link()],
			idempotency_key: 'order-4711',
		});
		expect(status).toBe(200);
		expect(body.chat).toEqual({
			id: expect.any(String),
			display_name: LEAD,
			handles: [{ service: 'imessage', address: LEAD }],
			is_group: false,
			service: 'imessage',
			health_score: 87,
			created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
		});
		expect(body.message).toMatchObject({
			chat_id: body.chat.id,
			status: 'sent',
			direction: 'outbound',
			parts: [text('Hello Ana'), link()],
		});
		expect(body.message).toMatchObject({ delivered_at: null, read_at: null, service: 'imessage' });
		expect(context.sandbox.control.messages()).toMatchObject([
			{ phone: LEAD, line: LINE, idempotencyKey: 'order-4711' },
		]);
	});

	it('returns the existing chat of a number, on the requested line', async () => {
		const { chatId } = await context.api.send();
		const { body } = await create({}, { from: SECOND_LINE });
		expect(body.chat.id).toBe(chatId);
		expect(context.sandbox.control.messages().map(({ line }) => line)).toEqual([LINE, SECOND_LINE]);
	});

	it('creates a group with the subject as its name', async () => {
		const { body } = await create({ subject: 'Roof team' }, { to: [LEAD, OTHER_LEAD, LEAD] });
		expect(body.chat).toMatchObject({ is_group: true, display_name: 'Roof team' });
		expect(body.chat.handles.map(({ address }: { address: string }) => address)).toEqual([
			LEAD,
			OTHER_LEAD,
		]);
		expect(context.sandbox.control.messages({ chatId: body.chat.id })).toMatchObject([
			{ isGroup: true, recipients: [LEAD, OTHER_LEAD] },
		]);
	});

	it('takes 31 recipients', async () => {
		expect((await create({}, { to: numbers(31) })).body.chat.handles).toHaveLength(31);
	});

	it('sends media in a direct first message, grouped when requested inside message', async () => {
		const media = [await context.api.upload(), await context.api.upload()].map((id) => ({
			type: 'media',
			attachment_id: id,
		}));
		const { body } = await create({ parts: media, parallel_attachments: true });
		expect(Object.keys(body.message).sort()).toEqual(['chat_id', 'delivered_at', 'id', 'status']);
		expect(context.sandbox.control.messages()).toMatchObject([
			{ parallelAttachments: true, attachments: [{}, {}] },
		]);
	});

	it.each([
		['no from', {}, { from: undefined }, 400, 1001],
		['no to', {}, { to: undefined }, 400, 1001],
		['nobody in to', {}, { to: [] }, 400, 1001],
		['no message', {}, { message: undefined }, 400, 1001],
		['no parts', { parts: undefined }, {}, 400, 1001],
		['empty parts', { parts: [] }, {}, 400, 1002],
		['to as a string', {}, { to: LEAD }, 400, 1002],
		['a bad number', {}, { to: [LEAD, '0555'] }, 400, 1003],
		['a bad sender', {}, { from: 'the office' }, 400, 1003],
		['a URL in the text', { parts: [text('See https://shop.example')] }, {}, 400, 1005],
		[
			'a legacy link part',
			{ parts: [{ type: 'link', url: 'https://shop.example' }] },
			{},
			400,
			1005,
		],
		['32 recipients', {}, { to: numbers(32) }, 422, 1006],
		['another line', {}, { from: '+15559999999' }, 403, 2006],
		['an inactive line', {}, { from: INACTIVE_LINE }, 403, 2006],
		[
			'a rich link to a group',
			{ parts: [text('Hi'), link()] },
			{ to: [LEAD, OTHER_LEAD] },
			501,
			4099,
		],
		[
			'media to a group',
			{ parts: [{ type: 'media', attachment_id: 'x' }] },
			{ to: [LEAD, OTHER_LEAD] },
			501,
			4099,
		],
		['a subject for one', { subject: 'Roof team' }, {}, 400, 1002],
		['parallel_attachments next to message', {}, { parallel_attachments: true }, 400, 1002],
	])('refuses %s', async (_case, message, change, status, code) => {
		expectError(await create(message, change), status, code);
		expect(context.sandbox.control.messages()).toEqual([]);
	});
});

describe('POST /chats/{id}/messages', () => {
	const follow = async (parts: unknown, rest: Record<string, unknown> = {}) => {
		const { chatId } = await context.api.send(LEAD, 'First');
		return await context.api.post(`/chats/${chatId}/messages`, { message: { parts }, ...rest });
	};

	it('sends text, media and rich link in order; URLs are allowed now', async () => {
		const parts = [
			text('See https://shop.example'),
			{ type: 'media', attachment_id: await context.api.upload() },
			link(),
		];
		const { status, body } = await follow(parts);
		expect(status).toBe(200);
		expect(Object.keys(body)).toEqual(['message']);
		expect(body.message).toMatchObject({ parts, status: 'sent', direction: 'outbound' });
		expect(context.sandbox.control.messages().at(-1)).toMatchObject({ parts, route: 'chats.send' });
	});

	it('keeps every field of a rich link', async () => {
		const rich = {
			...link(),
			title: 'Offer',
			summary: 'Ten off',
			image_url: 'https://shop.example/a.png',
			icon_url: 'https://shop.example/i.png',
		};
		expect((await follow([rich])).body.message.parts).toEqual([rich]);
	});

	it('groups images when requested at the top level', async () => {
		const media = [await context.api.upload(), await context.api.upload()].map((id) => ({
			type: 'media',
			attachment_id: id,
		}));
		const { body } = await follow(media, { parallel_attachments: true });
		expect(body.message).toEqual({
			id: expect.any(String),
			chat_id: expect.any(String),
			status: 'delivered',
			delivered_at: expect.any(String),
		});
	});

	it('refuses a group of one image, or with a document', async () => {
		const image = { type: 'media', attachment_id: await context.api.upload() };
		const pdf = {
			type: 'media',
			attachment_id: await context.api.upload(Buffer.from('%PDF-'), 'application/pdf', 'a.pdf'),
		};
		expectError(await follow([image], { parallel_attachments: true }), 400, 1002);
		context.sandbox.control.clock({ advanceMs: 61_000 });
		expectError(await follow([image, pdf], { parallel_attachments: true }), 400, 1002);
	});

	it.each([
		['no parts', undefined, 400, 1001],
		['a part without value', [{ type: 'text' }], 400, 1001],
		['text under a wrong name', [{ type: 'text', text: 'Hi' }], 400, 1001],
		['an unknown part', [{ type: 'poll' }], 400, 1002],
		[
			'eleven parts',
			Array.from({ length: 11 }, (_, index) => link(`https://shop.example/${index}`)),
			400,
			1006,
		],
		['two texts in a row', [text('One'), text('Two')], 400, 1008],
		['too long a text', [text('x'.repeat(20_001))], 400, 1009],
		['media without id', [{ type: 'media' }], 400, 1001],
		[
			'media by id and URL',
			[{ type: 'media', attachment_id: 'a', url: 'https://files.example/a' }],
			409,
			1011,
		],
		['media by URL', [{ type: 'media', url: 'https://files.example/a' }], 501, 4099],
		['an unknown attachment', [{ type: 'media', attachment_id: 'att_none' }], 404, 5001],
		['a rich link without address', [{ type: 'rich_link', url: 'shop' }], 400, 1002],
	])('refuses %s', async (_case, parts, status, code) => {
		expectError(await follow(parts), status, code);
		expect(context.sandbox.control.messages()).toHaveLength(1);
	});

	it('refuses media that is not uploaded yet', async () => {
		const slot = await context.api.post('/attachments', {
			filename: 'a.png',
			content_type: 'image/png',
			size_bytes: 10,
		});
		expectError(
			await follow([{ type: 'media', attachment_id: slot.body.attachment_id }]),
			400,
			5004,
		);
	});

	it('refuses parts at the top level and an unknown chat', async () => {
		const { chatId, messageId } = await context.api.send();
		expectError(
			await context.api.post(`/chats/${chatId}/messages`, { parts: [text('Hi')] }),
			400,
			1001,
		);
		expectError(
			await context.api.post('/chats/none/messages', { message: { parts: [text('Hi')] } }),
			404,
			2002,
		);
		expectError(
			await context.api.post(`/chats/${messageId}/messages`, { message: { parts: [text('Hi')] } }),
			404,
			2002,
		);
	});
});

describe('GET /chats/{id}/messages', () => {
	it('lists both directions, oldest first, with ids that message routes take', async () => {
		const { chatId, messageId } = await context.api.send();
		const { message } = await context.sandbox.control.reply(LEAD, { text: 'Yes please' });
		const { body } = await context.api.get(`/chats/${chatId}/messages`);
		expect(body).toMatchObject({
			has_more: false,
			messages: [
				{ id: messageId, direction: 'outbound', status: 'delivered' },
				{ id: message?.id, direction: 'inbound', parts: [text('Yes please')] },
			],
		});
		expect((await context.api.get(`/messages/${message?.id}`)).status).toBe(200);
	});

	it('returns the 200 newest and tells that there are more', async () => {
		const { chatId } = await context.api.send(LEAD, 'Message 0');
		for (let index = 1; index <= 200; index += 1) await context.api.send(LEAD, `Message ${index}`);
		const { body } = await context.api.get(`/chats/${chatId}/messages`);
		expect(body.has_more).toBe(true);
		expect(body.messages).toHaveLength(200);
		expect(body.messages[0].parts).toEqual([text('Message 1')]);
	});

	it('refuses an unknown chat, and query parameters', async () => {
		const { chatId } = await context.api.send();
		expectError(await context.api.get(`/chats/${chatId}/messages?limit=5`), 400, 1002);
		expectError(await context.api.get('/chats/none/messages'), 404, 2002);
	});
});

describe('mark-read and typing', () => {
	it('marks inbound messages read, again and again', async () => {
		const { chatId } = await context.api.send();
		const { message } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		for (const _round of [1, 2]) {
			expect((await context.api.post(`/chats/${chatId}/mark-read`)).body).toEqual({
				chat_id: chatId,
				status: 'read',
			});
		}
		expect((await context.api.get(`/messages/${message?.id}`)).body.message.read_at).toEqual(
			expect.any(String),
		);
		expectError(await context.api.post('/chats/none/mark-read'), 404, 2002);
	});

	it('refuses both in a group that the line left', async () => {
		const chatId = await context.api.group();
		await context.api.post(`/chats/${chatId}/leave`);
		expectError(await context.api.post(`/chats/${chatId}/mark-read`), 422, 1002);
		expectError(await context.api.post(`/chats/${chatId}/typing`, { state: 'typing' }), 501, 4099);
	});

	it('shows the typing indicator until it is stopped or a message arrives', async () => {
		const { chatId } = await context.api.send();
		const isTyping = (): boolean | undefined => context.sandbox.control.chats()[0].isTyping;
		const states: string[] = [];
		const listener = ({ state }: { state: string }) => void states.push(state);
		context.sandbox.events.on('typing', listener);
		await context.api.post(`/chats/${chatId}/typing`, { state: 'typing' });
		expect(isTyping()).toBe(true);
		await context.api.post(`/chats/${chatId}/typing`, { state: 'stopped' });
		expect(isTyping()).toBe(false);
		await context.api.post(`/chats/${chatId}/typing`, { state: 'typing' });
		await context.api.send(LEAD, 'Here it is');
		context.sandbox.events.off('typing', listener);
		expect(isTyping()).toBe(false);
		expect(states).toEqual(['typing', 'stopped', 'typing', 'stopped']);
	});

	it.each(['typing', 'stopped'])('shows the state %s', async (state) => {
		const { chatId } = await context.api.send();
		expect((await context.api.post(`/chats/${chatId}/typing`, { state })).body).toEqual({
			status: 'sent',
			chat_id: chatId,
			state,
		});
	});

	it('refuses another state and an unknown chat', async () => {
		const { chatId } = await context.api.send();
		expectError(
			await context.api.post(`/chats/${chatId}/typing`, { state: 'thinking' }),
			400,
			1002,
		);
		expectError(await context.api.post(`/chats/${chatId}/typing`, {}), 400, 1002);
		expectError(await context.api.post(`/chats/${chatId}/typing`, '{'), 400, 1004);
		expectError(await context.api.post('/chats/none/typing', { state: 'typing' }), 404, 2002);
	});
});

describe('a line with less than all capabilities', () => {
	const plain = useSandbox({
		lines: [{ phoneNumber: LINE, capabilities: ['imessage', 'send', 'receive'] }],
	});

	it('responds with 4099/501 to read receipts, typing and groups', async () => {
		const { chatId } = await plain.api.send();
		expectError(await plain.api.post(`/chats/${chatId}/mark-read`), 501, 4099);
		expectError(await plain.api.post(`/chats/${chatId}/typing`, { state: 'typing' }), 501, 4099);
		const group = { from: LINE, to: [LEAD, THIRD_LEAD], message: { parts: [text('Hi')] } };
		expectError(await plain.api.post('/chats', group), 501, 4099);
	});
});
