import { LEAD, LINE, PNG } from '../support/fixtures';
import { useReceiver, type Received } from '../support/receiver';
import { useSandbox } from '../support/sandbox';
import { sign } from './support';

const context = useSandbox({ timing: { webhookRetryMs: [60, 120] } });
const hook = useReceiver();

async function subscribe(
	change: Record<string, unknown> = {},
): Promise<{ id: string; secret: string }> {
	const { body } = await context.api.post('/webhook-subscriptions', {
		url: hook.receiver.url,
		...change,
	});
	return body.subscription;
}

async function reply(text = 'Yes please'): Promise<Received[]> {
	await context.sandbox.control.reply(LEAD, { text });
	await context.sandbox.control.idle();
	return hook.receiver.received;
}

describe('a delivery', () => {
	it('carries the documented envelope of message.received', async () => {
		const { chatId } = await context.api.send();
		await subscribe();
		const [{ body }] = await reply();
		const own = { handle: LINE, service: 'imessage', is_me: true };
		const lead = { handle: LEAD, service: 'imessage', is_me: false };
		expect(body).toMatchObject({
			event: 'message.received',
			event_id: expect.stringMatching(/^chert:msg:/),
			timestamp: expect.any(String),
			api_version: 'v1',
			webhook_version: '2026-05-04',
			event_type: 'message.received',
			trace_id: expect.any(String),
			partner_id: context.sandbox.tenant,
			data: {
				chat: { id: chatId, is_group: false, handles: [own, lead], owner_handle: own },
				message: {
					id: expect.any(String),
					direction: 'inbound',
					sender_handle: lead,
					parts: [{ type: 'text', value: 'Yes please' }],
				},
			},
		});
	});

	it('is signed over the raw body with the subscription secret, in both headers', async () => {
		const { id, secret } = await subscribe();
		const [{ headers, text, body }] = await reply('Grüße 👋');
		expect(headers).toMatchObject({
			'content-type': 'application/json',
			'x-webhook-event': 'message.received',
			'x-webhook-event-id': body.event_id,
			'x-webhook-subscription-id': id,
		});
		const seconds = /^t=(\d+),/.exec(headers['x-webhook-signature'] as string)?.[1] ?? '';
		expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(5);
		expect(headers['x-webhook-signature']).toBe(`t=${seconds},v1=${sign(secret, seconds, text)}`);
		expect(headers['x-chert-signature']).toBe(`v1,${seconds},${sign(secret, seconds, text)}`);
	});

	it('has a timestamp of the sandbox clock', async () => {
		await subscribe();
		context.sandbox.control.clock({ advanceMs: 3_600_000 });
		const [{ headers }] = await reply();
		const seconds = Number(/^t=(\d+),/.exec(headers['x-webhook-signature'] as string)?.[1]);
		expect(seconds - Date.now() / 1000).toBeGreaterThan(3_590);
	});

	it('describes a photo by its part', async () => {
		await subscribe();
		const attachment = {
			fileName: 'roof.png',
			mimeType: 'image/png',
			base64: PNG.toString('base64'),
		};
		await context.sandbox.control.reply(LEAD, { text: 'Look', attachment });
		await context.sandbox.control.idle();
		expect(hook.receiver.received[0].body.data.message.parts).toEqual([
			{ type: 'text', value: 'Look' },
			{
				type: 'media',
				attachment_id: expect.stringMatching(/^in_/),
				filename: 'roof.png',
				mime_type: 'image/png',
				size_bytes: PNG.length,
			},
		]);
	});

	it('is sent for reactions added and removed', async () => {
		const { messageId } = await context.api.send();
		await subscribe();
		await context.sandbox.control.reply(LEAD, { reaction: { type: 'like' } });
		await context.sandbox.control.idle();
		await context.sandbox.control.reply(LEAD, {
			reaction: { type: 'like', messageId, remove: true },
		});
		await context.sandbox.control.idle();
		expect(
			hook.receiver.received.map(({ body }) => [
				body.event,
				body.data.reaction.type,
				body.data.reaction.message_id,
			]),
		).toEqual([
			['reaction.added', 'like', messageId],
			['reaction.removed', 'like', messageId],
		]);
		expect(context.sandbox.control.messages()[0].reactions).toEqual([]);
	});

	it('is sent in the legacy form too, when requested', async () => {
		await subscribe();
		await context.sandbox.control.reply(LEAD, { text: 'Yes', legacy: true });
		await context.sandbox.control.idle();
		expect(hook.receiver.received.map(({ body }) => body.event).sort()).toEqual([
			'lead_reply',
			'message.received',
		]);
	});
});

