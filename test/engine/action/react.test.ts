import { LEAD, useAction } from '../../support/action';

const action = useAction();

it.each(['love', 'like', 'dislike', 'laugh', 'emphasize', 'question'])(
	'adds a reaction to a message: %s',
	async (reaction) => {
		const { messageId } = await action.chat();
		const output = await action.outputOf('message.react', { messageId, reaction });

		expect(action.bodies('messages.react')).toEqual([{ reaction }]);
		expect(output).toEqual({
			status: 'sent',
			message_id: messageId,
			messageId,
			reaction,
		});
		expect(action.sandbox.control.messages()[0].reactions).toMatchObject([
			{ type: reaction, direction: 'outbound' },
		]);
	},
);

it('adds a reaction that a table holds with a blank after it', async () => {
	const { messageId } = await action.chat();
	await action.outputOf('message.react', { messageId, reaction: '={{ "love " }}' });

	expect(action.bodies('messages.react')).toEqual([{ reaction: 'love' }]);
});

it('reacts to a message that a lead sent', async () => {
	await action.chat();
	await action.sandbox.control.reply(LEAD, { text: 'Perfect, thanks' });
	const [inbound] = action.sandbox.control.messages({ direction: 'inbound' });
	await action.outputOf('message.react', { messageId: inbound.id, reaction: 'love' });

	expect(action.sandbox.control.messages({ direction: 'inbound' })[0].reactions).toHaveLength(1);
});

it('pairs each reaction with its input', async () => {
	const ids = [(await action.chat()).messageId, (await action.chat('+15550100124')).messageId];
	const { items } = await action.run(
		'message.react',
		{ messageId: '={{ $json.id }}', reaction: '={{ $json.reaction }}' },
		{
			items: [
				{ json: { id: ids[1], reaction: 'laugh' } },
				{ json: { id: ids[0], reaction: 'like' } },
			],
		},
	);

	expect(items.map(({ json, pairedItem }) => [json.message_id, json.reaction, pairedItem])).toEqual(
		[
			[ids[1], 'laugh', { item: 0 }],
			[ids[0], 'like', { item: 1 }],
		],
	);
});
