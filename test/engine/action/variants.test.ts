import {
	defaultVariants,
	seededRandom,
	VARIANTS,
	type VariantName,
	type Variants,
} from '../../../sandbox';
import type { IDataObject } from 'n8n-workflow';

import { file, from, LEAD, OTHER_LEAD, parts, text, useAction } from '../../support/action';
import { OPERATION_CASES } from '../../support/operationCases';
import { Receiver } from '../../support/receiver';
import { Samples } from '../../support/samples';

const action = useAction();
/** Gets the events that are sent again. */
const webhooks = { receiver: new Receiver() };

beforeAll(async () => void (await webhooks.receiver.start()));
afterAll(async () => await webhooks.receiver.stop());

const SEED = 20_260_901;
const RANDOM_MIXTURES = 12;

/** Every value of every row, one at a time. */
const ONE_AT_A_TIME: Array<Partial<Variants>> = Object.entries(VARIANTS).flatMap(([name, values]) =>
	values.map((value) => ({ [name]: value })),
);

function mixtures(): Variants[] {
	const random = seededRandom(SEED);
	const names = Object.keys(VARIANTS) as VariantName[];
	return Array.from({ length: RANDOM_MIXTURES }, () =>
		Object.fromEntries(
			names.map((name) => [name, VARIANTS[name][Math.floor(random() * VARIANTS[name].length)]]),
		),
	) as Variants[];
}

const CASES = [...ONE_AT_A_TIME, ...mixtures()].flatMap((variants) =>
	(['bearer', 'hmac'] as const).map(
		(authentication) => [JSON.stringify(variants), authentication, variants] as const,
	),
);

afterEach(() => {
	action.authentication = 'bearer';
	action.sandbox.control.variants(defaultVariants());
});

// The contract leaves these open, and the real service cannot be asked: the operations must not care.
it.each(CASES)('all operations work under %s, %s', async (_name, authentication, variants) => {
	action.authentication = authentication;
	action.sandbox.control.variants(variants);
	const { control } = action.sandbox;

	const sent = await action.outputOf('message.send', { phone: LEAD, body: 'Hello' });
	expect(sent).toMatchObject({
		status: 'sent',
		lead_created: true,
		idempotencyKey: expect.stringMatching(/^n8n-/),
	});

	const direct = await action.outputOf('chat.create', {
		...from(),
		to: OTHER_LEAD,
		...parts(text('Welcome')),
	});
	expect(direct).toEqual({
		chat: expect.objectContaining({
			is_group: false,
			handles: [{ service: 'imessage', address: OTHER_LEAD }],
		}),
		message: expect.objectContaining({ parts: [{ type: 'text', value: 'Welcome' }] }),
		chatId: expect.any(String),
		messageId: expect.any(String),
		idempotencyKey: expect.any(String),
	});
	expect(direct.chat).not.toHaveProperty('message');

	const group = await action.outputOf('chat.create', {
		...from(),
		to: `${LEAD}, ${OTHER_LEAD}`,
		...parts(text('Welcome all')),
		options: { subject: 'Kitchen' },
	});
	expect(group.chat).toMatchObject({ is_group: true, display_name: 'Kitchen' });

	const chatId = String(sent.lead_id);
	const reply = await action.outputOf(
		'message.sendToChat',
		{ chatId, ...parts(text('The bill'), { type: 'file', binaryPropertyName: 'bill' }) },
		file('bill', { mimeType: 'application/pdf', fileName: 'bill.pdf' }),
	);
	expect(reply).toMatchObject({ chat_id: chatId, direction: 'outbound' });
	expect(reply.parts).toHaveLength(2);

	const uploaded = await action.outputOf('attachment.upload', {}, file('data'));
	expect(uploaded).toEqual({
		attachmentId: expect.stringMatching(/./),
		fileName: 'data.png',
		mimeType: 'image/png',
		sizeBytes: Buffer.byteLength('content of data'),
		expiresAt: expect.any(String),
	});
	const { attachmentId } = uploaded;
	expect(await action.outputOf('attachment.get', { attachmentId })).toMatchObject({
		attachment_id: attachmentId,
		filename: 'data.png',
	});
	expect(await action.outputOf('attachment.download', { attachmentId })).toMatchObject({
		attachmentId,
		sizeBytes: uploaded.sizeBytes,
	});

	const reaction = await action.outputOf('message.react', {
		messageId: String(reply.id),
		reaction: 'love',
	});
	expect(reaction).toEqual({
		status: 'sent',
		message_id: reply.id,
		messageId: reply.id,
		reaction: 'love',
	});

	const pin = await action.outputOf('location.send', {
		phone: LEAD,
		latitude: 48.8584,
		longitude: 2.2945,
	});
	expect(pin).toMatchObject({
		status: 'queued',
		location: { latitude: 48.8584, longitude: 2.2945 },
	});

	expect(control.messages().map(({ id }) => id)).toEqual([
		sent.message_id,
		(direct.message as { id: string }).id,
		(group.message as { id: string }).id,
		reply.id,
		pin.message_id,
	]);
	expect(control.messages()[3]).toMatchObject({
		attachments: [{ fileName: 'bill.pdf' }],
		reactions: [{ type: 'love' }],
	});
	expect(control.requests().filter(({ status }) => status === null || status >= 300)).toEqual([]);
	expect(control.audit()).toMatchObject({ duplicates: [], orderViolations: [], earlyRequests: [] });
});

