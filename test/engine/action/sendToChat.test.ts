import { file, parts, text, useAction } from '../../support/action';

const action = useAction();

it('sends a text, and no field that is not filled in', async () => {
	const { chatId } = await action.chat();
	const output = await action.outputOf('message.sendToChat', { chatId, ...parts(text('Thanks!')) });

	expect(action.bodies('chats.send')).toEqual([
		{
			message: {
				parts: [{ type: 'text', value: 'Thanks!' }],
				idempotency_key: output.idempotencyKey,
			},
		},
	]);
	const { id, createdAt } = action.sandbox.control.messages()[1];
	expect(output).toEqual({
		id,
		messageId: id,
		chat_id: chatId,
		chatId,
		parts: [{ type: 'text', value: 'Thanks!' }],
		status: 'sent',
		direction: 'outbound',
		created_at: createdAt,
		delivered_at: null,
		read_at: null,
		service: 'imessage',
		idempotencyKey: expect.stringMatching(/^n8n-/),
	});
});

it('keeps the order of the parts, files uploaded on the way included', async () => {
	const { chatId } = await action.chat();
	const attachmentId = await action.uploaded('application/pdf', 'bill.pdf');
	const order = ['first', 'second', 'third', 'fourth'];
	await action.outputOf(
		'message.sendToChat',
		{
			chatId,
			...parts(
				{ type: 'file', binaryPropertyName: 'third' },
				text('See:'),
				{ type: 'file', binaryPropertyName: 'first' },
				{ type: 'media', attachmentId },
				{ type: 'richLink', url: 'https://shop.example/review' },
				{ type: 'file', binaryPropertyName: 'fourth' },
				{ type: 'file', binaryPropertyName: 'second' },
			),
		},
		Object.assign({}, ...order.map((name) => file(name))),
	);

	const message = action.sandbox.control.messages()[1];
	expect(message.parts.map(({ type }) => type)).toEqual([
		'media',
		'text',
		'media',
		'media',
		'rich_link',
		'media',
		'media',
	]);
	expect(message.attachments.map(({ fileName }) => fileName)).toEqual([
		'third.png',
		'first.png',
		'bill.pdf',
		'fourth.png',
		'second.png',
	]);
});

it('sends what the link preview has, under the names of the API', async () => {
	const { chatId } = await action.chat();
	const url = 'https://shop.example/review';
	await action.outputOf('message.sendToChat', {
		chatId,
		...parts(
			{
				type: 'richLink',
				url,
				linkPreview: {
					title: 'Review us',
					summary: 'One minute',
					imageUrl: `${url}.png`,
					iconUrl: `${url}.ico`,
				},
			},
			{ type: 'richLink', url, linkPreview: { title: '', summary: ' ', imageUrl: '' } },
		),
	});

	expect(action.bodies('chats.send')[0].message?.parts).toEqual([
		{
			type: 'rich_link',
			url,
			title: 'Review us',
			summary: 'One minute',
			image_url: `${url}.png`,
			icon_url: `${url}.ico`,
		},
		{ type: 'rich_link', url },
	]);
});

it.each([
	[
		'as text',
		'[{ "type": "text", "value": "Hello" }, { "type": "rich_link", "url": "https://shop.example" }]',
	],
	[
		'by an expression that gives a list',
		'={{ [{ type: "text", value: "Hello" }, { type: "rich_link", url: "https://shop.example" }] }}',
	],
])('takes parts as JSON, %s', async (_case, partsJson) => {
	const { chatId } = await action.chat();
	const output = await action.outputOf('message.sendToChat', {
		chatId,
		specifyParts: 'json',
		partsJson,
	});

	expect(action.bodies('chats.send')[0].message).toEqual({
		parts: [
			{ type: 'text', value: 'Hello' },
			{ type: 'rich_link', url: 'https://shop.example' },
		],
		idempotency_key: output.idempotencyKey,
	});
});

it('groups images beside the message, where this route wants it', async () => {
	const { chatId } = await action.chat();
	const output = await action.outputOf(
		'message.sendToChat',
		{
			chatId,
			...parts(
				{ type: 'file', binaryPropertyName: 'a' },
				{ type: 'file', binaryPropertyName: 'b' },
			),
			options: { parallelAttachments: true, idempotencyKey: 'album-1' },
		},
		{ ...file('a'), ...file('b', { mimeType: 'image/heic', fileName: 'b.heic' }) },
	);

	const [body] = action.bodies('chats.send');
	expect(body).toMatchObject({
		parallel_attachments: true,
		message: { idempotency_key: 'album-1' },
	});
	expect(body.message).not.toHaveProperty('parallel_attachments');
	expect(output).toEqual({
		id: expect.any(String),
		messageId: expect.any(String),
		chat_id: chatId,
		chatId,
		status: 'delivered',
		delivered_at: expect.any(String),
		idempotencyKey: 'album-1',
	});
});

it('leaves to Chert what the API does not settle: adjacent texts, 11 parts', async () => {
	const { chatId } = await action.chat();
	const many = Array.from({ length: 11 }, () => ({
		type: 'richLink',
		url: 'https://shop.example',
	}));
	const inARow = await action.run('message.sendToChat', { chatId, ...parts(text('a'), text('b')) });
	const tooMany = await action.run('message.sendToChat', { chatId, ...parts(...many) });

	expect(action.requests('chats.send').map(({ code }) => code)).toEqual([1008, 1006]);
	expect(inARow.error?.message).toBe("Two text parts can't be adjacent");
	expect(tooMany.error?.description).toContain('Send at most 10 parts');
});

it('pairs each message with its input', async () => {
	const { chatId } = await action.chat();
	const { items } = await action.run(
		'message.sendToChat',
		{ chatId, ...parts({ type: 'text', text: '={{ $json.text }}' }) },
		{ items: ['one', 'two', 'three'].map((value) => ({ json: { text: value } })) },
	);

	expect(items.map(({ json, pairedItem }) => [json.parts, pairedItem])).toEqual(
		['one', 'two', 'three'].map((value, item) => [[{ type: 'text', value }], { item }]),
	);
	expect(
		action.sandbox.control
			.messages()
			.slice(1)
			.map((message) => message.text),
	).toEqual(['one', 'two', 'three']);
});
