import { LEAD, parts, text, useAction } from '../../support/action';

const action = useAction();

const textsOf = (items: Array<{ json: object }>) =>
	items.map(({ json }) => (json as { text: string }).text);

/** A chat with `count` numbered messages, a second apart. */
async function chatWith(count: number): Promise<string> {
	const { chatId } = await action.chat();
	for (let at = 1; at < count; at++) {
		action.sandbox.control.clock({ advanceMs: 1000 });
		await action.sandbox.control.reply(LEAD, { text: `Reply ${at}` });
	}
	return chatId;
}

const history = async (chatId: string, parameters: object = {}) =>
	(await action.run('message.getMany', { chatId, ...parameters })).items;

it('gives the newest messages in the order in which they were written', async () => {
	const chatId = await chatWith(5);
	const items = await history(chatId, { limit: 2 });

	expect(textsOf(items)).toEqual(['Reply 3', 'Reply 4']);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
});

it('gives all messages in the words of the triggers', async () => {
	const chatId = await chatWith(2);
	const items = await history(chatId, { returnAll: true });

	expect(textsOf(items)).toEqual(['Hello', 'Reply 1']);
	expect(items[1].json).toEqual({
		messageId: expect.any(String),
		chatId,
		direction: 'inbound',
		text: 'Reply 1',
		attachments: [],
		status: expect.any(String),
		createdAt: expect.any(String),
		deliveredAt: null,
		readAt: null,
	});
});

it('filters first, and then limits', async () => {
	const chatId = await chatWith(4);
	await action.outputOf('message.sendToChat', { chatId, ...parts(text('Thanks')) });
	const all = await history(chatId, { returnAll: true });
	const since = String(all[2].json.createdAt);

	expect(textsOf(await history(chatId, { filters: { direction: 'outbound' } }))).toEqual([
		'Hello',
		'Thanks',
	]);
	expect(textsOf(await history(chatId, { limit: 1, filters: { direction: 'inbound' } }))).toEqual([
		'Reply 3',
	]);
	// A message at exactly this time is included.
	expect(textsOf(await history(chatId, { filters: { since } }))).toEqual([
		'Reply 2',
		'Reply 3',
		'Thanks',
	]);
});

it('gives no item for an empty result, and the raw messages without Simplify', async () => {
	const chatId = await chatWith(1);

	expect(await history(chatId, { filters: { direction: 'inbound' } })).toEqual([]);
	expect((await history(chatId, { simplify: false }))[0].json).toMatchObject({
		chat_id: chatId,
		chatId,
		messageId: expect.any(String),
		parts: [{ type: 'text', value: 'Hello' }],
	});
});

it('reads switches that an expression returns as text, or leaves empty', async () => {
	const chatId = await chatWith(2);
	const all = { returnAll: '={{ "true" }}', limit: 1, simplify: '={{ "FALSE" }}' };

	expect((await history(chatId, all)).map(({ json }) => json.parts)).toEqual([
		[{ type: 'text', value: 'Hello' }],
		[{ type: 'text', value: 'Reply 1' }],
	]);
	expect(
		textsOf(await history(chatId, { returnAll: '={{ null }}', limit: 1, simplify: '={{ null }}' })),
	).toEqual(['Reply 1']);
});

describe('with more messages than Chert returns', () => {
	const hintsOf = async (chatId: string, parameters: object) => {
		const { run } = await action.run('message.getMany', { chatId, ...parameters });
		return run.data.resultData.runData.Chert.at(-1)?.hints?.map(({ message }) => message) ?? [];
	};

	it('says so where the user asks for more', async () => {
		const chatId = await chatWith(202);
		const hint = `Chert returns only the newest 200 messages of a chat. Chat ${chatId} has older ones.`;

		expect(await history(chatId, { returnAll: true })).toHaveLength(200);
		expect(await hintsOf(chatId, { returnAll: true })).toEqual([hint]);
		expect(await hintsOf(chatId, { filters: { direction: 'outbound' } })).toEqual([hint]);
		expect(await hintsOf(chatId, { limit: 10 })).toEqual([]);
		const [oldest, next] = await history(chatId, { returnAll: true });
		const since = (message: typeof oldest) => ({
			returnAll: true,
			filters: { since: message.json.createdAt },
		});
		// Everything since the second message is among the 200.
		expect(await hintsOf(chatId, since(next))).toEqual([]);
		expect(await hintsOf(chatId, since(oldest))).toEqual([hint]);
	}, 30_000);
});

it('looks up one message, simplified or as it is', async () => {
	const { messageId, chatId } = await action.chat();

	expect(await action.outputOf('message.get', { messageId })).toMatchObject({
		messageId,
		chatId,
		text: 'Hello',
		status: 'delivered',
		readAt: null,
	});
	expect(await action.outputOf('message.get', { messageId, simplify: false })).toMatchObject({
		id: messageId,
		messageId,
		chat_id: chatId,
	});
});

it('edits a text', async () => {
	const { messageId } = await action.chat();
	const output = await action.outputOf('message.edit', { messageId, text: 'Hello again' });

	expect(action.bodies('messages.edit')).toEqual([{ new_text: 'Hello again' }]);
	expect(output).toMatchObject({ status: 'edited', new_text: 'Hello again', messageId });
	expect(action.sandbox.control.messages()[0].text).toBe('Hello again');
});

it('edits a part of a message', async () => {
	const { chatId } = await action.chat();
	const { messageId } = await action.outputOf('message.sendToChat', {
		chatId,
		...parts({ type: 'richLink', url: 'https://example.com' }, text('Tuesday')),
	});
	await action.outputOf('message.edit', {
		messageId,
		text: 'Wednesday',
		options: { partIndex: 1 },
	});

	expect(action.bodies('messages.edit')).toEqual([{ new_text: 'Wednesday', edited_part_index: 1 }]);
});

it('says that it is too late to edit', async () => {
	const { messageId } = await action.chat();
	action.sandbox.control.clock({ advanceMs: 16 * 60_000 });
	const { error } = await action.run('message.edit', { messageId, text: 'Too late' });

	expect(error?.message).toBe('The message could not be edited');
	expect(error?.description).toContain('iMessage allows edits for 15 minutes');
});
