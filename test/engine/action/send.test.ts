import { file, LEAD, SECOND_LINE_ID, useAction } from '../../support/action';

const action = useAction();

const HELLO = { phone: LEAD, body: 'Hello Ana' };

it('sends a text, and no empty field', async () => {
	const output = await action.outputOf('message.send', HELLO);

	const [body] = action.bodies('send');
	expect(body).toEqual({ phone: LEAD, body: 'Hello Ana', idempotency_key: output.idempotencyKey });
	const [message] = action.sandbox.control.messages();
	expect(output).toEqual({
		status: 'sent',
		message_id: message.id,
		messageId: message.id,
		lead_id: message.chatId,
		chatId: message.chatId,
		phone: LEAD,
		lead_created: true,
		convo_id: expect.any(String),
		phone_line_id: message.phoneLineId,
		idempotencyKey: expect.stringMatching(/^n8n-[0-9a-f]{40}$/),
	});
});

it('sends every option under the name that the API has for it', async () => {
	const attachmentId = await action.uploaded();
	const output = await action.outputOf('message.send', {
		...HELLO,
		options: {
			attachments: attachmentId,
			effect: 'celebration',
			externalId: 'crm-17',
			leadName: 'Ana Lopez',
			phoneLineId: { __rl: true, mode: 'id', value: SECOND_LINE_ID },
			idempotencyKey: 'order-4711',
		},
	});

	expect(action.bodies('send')).toEqual([
		{
			...HELLO,
			attachments: [{ attachment_id: attachmentId }],
			effect: 'celebration',
			external_id: 'crm-17',
			name: 'Ana Lopez',
			phone_line_id: SECOND_LINE_ID,
			idempotency_key: 'order-4711',
		},
	]);
	expect(output).toMatchObject({ idempotencyKey: 'order-4711', phone_line_id: SECOND_LINE_ID });
});

it('leaves out options that are added but empty', async () => {
	await action.outputOf('message.send', {
		...HELLO,
		options: {
			attachments: ' , ',
			effect: '',
			externalId: ' ',
			leadName: '',
			phoneLineId: { __rl: true, mode: 'list', value: '' },
			idempotencyKey: '',
			livePhoto: false,
		},
	});

	expect(Object.keys(action.bodies('send')[0]).sort()).toEqual([
		'body',
		'idempotency_key',
		'phone',
	]);
});

it('uploads binary fields and attaches them after the attachments by ID, in the order given', async () => {
	const known = await action.uploaded('image/jpeg', 'before.jpg');
	const { items, error } = await action.run(
		'message.send',
		{ ...HELLO, binaryPropertyNames: 'after, bill', options: { attachments: known } },
		{
			items: [
				{
					binary: {
						...file('bill', { mimeType: 'application/pdf', fileName: 'bill.pdf' }),
						...file('after'),
					},
				},
			],
		},
	);

	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	const [message] = action.sandbox.control.messages();
	expect(message.attachments.map(({ fileName, mimeType }) => [fileName, mimeType])).toEqual([
		['before.jpg', 'image/jpeg'],
		['after.png', 'image/png'],
		['bill.pdf', 'application/pdf'],
	]);
});

it.each([
	['a list from an expression', '={{ $json.ids }}'],
	['a typed list', '={{ $json.ids.join(", ") }}'],
])('takes attachment IDs as %s', async (_case, attachments) => {
	const ids = [await action.uploaded(), await action.uploaded()];
	await action.run(
		'message.send',
		{ ...HELLO, options: { attachments } },
		{ items: [{ json: { ids } }] },
	);

	expect(action.bodies('send')[0].attachments).toEqual(
		ids.map((attachment_id) => ({ attachment_id })),
	);
});