describe('retries', () => {
	it('come after 5xx, up to three attempts, with the same event and fresh signatures', async () => {
		const { secret } = await subscribe();
		hook.receiver.replies = [500, 503];
		const received = await reply();
		expect(received).toHaveLength(3);
		expect(new Set(received.map(({ body }) => body.event_id)).size).toBe(1);
		for (const { headers, text } of received) {
			const seconds = /^t=(\d+),/.exec(headers['x-webhook-signature'] as string)?.[1] ?? '';
			expect(headers['x-webhook-signature']).toBe(`t=${seconds},v1=${sign(secret, seconds, text)}`);
		}
		expect(received[1].atMs - received[0].atMs).toBeGreaterThanOrEqual(55);
		expect(received[2].atMs - received[1].atMs).toBeGreaterThanOrEqual(115);
		const { body } = await context.api.get('/events');
		expect(body.events[0].delivery).toMatchObject({
			status: 'delivered',
			attempts: [{ status: 500 }, { status: 503 }, { status: 200 }],
		});
	});

	it('end after the third', async () => {
		await subscribe();
		hook.receiver.replies = [500, 500, 500, 500];
		expect(await reply()).toHaveLength(3);
		expect((await context.api.get('/events')).body.events[0].delivery).toMatchObject({
			status: 'failed',
			delivered_at: null,
		});
	});

	it.each([400, 401, 404, 410, 302])('do not come after %i', async (status) => {
		await subscribe();
		hook.receiver.replies = [status];
		expect(await reply()).toHaveLength(1);
		expect((await context.api.get('/events?status=failed')).body.count).toBe(1);
	});

	it('come when the receiver cannot be reached', async () => {
		await subscribe();
		await hook.receiver.stop();
		await reply('Anybody?');
		const { body } = await context.api.get('/events?limit=1');
		expect(body.events[0].delivery.attempts).toHaveLength(3);
		expect(body.events[0].delivery.attempts[0]).toEqual(
			expect.objectContaining({ error: expect.any(String) }),
		);
		await hook.receiver.start();
	});

	it('are canceled when the subscription is deleted, and on reset', async () => {
		const { id } = await subscribe();
		hook.receiver.replies = [500, 500];
		hook.receiver.beforeResponse = async () =>
			await context.api.call('DELETE', `/webhook-subscriptions/${id}`);
		expect(await reply()).toHaveLength(1);
		await subscribe();
		context.sandbox.events.once('delivery', () => context.sandbox.control.reset());
		expect(await reply('Still there?')).toHaveLength(2);
	});
});

describe('a receiver that does not respond in time', () => {
	const hasty = useSandbox({ timing: { webhookRetryMs: [1, 1], webhookTimeoutMs: 40 } });

	it('gets a retry', async () => {
		hook.receiver.isSilent = true;
		await hasty.api.post('/webhook-subscriptions', { url: hook.receiver.url });
		await hasty.sandbox.control.reply(LEAD, { text: 'Yes' });
		await hasty.sandbox.control.idle();
		expect(hook.receiver.received).toHaveLength(3);
		expect((await hasty.api.get('/events')).body.events[0].delivery).toMatchObject({
			status: 'failed',
			attempts: [{}, {}, {}],
		});
	});
});

describe('subscriptions', () => {
	it('each get their own delivery and attempts', async () => {
		const [first, second] = [await subscribe(), await subscribe()];
		hook.receiver.replies = [500];
		const targets = (await reply()).map(({ headers }) => headers['x-webhook-subscription-id']);
		// One of the two got the 500 and a retry; it may be either.
		const counts = [first, second].map(({ id }) => targets.filter((each) => each === id).length);
		expect(counts.sort()).toEqual([1, 2]);
		expect((await context.api.get('/events')).body.events[0].delivery).toMatchObject({
			status: 'delivered',
			attempts: [{}, {}, {}],
		});
	});

	it('filter by exact event name', async () => {
		await context.api.send();
		await subscribe({ events: ['reaction.added'] });
		await reply();
		await context.sandbox.control.reply(LEAD, { reaction: { type: 'love' } });
		await context.sandbox.control.idle();
		expect(hook.receiver.received.map(({ body }) => body.event)).toEqual(['reaction.added']);
	});

	it('that are inactive or deleted get nothing', async () => {
		const off = await subscribe();
		const gone = await subscribe();
		await context.api.call('PATCH', `/webhook-subscriptions/${off.id}`, {
			body: { is_active: false },
		});
		await context.api.call('DELETE', `/webhook-subscriptions/${gone.id}`);
		expect(await reply()).toEqual([]);
	});
});

it('can be delivered several times at once, as an at-least-once sender may', async () => {
	await subscribe();
	const { events } = await context.sandbox.control.reply(LEAD, { text: 'Yes' });
	await context.sandbox.control.idle();
	const { body } = await context.api.control('POST', '/redeliver', {
		eventId: events[0].event_id,
		times: 6,
		concurrency: 3,
	});
	expect(body.statuses).toEqual([200, 200, 200, 200, 200, 200]);
	expect(new Set(hook.receiver.received.map(({ body: each }) => each.event_id))).toEqual(
		new Set([events[0].event_id]),
	);
	expect(hook.receiver.received).toHaveLength(7);
});
