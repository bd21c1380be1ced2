import { startSandbox, VARIANT_NAMES, VARIANTS, type VariantName } from '../../sandbox';
import { LEAD, LINE } from '../support/fixtures';
import { useReceiver } from '../support/receiver';
import { useSandbox } from '../support/sandbox';
import { expectError, sign } from './support';

const context = useSandbox();
const hook = useReceiver();

const set = (name: VariantName, value: unknown): void =>
	void context.sandbox.control.variants({ [name]: value });

afterEach(() => VARIANT_NAMES.forEach((name) => set(name, VARIANTS[name][0])));

const EVERY_VALUE = VARIANT_NAMES.flatMap((name) =>
	VARIANTS[name].map((value) => [name, value] as const),
);

const subscribe = async () =>
	await context.api.post('/webhook-subscriptions', { url: hook.receiver.url });

it.each(EVERY_VALUE)('%s = %s: a message is sent and a reply arrives', async (name, value) => {
	set(name, value);
	const headers = {
		...context.api.bearer,
		'content-type': 'application/json',
		'x-chert-tenant': context.sandbox.tenant,
	};
	await context.api.call('POST', '/webhook-subscriptions', {
		body: { url: hook.receiver.url, events: ['message.received'] },
		headers,
	});
	const sent = await context.api.call('POST', '/send', {
		body: { phone: LEAD, body: 'Hello' },
		headers,
	});
	expect(sent.body.status).toBe('sent');
	await context.sandbox.control.reply(LEAD, { text: 'Yes' });
	await context.sandbox.control.idle();
	expect(hook.receiver.received).toHaveLength(1);
});

it('can be chosen at the start and over HTTP, and wrong ones are named', async () => {
	const other = await startSandbox({ variants: { ids: 'prefixed', emptyBodies: true } });
	expect(other.control.variants()).toMatchObject({
		ids: 'prefixed',
		emptyBodies: true,
		objectWrapper: 'documented',
	});
	await other.close();
	await expect(startSandbox({ variants: { ids: 'short' } as never })).rejects.toThrow(
		'Choose from: documented, uuid, prefixed, hex32',
	);
	const changed = await context.api.control('POST', '/variants', { ids: 'uuid' });
	expect(changed.body.current.ids).toBe('uuid');
	const refused = await context.api.control('POST', '/variants', { color: 'blue' });
	expect({ status: refused.status, error: refused.body.error }).toEqual({
		status: 400,
		error: expect.stringContaining('no variant "color"'),
	});
});

describe('objectWrapper', () => {
	it.each(['documented', 'bare', 'wrapped'] as const)('%s', async (value) => {
		set('objectWrapper', value);
		const isBare = value === 'bare';
		const unwrap = (body: Record<string, unknown>, name: string): unknown => {
			expect(name in body).toBe(!isBare);
			return isBare ? body : body[name];
		};
		const created = await context.api.post('/chats', {
			from: LINE,
			to: [LEAD],
			message: { parts: [{ type: 'text', value: 'Hi' }] },
		});
		const chat = unwrap(created.body, 'chat') as { id: string };
		const followed = await context.api.post(`/chats/${chat.id}/messages`, {
			message: { parts: [{ type: 'text', value: 'Hi again' }] },
		});
		const message = unwrap(followed.body, 'message') as { id: string };
		expect(message).toMatchObject({ chat_id: chat.id });
		expect(
			unwrap((await context.api.get(`/messages/${message.id}`)).body, 'message'),
		).toMatchObject({ id: message.id, status: 'delivered' });
		expect(created.body.message).toMatchObject({ chat_id: chat.id });
		const attachment = await context.api.get(`/attachments/${await context.api.upload()}`);
		expect(unwrap(attachment.body, 'attachment')).toMatchObject({ content_type: 'image/png' });
		const subscription = unwrap((await subscribe()).body, 'subscription') as { id: string };
		expect(subscription).toMatchObject({ secret: expect.any(String) });
		expect(
			unwrap(
				(await context.api.get(`/webhook-subscriptions/${subscription.id}`)).body,
				'subscription',
			),
		).toMatchObject({ id: subscription.id });
		const { events } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		const { body } = await context.api.get(`/events/${events[0].id}`);
		expect(value === 'wrapped' ? body.event : body).toMatchObject({ id: events[0].id });
	});
});

