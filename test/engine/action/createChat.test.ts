import { file, from, LEAD, LINE, OTHER_LEAD, parts, text, useAction } from '../../support/action';

const action = useAction();

const FIRST = { ...from(), to: LEAD, ...parts(text()) };
const GROUP = [LEAD, OTHER_LEAD, '+15550100125'];

it('starts a direct chat, and sends no field that is not filled in', async () => {
	const output = await action.outputOf('chat.create', FIRST);

	expect(action.bodies('chats.create')).toEqual([
		{
			from: LINE,
			to: [LEAD],
			message: {
				parts: [{ type: 'text', value: 'Hello' }],
				idempotency_key: output.idempotencyKey,
			},
		},
	]);
	const [message] = action.sandbox.control.messages();
	expect(Object.keys(output).sort()).toEqual([
		'chat',
		'chatId',
		'idempotencyKey',
		'message',
		'messageId',
	]);
	expect(output).toMatchObject({
		chat: {
			id: message.chatId,
			is_group: false,
			handles: [{ service: 'imessage', address: LEAD }],
		},
		message: { id: message.id, chat_id: message.chatId, parts: [{ type: 'text', value: 'Hello' }] },
		chatId: message.chatId,
		messageId: message.id,
		idempotencyKey: expect.stringMatching(/^n8n-/),
	});
});

it('starts a group with a subject and its own key', async () => {
	const output = await action.outputOf('chat.create', {
		...FIRST,
		to: GROUP.join(', '),
		options: { subject: 'Kitchen', idempotencyKey: 'kitchen-1' },
	});

	expect(action.bodies('chats.create')).toEqual([
		{
			from: LINE,
			to: GROUP,
			message: {
				parts: [{ type: 'text', value: 'Hello' }],
				subject: 'Kitchen',
				idempotency_key: 'kitchen-1',
			},
		},
	]);
	expect(output).toMatchObject({
		chat: { is_group: true, display_name: 'Kitchen' },
		idempotencyKey: 'kitchen-1',
	});
});

it.each<[string, unknown]>([
	['commas', GROUP.join(',')],
	['line breaks', `${GROUP.join('\r\n')}\n`],
	['semicolons', GROUP.join('; ')],
	['a list from an expression', GROUP],
	['a number repeated, written otherwise', [...GROUP, '+1 (555) 010-0123']],
])('takes recipients as %s', async (_case, to) => {
	await action.run(
		'chat.create',
		{ ...FIRST, to: '={{ $json.to }}' },
		{ items: [{ json: { to: to as string } }] },
	);

	expect(action.bodies('chats.create')[0].to).toEqual(GROUP);
});

it('takes 31 recipients', async () => {
	const to = Array.from({ length: 31 }, (_, index) => `+155501${10000 + index}`);
	await action.outputOf('chat.create', { ...FIRST, to: to.join('\n') });

	expect(action.sandbox.control.messages()[0].recipients).toEqual(to);
});

it('sends text, rich link, known and new files in the order of the parts', async () => {
	const attachmentId = await action.uploaded('application/pdf', 'bill.pdf');
	await action.outputOf(
		'chat.create',
		{
			...FIRST,
			...parts(
				text('Hello Ana'),
				{ type: 'file', binaryPropertyName: 'photo' },
				{ type: 'richLink', url: 'https://shop.example/offer', linkPreview: {} },
				{ type: 'media', attachmentId },
			),
		},
		file('photo'),
	);

	const [{ parts: sent, attachments }] = action.sandbox.control.messages();
	expect(sent).toEqual([
		{ type: 'text', value: 'Hello Ana' },
		{ type: 'media', attachment_id: attachments[0].attachmentId },
		{ type: 'rich_link', url: 'https://shop.example/offer' },
		{ type: 'media', attachment_id: attachmentId },
	]);
	expect(attachments.map(({ fileName }) => fileName)).toEqual(['photo.png', 'bill.pdf']);
});

it('groups images inside the message, where this route wants it', async () => {
	const output = await action.outputOf(
		'chat.create',
		{
			...FIRST,
			...parts(
				{ type: 'file', binaryPropertyName: 'a' },
				{ type: 'file', binaryPropertyName: 'b' },
			),
			options: { parallelAttachments: true },
		},
		{ ...file('a'), ...file('b') },
	);

	const [body] = action.bodies('chats.create');
	expect(body.message).toMatchObject({ parallel_attachments: true });
	expect(body).not.toHaveProperty('parallel_attachments');
	expect(action.sandbox.control.messages()[0].parallelAttachments).toBe(true);
	expect(output.message).toMatchObject({ status: 'delivered' });
});

it.each([
	['picked from the list', { __rl: true, mode: 'list', value: LINE, cachedResultName: LINE }],
	['typed with blanks', { __rl: true, mode: 'phone', value: '+1 555 010 0001' }],
	['given by an expression', { __rl: true, mode: 'phone', value: '={{ $json.line }}' }],
])('takes a line %s', async (_case, line) => {
	await action.run('chat.create', { ...FIRST, from: line }, { items: [{ json: { line: LINE } }] });

	expect(action.bodies('chats.create')[0].from).toBe(LINE);
});

it('pairs each chat with its input', async () => {
	const { items } = await action.run(
		'chat.create',
		{ ...FIRST, to: '={{ $json.to }}' },
		{ items: [LEAD, OTHER_LEAD].map((to) => ({ json: { to } })) },
	);

	expect(
		items.map(({ json, pairedItem }) => [
			(json.chat as { display_name: string }).display_name,
			pairedItem,
		]),
	).toEqual([
		[LEAD, { item: 0 }],
		[OTHER_LEAD, { item: 1 }],
	]);
});