describe('a Live Photo', () => {
	const HEIC = { mimeType: 'image/heic', fileName: 'IMG_1.HEIC' };
	const MOV = { mimeType: 'video/quicktime', fileName: 'IMG_1.MOV' };

	it('marks the photo among uploaded files, wherever it stands', async () => {
		await action.run(
			'message.send',
			{ ...HELLO, binaryPropertyNames: 'video, photo', options: { livePhoto: true } },
			{ items: [{ binary: { ...file('photo', HEIC), ...file('video', MOV) } }] },
		);

		const { attachments } = action.bodies('send')[0] as { attachments: object[] };
		expect(attachments.map((attachment) => 'live_photo' in attachment)).toEqual([false, true]);
		expect(action.sandbox.control.messages()[0].attachments).toMatchObject([MOV, HEIC]);
	});

	it('marks the first of the attachments by ID', async () => {
		const ids = [
			await action.uploaded(HEIC.mimeType, HEIC.fileName),
			await action.uploaded(MOV.mimeType, MOV.fileName),
		];
		await action.outputOf('message.send', {
			...HELLO,
			options: { attachments: ids.join(), livePhoto: true },
		});

		expect(action.bodies('send')[0].attachments).toEqual([
			{ attachment_id: ids[0], live_photo: true },
			{ attachment_id: ids[1] },
		]);
	});

	it('marks the photo that is uploaded when its video is there already', async () => {
		const video = await action.uploaded(MOV.mimeType, MOV.fileName);
		const { error } = await action.run(
			'message.send',
			{ ...HELLO, binaryPropertyNames: 'photo', options: { attachments: video, livePhoto: true } },
			{ items: [{ binary: file('photo', HEIC) }] },
		);

		expect(error).toBeUndefined();
		const { attachments } = action.bodies('send')[0] as { attachments: object[] };
		expect(attachments.map((attachment) => 'live_photo' in attachment)).toEqual([false, true]);
	});
});

it("returns Chert's first response again for a key that was used before", async () => {
	const first = await action.outputOf('message.send', {
		...HELLO,
		options: { idempotencyKey: 'order-4711' },
	});
	const second = await action.outputOf('message.send', {
		...HELLO,
		options: { idempotencyKey: 'order-4711' },
	});

	expect(second).toEqual(first);
	expect(action.sandbox.control.messages()).toHaveLength(1);
});

it('reads each item on its own, and pairs each output with its input', async () => {
	const people = [
		{ phone: '+1 (555) 010-0123', text: 'Hello Ana', effect: 'celebration' },
		{ phone: '+1.555.010.0124', text: 'Hello Ben' },
		{ phone: '+15550100123', text: 'And once more' },
	];
	const { items } = await action.run(
		'message.send',
		{
			phone: '={{ $json.phone }}',
			body: '={{ $json.text }}',
			options: { effect: '={{ $json.effect }}' },
		},
		{ items: people.map((json) => ({ json })) },
	);

	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	const messages = action.sandbox.control.messages();
	expect(items.map(({ json }) => messages.find(({ id }) => id === json.message_id))).toMatchObject([
		{ phone: '+15550100123', text: 'Hello Ana', effect: 'celebration' },
		{ phone: '+15550100124', text: 'Hello Ben' },
		{ phone: '+15550100123', text: 'And once more' },
	]);
	expect(messages.filter(({ effect }) => effect !== undefined)).toHaveLength(1);
});

it('takes items that have no JSON, as some nodes return them', async () => {
	const { items } = await action.run(
		'message.send',
		{ phone: LEAD, body: 'Hello' },
		{ items: [{ json: undefined }] },
	);

	expect(items[0].json.status).toBe('sent');
});

it('sends text as it was typed, blank lines and all characters included', async () => {
	const body = '  Grüße 👋🏽\n\nzweite Blase — “so” \u2028 𝔘  ';
	await action.outputOf('message.send', { phone: LEAD, body });

	expect(action.bodies('send')[0].body).toBe(body);
	expect(action.sandbox.control.messages()[0].parts).toHaveLength(2);
});