describe('successStatus and emptyBodies', () => {
	const outcomes = async () => {
		const { body } = await subscribe();
		const path = `/webhook-subscriptions/${body.subscription.id}`;
		const slot = await context.api.post('/attachments', {
			filename: 'a.png',
			content_type: 'image/png',
			size_bytes: 1,
		});
		const headers = { ...context.api.bearer, 'content-type': 'image/png' };
		const chatId = await context.api.group();
		const replies = {
			markRead: await context.api.post(`/chats/${chatId}/mark-read`),
			typing: await context.api.post(`/chats/${chatId}/typing`, { state: 'typing' }),
			leave: await context.api.post(`/chats/${chatId}/leave`),
			send: await context.api.post('/send', { phone: LEAD, body: 'Hello' }),
			put: await context.api.call('PUT', slot.body.upload_url, { body: Buffer.alloc(1), headers }),
			patch: await context.api.call('PATCH', path, { body: { is_active: true } }),
			remove: await context.api.call('DELETE', path),
			list: await context.api.get('/phone-numbers'),
		};
		return Object.fromEntries(
			Object.entries(replies).map(([name, { status, text }]) => [name, [status, text !== '']]),
		);
	};

	it.each([200, 201, 202] as const)('%i for writes', async (status) => {
		set('successStatus', status);
		expect(await outcomes()).toEqual({
			send: [status, true],
			markRead: [status, true],
			typing: [status, true],
			leave: [status, true],
			put: [status, true],
			patch: [status, true],
			remove: [status, true],
			list: [200, true],
		});
	});

	it('204 only where no body is needed', async () => {
		set('successStatus', 204);
		expect(await outcomes()).toEqual({
			send: [200, true],
			markRead: [204, false],
			typing: [204, false],
			leave: [204, false],
			put: [204, false],
			patch: [204, false],
			remove: [204, false],
			list: [200, true],
		});
	});

	it('empty bodies with 200', async () => {
		set('emptyBodies', true);
		expect(await outcomes()).toEqual({
			send: [200, true],
			markRead: [200, false],
			typing: [200, false],
			leave: [200, false],
			put: [200, false],
			patch: [200, false],
			remove: [200, false],
			list: [200, true],
		});
	});
});

describe('signatures of deliveries', () => {
	const MODERN = /^t=(\d+),v1=([0-9a-f]{64})$/;
	const LEGACY = /^v1,(\d+),([0-9a-f]{64})$/;
	const combinations = VARIANTS.webhookSignature.flatMap((form) =>
		VARIANTS.webhookSignatureHeader.map((header) => [form, header] as const),
	);

	it.each(combinations)('%s in %s', async (form, header) => {
		set('webhookSignature', form);
		set('webhookSignatureHeader', header);
		const { secret } = (await subscribe()).body.subscription;
		await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		await context.sandbox.control.idle();
		const [{ headers, text }] = hook.receiver.received;
		const expected = {
			'x-webhook-signature':
				header === 'x-chert-signature' ? undefined : form === 'legacy' ? LEGACY : MODERN,
			'x-chert-signature':
				header === 'X-Webhook-Signature' ? undefined : form === 'modern' ? MODERN : LEGACY,
		};
		for (const [name, pattern] of Object.entries(expected)) {
			const value = headers[name] as string | undefined;
			if (!pattern) {
				expect(value).toBeUndefined();
				continue;
			}
			const [, seconds, hex] = pattern.exec(value ?? '') ?? [];
			expect(hex).toBe(sign(secret, seconds, text));
		}
	});
});

