import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { request } from 'undici';

import { type EventRow } from '../../sandbox';
import { LEAD, OTHER_LEAD, PNG, THIRD_LEAD } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';

const context = useSandbox();

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
