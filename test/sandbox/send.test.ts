import { EFFECTS } from '../../sandbox';
import {
	INACTIVE_LINE_ID,
	LEAD,
	LINE_ID,
	OTHER_LEAD,
	PNG,
	SECOND_LINE,
	SECOND_LINE_ID,
} from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectFlatError } from './support';

const context = useSandbox();

const send = async (body: Record<string, unknown>) =>
	await context.api.post('/send', { phone: LEAD, body: 'Hello Ana', ...body });

describe('POST /send', () => {
	it('returns the IDs of message, chat and line', async () => {
		const { status, body } = await send({
			name: 'Ana',
			external_id: 'crm-7',
			effect: 'celebration',
		});
		expect(status).toBe(200);
		expect(body).toEqual({
			status: 'sent',
			message_id: expect.stringMatching(/^[0-9a-f]{32}$/),
			lead_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
			lead_created: true,
			convo_id: expect.any(String),
			phone_line_id: LINE_ID,
		});
		expect(body.convo_id).not.toBe(body.lead_id);
		expect(context.sandbox.control.messages()).toMatchObject([
			{
				id: body.message_id,
				chatId: body.lead_id,
				phone: LEAD,
				text: 'Hello Ana',
				effect: 'celebration',
				externalId: 'crm-7',
			},
		]);
	});

	it('returns the chat ID as lead_id, and convo_id is another', async () => {
		const { body } = await send({});
		expect((await context.api.get(`/chats/${body.lead_id}/messages`)).body.messages).toHaveLength(
			1,
		);
		expect((await context.api.get(`/chats/${body.convo_id}/messages`)).status).toBe(404);
	});

	it('splits blank lines into bubbles of one message', async () => {
		await send({ body: 'One\n\nTwo\nstill two\n \nThree' });
		const [message] = context.sandbox.control.messages();
		expect(message.parts).toEqual(
			['One', 'Two\nstill two', 'Three'].map((value) => ({ type: 'text', value })),
		);
	});

	it('keeps one chat and its line per number; phone_line_id moves the pin', async () => {
		const first = await send({});
		const moved = await send({ body: 'From the other line', phone_line_id: SECOND_LINE_ID });
		const later = await send({ body: 'Again' });
		expect(moved.body).toMatchObject({
			lead_id: first.body.lead_id,
			lead_created: false,
			phone_line_id: SECOND_LINE_ID,
		});
		expect(later.body.phone_line_id).toBe(SECOND_LINE_ID);
		expect(context.sandbox.control.messages().at(-1)?.line).toBe(SECOND_LINE);
	});

	it('takes attachments in all three forms', async () => {
		const [first, second, third] = [
			await context.api.upload(),
			await context.api.upload(),
			await context.api.upload(PNG, 'image/heic', 'live.heic'),
		];
		await send({
			attachments: [first, { id: second }, { attachment_id: third, live_photo: true }],
		});
		const [message] = context.sandbox.control.messages();
		expect(message.attachments.map(({ attachmentId }) => attachmentId)).toEqual([
			first,
			second,
			third,
		]);
		expect(message.parts.at(-1)).toEqual({ type: 'media', attachment_id: third, live_photo: true });
	});
});

describe('errors of POST /send, in the flat shape', () => {
	it.each([
		['no phone', { phone: undefined }, 400, 1001],
		['no body', { body: undefined }, 400, 1001],
		['empty body', { body: '' }, 400, 1002],
		['blank body', { body: ' \n\n ' }, 400, 1002],
		['body of a wrong type', { body: 5 }, 400, 1002],
		['an unknown field', { color: 'blue' }, 400, 1002],
		['a phone without plus', { phone: '15550100123' }, 400, 1003],
		['a phone with blanks', { phone: '+1 555 0100 123' }, 400, 1003],
		['too long a text', { body: 'x'.repeat(20_001) }, 400, 1009],
		['an unknown line', { phone_line_id: 'pl_none' }, 403, 2006],
		['an inactive line', { phone_line_id: INACTIVE_LINE_ID }, 403, 2006],
		['attachments that are no list', { attachments: 'abc' }, 400, 1002],
	])('%s', async (_case, change, status, code) => {
		expectFlatError(await send(change), status, code);
		expect(context.sandbox.control.messages()).toEqual([]);
	});

	it.each([
		['a wrong shape', 7, 400, 1002],
		['two ids', { id: 'a', attachment_id: 'b' }, 400, 1002],
		['a URL', { url: 'https://files.example/a.png' }, 409, 1011],
		['an id and a URL', { id: 'a', url: 'https://files.example/a.png' }, 409, 1011],
		['an unknown id', 'att_none', 404, 5001],
	])('an attachment with %s, by its index', async (_case, entry, status, code) => {
		const good = await context.api.upload();
		const response = await send({ attachments: [good, entry] });
		expectFlatError(response, status, code);
		expect(response.body.attachment_index).toBe(1);
	});

	it('an attachment without bytes', async () => {
		const slot = await context.api.post('/attachments', {
			filename: 'a.png',
			content_type: 'image/png',
			size_bytes: 10,
		});
		const response = await send({ attachments: [{ id: slot.body.attachment_id }] });
		expectFlatError(response, 400, 5004);
		expect(response.body.attachment_index).toBe(0);
	});

	it('a Live Photo that is not HEIC', async () => {
		const response = await send({
			attachments: [{ id: await context.api.upload(), live_photo: true }],
		});
		expectFlatError(response, 400, 1002);
	});

	it('an unknown effect, with the list of those that exist', async () => {
		const response = await send({ effect: 'earthquake' });
		expectFlatError(response, 400, 4098);
		expect(response.body.allowed_effects).toEqual(EFFECTS);
	});

	it('invalid JSON, and a body of another type', async () => {
		expectFlatError(await context.api.post('/send', '{'), 400, 1004);
		const headers = { ...context.api.bearer, 'content-type': 'text/plain' };
		expectFlatError(
			await context.api.call('POST', '/send', {
				body: JSON.stringify({ phone: LEAD, body: 'Hi' }),
				headers,
			}),
			400,
			1004,
		);
	});
});

describe('duplicates without a key', () => {
	it('return the first IDs for 60 s and are not sent', async () => {
		const first = await send({});
		const second = await send({});
		expect(second.status).toBe(200);
		expect(second.body).toEqual({ ...first.body, status: 'duplicate', lead_created: false });
		context.sandbox.control.clock({ advanceMs: 60_001 });
		expect((await send({})).body.status).toBe('sent');
		expect(context.sandbox.control.messages()).toHaveLength(2);
	});

	it('do not include another phone, another text, or a key', async () => {
		await send({});
		const others = [
			await send({ phone: OTHER_LEAD }),
			await send({ body: 'Hello again' }),
			await send({ idempotency_key: 'own-key' }),
		];
		expect(others.map(({ body }) => body.status)).toEqual(['sent', 'sent', 'sent']);
	});
});

describe('without an active line', () => {
	const idle = useSandbox({ lines: [{ phoneNumber: '+15550100009', isActive: false }] });

	it('nothing can be sent: 3002', async () => {
		expectFlatError(await idle.api.post('/send', { phone: LEAD, body: 'Hi' }), 503, 3002, true);
	});
});