describe('bodies of deliveries', () => {
	it.each(VARIANTS.deliveryBody)('%s', async (value) => {
		set('deliveryBody', value);
		await subscribe();
		const { events } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		await context.sandbox.control.idle();
		const [{ body }] = hook.receiver.received;
		const [{ payload, event_id, lead_id, convo_id }] = events;
		if (value === 'flat') expect(body).toEqual(payload);
		if (value === 'wrapped')
			expect(body).toEqual({ type: 'message.received', event_id, lead_id, convo_id, payload });
		if (value === 'legacyExtras')
			expect(body).toMatchObject({
				...payload,
				from: LEAD,
				to: LINE,
				text: 'Yes',
				message_guid: expect.any(String),
			});
	});

	it('leadReply adds the legacy event', async () => {
		set('leadReply', true);
		const { events } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
		expect(events.map(({ type }) => type)).toEqual(['message.received', 'lead_reply']);
	});
});

it.each([
	['uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
	['prefixed', /^(msg|ch|att|in|evt|sub)_[0-9a-f]+$/],
	['hex32', /^[0-9a-f]{32}$/],
] as const)('ids as %s', async (shape, pattern) => {
	set('ids', shape);
	const { messageId, chatId } = await context.api.send();
	const attachment = { fileName: 'a.txt', mimeType: 'text/plain', base64: 'YQ==' };
	const { message, events } = await context.sandbox.control.reply(LEAD, { attachment });
	const subscription = (await subscribe()).body.subscription.id;
	const ids = [
		messageId,
		chatId,
		await context.api.upload(),
		message?.id,
		message?.attachments[0].attachmentId,
		events[0].id,
		subscription,
	];
	for (const id of ids) expect(id).toMatch(pattern);
});

describe('errors', () => {
	it.each([
		['standard', { success: false, error: { code: 1001, status: 400 } }],
		['flat', { status: 'failed', code: 1001 }],
		['hybrid', { ok: false, error: expect.any(String), code: 1001 }],
	] as const)('%s on every route', async (shape, body) => {
		set('errors', shape);
		for (const path of ['/send', '/chats', '/locations']) {
			const response = await context.api.post(path, {});
			expect({ status: response.status, body: response.body }).toMatchObject({ status: 400, body });
		}
	});

	it('without a trace id in the body', async () => {
		set('errorTraceId', false);
		const response = await context.api.post('/send', {});
		expect(response.body).not.toHaveProperty('trace_id');
		expect(response.headers.get('x-trace-id')).toEqual(expect.any(String));
	});
});

it.each(VARIANTS.subscriptionListKey)('subscriptions listed as %s', async (key) => {
	set('subscriptionListKey', key);
	await subscribe();
	const { body } = await context.api.get('/webhook-subscriptions');
	expect(key === 'bare' ? body : body[key]).toHaveLength(1);
});

it('subscriptionLimit: one more is 2008/402 until one is deleted', async () => {
	set('subscriptionLimit', 1);
	const { id } = (await subscribe()).body.subscription;
	expectError(await subscribe(), 402, 2008);
	await context.api.call('DELETE', `/webhook-subscriptions/${id}`);
	expect((await subscribe()).status).toBe(200);
});

it('requireTenant: a bearer without tenant is not found', async () => {
	set('requireTenant', true);
	expectError(await context.api.get('/phone-numbers'), 404, 2001);
	expect(
		(
			await context.api.get('/phone-numbers', {
				...context.api.bearer,
				'x-chert-tenant': context.sandbox.tenant,
			})
		).status,
	).toBe(200);
});

describe('sseData', () => {
	const short = useSandbox({ timing: { sseLifetimeMs: 30 } });

	it.each([
		['row', 'created_at'],
		['envelope', 'timestamp'],
	] as const)('%s', async (value, key) => {
		short.sandbox.control.variants({ sseData: value });
		await short.sandbox.control.reply(LEAD, { text: 'Yes' });
		const { text } = await short.api.get('/events/stream?since=2020-01-01T00:00:00Z');
		expect(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '')).toHaveProperty(key);
	});
});