/** The names of an output's fields, without those that only the body of the response has. */
const fieldsOf = (json: IDataObject) =>
	Object.keys(json)
		.filter((name) => name !== 'success')
		.sort();

/** The output of an operation on fresh samples. */
async function outputsUnder(operation: string, variants: Partial<Variants>) {
	const { control } = action.sandbox;
	control.reset();
	control.variants({ ...defaultVariants(), ids: variants.ids ?? 'documented' });
	const samples = new Samples(action.sandbox, webhooks);
	const parameters = await OPERATION_CASES[operation].parameters(samples);
	control.variants({ ...defaultVariants(), ...variants });
	const { items, error } = await action.run(operation, parameters, {
		items: [{ binary: file('data') }],
	});
	expect({ operation, error: error?.message }).toEqual({ operation, error: undefined });
	return items.map(({ json }) => json);
}

describe('each operation, with the same output fields as by default', () => {
	const usual = new Map<string, string[][]>();

	beforeAll(async () => {
		for (const operation of Object.keys(OPERATION_CASES)) {
			usual.set(operation, (await outputsUnder(operation, {})).map(fieldsOf));
		}
	}, 60_000);

	it.each(
		[...ONE_AT_A_TIME, ...mixtures()].map(
			(variants) => [JSON.stringify(variants), variants] as const,
		),
	)(
		'under %s',
		async (_name, variants) => {
			const mayBeEmpty = variants.emptyBodies === true || variants.successStatus === 204;
			for (const operation of Object.keys(OPERATION_CASES)) {
				const fields = (await outputsUnder(operation, variants)).map(fieldsOf);
				const expected = usual.get(operation)!;
				expect({ operation, count: fields.length }).toEqual({ operation, count: expected.length });
				if (!mayBeEmpty) expect({ operation, fields }).toEqual({ operation, fields: expected });
			}
		},
		60_000,
	);
});

it.each(mixtures().map((variants) => [JSON.stringify(variants), variants] as const))(
	'an error is read in full under %s',
	async (_name, variants) => {
		action.sandbox.control.variants(variants);
		const { errors } = await action.run(
			'message.send',
			{ phone: LEAD, body: 'Hello', options: { effect: 'sparkles' } },
			{ onError: 'continueErrorOutput' },
		);

		expect(errors[0].json).toMatchObject({
			error: expect.stringContaining('Known effects: celebration'),
			details: { code: 4098, status: 400, retryable: false, traceId: expect.any(String) },
		});
	},
);
