import { LEAD, LINE } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

const context = useSandbox();

const MINUTE_MS = 60_000;

describe('GET /messages/{id}', () => {
	it('confirms the delivery', async () => {
		const { messageId, chatId } = await context.api.send();
		const { body } = await context.api.get(`/messages/${messageId}`);
		expect(body.message).toMatchObject({
			id: messageId,
			chat_id: chatId,
			status: 'delivered',
			delivered_at: expect.any(String),
		});
	});

	it('refuses the ID of a chat', async () => {
		const { chatId } = await context.api.send();
		expectError(await context.api.get(`/messages/${chatId}`), 404, 2003);
	});
});

describe('POST /messages/{id}/react', () => {
	it.each(['love', 'like', 'dislike', 'laugh', 'emphasize', 'question'])(
		'adds %s',
		async (reaction) => {
			const { messageId } = await context.api.send();
			const response = await context.api.post(`/messages/${messageId}/react`, { reaction });
			expect(response.body).toEqual({ status: 'sent', message_id: messageId, reaction });
			expect(context.sandbox.control.messages()[0].reactions).toMatchObject([
				{ type: reaction, from: LINE, direction: 'outbound' },
			]);
		},
	);

	it('accepts inbound messages, and each call adds a tapback', async () => {
		const { message } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		await context.api.post(`/messages/${message?.id}/react`, { reaction: 'love' });
		await context.api.post(`/messages/${message?.id}/react`, { reaction: 'love' });
		expect(context.sandbox.control.messages({ direction: 'inbound' })[0].reactions).toHaveLength(2);
	});

	it.each([
		['another value', { reaction: 'wave' }, 400, 1002],
		['no value', {}, 400, 1002],
		['no JSON', '{', 400, 1004],
	])('refuses %s', async (_case, body, status, code) => {
		const { messageId } = await context.api.send();
		expectError(await context.api.post(`/messages/${messageId}/react`, body), status, code);
	});

	it('refuses an unknown message', async () => {
		expectError(await context.api.post('/messages/none/react', { reaction: 'love' }), 404, 2003);
	});
});

describe('POST /messages/{id}/edit', () => {
	it('changes the text of an own message', async () => {
		const { messageId } = await context.api.send();
		const { body } = await context.api.post(`/messages/${messageId}/edit`, {
			new_text: 'Hello Ada',
		});
		expect(body).toEqual({
			status: 'edited',
			message_id: messageId,
			new_text: 'Hello Ada',
			date_edited: expect.any(String),
			edit_history: null,
		});
		expect(context.sandbox.control.messages()[0]).toMatchObject({
			text: 'Hello Ada',
			editHistory: [{ partIndex: 0, previousText: 'Hello Ana', at: expect.any(String) }],
		});
	});

	it('keeps every earlier text, and notifies listeners each time', async () => {
		const { messageId } = await context.api.send(LEAD, 'One');
		const seen: string[] = [];
		const listener = ({ text }: { text: string }) => void seen.push(text);
		context.sandbox.events.on('edited', listener);
		await context.api.post(`/messages/${messageId}/edit`, { new_text: 'Two' });
		await context.api.post(`/messages/${messageId}/edit`, { new_text: 'Three' });
		context.sandbox.events.off('edited', listener);
		expect(seen).toEqual(['Two', 'Three']);
		expect(context.sandbox.control.messages()[0].editHistory).toMatchObject([
			{ previousText: 'One' },
			{ previousText: 'Two' },
		]);
		expect(context.sandbox.control.audit().delivered).toBe(1);
		expect((await context.api.get(`/messages/${messageId}`)).body.message.parts).toEqual([
			{ type: 'text', value: 'Three' },
		]);
	});

	it('refuses a part that is a file', async () => {
		const attachments = [await context.api.upload()];
		const { body } = await context.api.post('/send', { phone: LEAD, body: 'Look', attachments });
		expectError(
			await context.api.post(`/messages/${body.message_id}/edit`, {
				new_text: 'Hi',
				edited_part_index: 1,
			}),
			502,
			4001,
		);
	});

	it('changes one bubble by its index', async () => {
		const { messageId } = await context.api.send(LEAD, 'One\n\nTwo');
		await context.api.post(`/messages/${messageId}/edit`, {
			new_text: 'Three',
			edited_part_index: 1,
		});
		expect(context.sandbox.control.messages()[0].text).toBe('One\n\nThree');
	});

	it('is possible for 15 minutes of the sandbox clock, to the second', async () => {
		const { messageId } = await context.api.send();
		context.sandbox.control.clock({ advanceMs: 15 * MINUTE_MS - 5_000 });
		expect(
			(await context.api.post(`/messages/${messageId}/edit`, { new_text: 'Still' })).status,
		).toBe(200);
		context.sandbox.control.clock({ advanceMs: 5_001 });
		expectError(
			await context.api.post(`/messages/${messageId}/edit`, { new_text: 'Too late' }),
			502,
			4001,
		);
	});

	it.each([
		['no text', {}, 400, 1002],
		['empty text', { new_text: '' }, 400, 1002],
		['blank text', { new_text: ' \n' }, 400, 1002],
		['a text that is too long', { new_text: 'x'.repeat(20_001) }, 400, 1009],
		['a negative index', { new_text: 'Hi', edited_part_index: -1 }, 400, 1002],
		['an index that is no whole number', { new_text: 'Hi', edited_part_index: 0.5 }, 400, 1002],
		['an unknown field', { new_text: 'Hi', part: 0 }, 400, 1002],
		['no JSON', '{', 400, 1004],
		['a part that does not exist', { new_text: 'Hi', edited_part_index: 3 }, 502, 4001],
	])('refuses %s', async (_case, body, status, code) => {
		const { messageId } = await context.api.send();
		expectError(await context.api.post(`/messages/${messageId}/edit`, body), status, code);
	});

	it('refuses an inbound message and an unknown one', async () => {
		const { message } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		expectError(
			await context.api.post(`/messages/${message?.id}/edit`, { new_text: 'No' }),
			502,
			4001,
		);
		expectError(await context.api.post('/messages/none/edit', { new_text: 'No' }), 404, 2003);
	});
});

describe('on a line that cannot edit', () => {
	const plain = useSandbox({ lines: [{ phoneNumber: LINE, capabilities: ['send'] }] });

	it('responds with 4099/501', async () => {
		const { messageId } = await plain.api.send();
		expectError(await plain.api.post(`/messages/${messageId}/edit`, { new_text: 'Hi' }), 501, 4099);
	});
});
