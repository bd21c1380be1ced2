import { LEAD, parts, text, useAction } from '../../support/action';

const action = useAction();

const MARKDOWN = '**Hello** Ana, see [our offer](https://shop.example/offer)';
const PLAIN = 'Hello Ana, see our offer (https://shop.example/offer)';

describe('Plain Text', () => {
	it('removes Markdown from the text of Send', async () => {
		await action.outputOf('message.send', {
			phone: LEAD,
			body: MARKDOWN,
			options: { plainText: true },
		});
		expect(action.bodies('send')).toMatchObject([{ body: PLAIN }]);
	});

	it('removes Markdown from the text parts of Send to Chat, and from nothing else', async () => {
		const { chatId } = await action.chat();
		const link = { type: 'richLink', url: 'https://shop.example/*new*_offer' };
		await action.outputOf('message.sendToChat', {
			chatId,
			...parts(text(MARKDOWN), link),
			options: { plainText: true },
		});
		expect(action.bodies('chats.send')[0].message?.parts).toEqual([
			{ type: 'text', value: PLAIN },
			{ type: 'rich_link', url: 'https://shop.example/*new*_offer' },
		]);
	});

	it('leaves the text as it is when the option is off', async () => {
		await action.outputOf('message.send', { phone: LEAD, body: MARKDOWN });
		expect(action.bodies('send')).toMatchObject([{ body: MARKDOWN }]);
	});

	it('sends nothing when only marks are left', async () => {
		const { error } = await action.run('message.send', {
			phone: LEAD,
			body: '---',
			options: { plainText: true },
		});
		expect(error?.message).toBe(
			'Text contains only Markdown marks: enter some text, or turn Plain Text off',
		);
		expect(action.requests()).toEqual([]);
	});
});

describe('Typing Seconds', () => {
	const send = async (chatId: string, typingSeconds: unknown) =>
		await action.run('message.sendToChat', {
			chatId,
			...parts(text()),
			options: { typingSeconds },
		});

	it('shows the typing indicator that long before the message', async () => {
		const { chatId } = await action.chat();
		const { error } = await send(chatId, 0.2);
		expect(error).toBeUndefined();
		const [typing, message] = action.requests().slice(-2);
		expect([typing.route, message.route]).toEqual(['chats.typing', 'chats.send']);
		expect(typing.body).toEqual({ state: 'typing' });
		expect(message.elapsedMs - typing.elapsedMs).toBeGreaterThanOrEqual(200);
	});

	it('sends the message when the indicator cannot be shown', async () => {
		const { chatId } = await action.chat();
		action.sandbox.control.addFaults({ kind: 'notRetryable', route: 'chats.typing', code: 4099 });
		const { items } = await send(chatId, 20);
		expect(items[0].json.status).toBe('sent');
	});

	it('tries the indicator once, so that the message does not wait for it', async () => {
		const { chatId } = await action.chat();
		action.sandbox.control.addFaults({ kind: 'serverError', route: 'chats.typing' });
		const { items } = await send(chatId, 20);
		expect(items[0].json.status).toBe('sent');
		expect(action.requests('chats.typing')).toHaveLength(1);
	});

	it('shows nothing when the option is absent', async () => {
		const { chatId } = await action.chat();
		await action.run('message.sendToChat', { chatId, ...parts(text()) });
		expect(action.requests('chats.typing')).toEqual([]);
	});

	it.each([31, -1, 'soon'])('rejects %j before anything is sent', async (typingSeconds) => {
		const { error } = await send('a-chat', typingSeconds);
		expect(error?.message).toBe(
			`Typing Seconds "${typingSeconds}" is not between 0 and 30: enter a number of seconds, e.g. 3`,
		);
		expect(action.requests()).toEqual([]);
	});

	it('ends when the execution is canceled', async () => {
		const { chatId } = await action.chat();
		const started = Date.now();
		const run = action.run(
			'message.sendToChat',
			{ chatId, ...parts(text()), options: { typingSeconds: 30 } },
			{ onStart: (cancel) => void setTimeout(cancel, 200) },
		);
		await run;
		expect(Date.now() - started).toBeLessThan(10_000);
		expect(action.requests('chats.send')).toEqual([]);
	});
});
