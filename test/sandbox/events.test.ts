import { request } from 'undici';

import { type ApiResponse } from '../support/api';
import { LEAD, OTHER_LEAD } from '../support/fixtures';
import { useReceiver } from '../support/receiver';
import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

const context = useSandbox({
	timing: { webhookRetryMs: [1, 1], sseHeartbeatMs: 40, sseLifetimeMs: 400 },
});
const hook = useReceiver();

async function inbound(count: number, phone = LEAD): Promise<string[]> {
	const ids: string[] = [];
	for (let index = 0; index < count; index += 1) {
		const { events } = await context.sandbox.control.reply(phone, { text: `ApiResponse ${index}` });
		ids.push(events[0].id);
	}
	await context.sandbox.control.idle();
	return ids;
}

async function subscribe(url = hook.receiver.url): Promise<string> {
	return (await context.api.post('/webhook-subscriptions', { url })).body.subscription.id;
}

const idsOf = ({ body }: ApiResponse): string[] => body.events.map(({ id }: { id: string }) => id);

describe('GET /events', () => {
	it('lists rows with the whole envelope and their delivery', async () => {
		const subscription = await subscribe();
		const [id] = await inbound(1);
		const { body } = await context.api.get('/events');
		expect(body).toMatchObject({ count: 1, next_cursor: null });
		expect(body.events[0]).toEqual({
			id,
			type: 'message.received',
			event_id: expect.stringMatching(/^chert:msg:/),
			lead_id: expect.any(String),
			convo_id: expect.any(String),
			payload: expect.objectContaining({ event: 'message.received', data: expect.any(Object) }),
			delivery: {
				status: 'delivered',
				url: hook.receiver.url,
				attempts: [
					{
						at: expect.any(String),
						status: 200,
						duration_ms: expect.any(Number),
						subscription_id: subscription,
					},
				],
				delivered_at: expect.any(String),
			},
			created_at: expect.any(String),
		});
	});

	it('pages newest first until the cursor is null, each row once', async () => {
		const ids = await inbound(7);
		const seen: string[] = [];
		let cursor: string | null = '';
		while (cursor !== null) {
			const page: ApiResponse = await context.api.get(
				`/events?limit=3${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
			);
			seen.push(...idsOf(page));
			cursor = page.body.next_cursor;
		}
		expect(seen).toEqual([...ids].reverse());
	});

	it('pages over rows of one moment, with filters, each row once', async () => {
		const now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-09-01T10:00:00Z'));
		const ids: string[] = [];
		try {
			for (let index = 0; index < 5; index += 1) {
				ids.push(...(await inbound(1)));
				await inbound(1, OTHER_LEAD);
			}
		} finally {
			now.mockRestore();
		}
		const { body: all } = await context.api.get('/events');
		expect(new Set(all.events.map((row: { created_at: string }) => row.created_at)).size).toBe(1);
		const lead = all.events.at(-1).lead_id;
		const query = `/events?limit=2&lead_id=${lead}&since=2026-09-01T09:59:59Z`;
		const seen: string[] = [];
		let page = await context.api.get(query);
		seen.push(...idsOf(page));
		while (page.body.next_cursor !== null) {
			page = await context.api.get(`${query}&cursor=${encodeURIComponent(page.body.next_cursor)}`);
			seen.push(...idsOf(page));
		}
		expect(seen).toEqual([...ids].reverse());
		expect((await context.api.get('/events?since=2026-09-01T10:00:00Z')).body.count).toBe(0);
	});

	it('continues at the same row while new events arrive', async () => {
		const ids = await inbound(4);
		const first = await context.api.get('/events?limit=2');
		await inbound(3);
		const second = await context.api.get(
			`/events?limit=2&cursor=${encodeURIComponent(first.body.next_cursor)}`,
		);
		expect(idsOf(second)).toEqual([ids[1], ids[0]]);
	});

	it('filters by type, lead, status and time', async () => {
		const { chatId } = await context.api.send();
		await inbound(2);
		await inbound(1, OTHER_LEAD);
		await context.sandbox.control.reply(LEAD, { reaction: { type: 'like' } });
		expect((await context.api.get('/events?type=reaction.added')).body.count).toBe(1);
		expect((await context.api.get(`/events?lead_id=${chatId}`)).body.count).toBe(3);
		expect((await context.api.get('/events?status=pending')).body.count).toBe(4);
		expect((await context.api.get('/events?status=delivered')).body.count).toBe(0);
		const { events } = (await context.api.get('/events')).body;
		const later = events.filter(
			({ created_at: at }: { created_at: string }) => at > events[3].created_at,
		);
		expect(idsOf(await context.api.get(`/events?since=${events[3].created_at}`))).toEqual(
			later.map(({ id }: { id: string }) => id),
		);
	});

	it('returns 50 rows by default and up to 200', async () => {
		await inbound(60);
		expect((await context.api.get('/events')).body.count).toBe(50);
		expect((await context.api.get('/events?limit=200')).body.count).toBe(60);
	});

	it.each([
		'limit=0',
		'limit=201',
		'limit=many',
		'limit=5.5',
		'limit=',
		'limit=0x10',
		'limit=5&limit=6',
		'type=',
		'page=2',
		'since=2026',
		'since=1780000000',
		'status=lost',
		'since=yesterday',
		'cursor=nowhere',
	])('refuses %s', async (query) => {
		expectError(await context.api.get(`/events?${query}`), 400, 1002);
	});
});

it('GET /events/{id} returns the bare row', async () => {
	const [id] = await inbound(1);
	expect((await context.api.get(`/events/${id}`)).body).toEqual(
		(await context.api.get('/events')).body.events[0],
	);
	expectError(await context.api.get('/events/evt_none'), 404, 2011);
	const [{ event_id: eventId }] = context.sandbox.control.eventRows();
	expectError(await context.api.get(`/events/${eventId}`), 404, 2011);
});

describe('POST /events/{id}/replay', () => {
	it('sends the event again and updates its delivery', async () => {
		await subscribe();
		hook.receiver.replies = [400];
		const [id] = await inbound(1);
		const response = await context.api.post(`/events/${id}/replay`);
		expect({ status: response.status, ...response.body }).toEqual({
			status: 200,
			ok: true,
			downstream_status: 200,
		});
		expect(hook.receiver.received[1].text).toBe(hook.receiver.received[0].text);
		expect((await context.api.get(`/events/${id}`)).body.delivery).toMatchObject({
			status: 'delivered',
			attempts: [{ status: 400 }, { status: 200 }],
		});
	});

	it('can be limited to one subscription', async () => {
		const first = await subscribe();
		await subscribe();
		const [id] = await inbound(1);
		await context.api.post(`/events/${id}/replay?subscription_id=${first}`);
		expect(hook.receiver.received).toHaveLength(3);
		expect(hook.receiver.received[2].headers['x-webhook-subscription-id']).toBe(first);
	});

	it('refuses an unknown, unsubscribed or inactive subscription', async () => {
		const id = await subscribe();
		const [event] = await inbound(1);
		const replay = async (subscription: string) =>
			await context.api.post(`/events/${event}/replay?subscription_id=${subscription}`);
		const patch = async (body: unknown) =>
			await context.api.call('PATCH', `/webhook-subscriptions/${id}`, { body });
		expect((await replay('none')).body).toMatchObject({ ok: false, code: 1002 });
		await patch({ events: ['reaction.added'] });
		expect((await replay(id)).body).toMatchObject({ ok: false, code: 1002 });
		await patch({ events: [], is_active: false });
		expect((await replay(id)).body).toMatchObject({ ok: false, code: 1002 });
		await patch({ is_active: true });
		expect((await replay(id)).status).toBe(200);
		expect((await context.api.post(`/events/${event}/replay?to=${id}`)).body).toMatchObject({
			ok: false,
			code: 1002,
		});
	});

	it('has no downstream status when the receiver cannot be reached', async () => {
		await subscribe();
		const [id] = await inbound(1);
		await hook.receiver.stop();
		const response = await context.api.post(`/events/${id}/replay`);
		expect({ http: response.status, ...response.body }).toMatchObject({
			http: 502,
			ok: false,
			code: 3004,
			retryable: true,
			downstream_status: null,
		});
		await hook.receiver.start();
	});

	it.each([
		['event', 404, 2011, false],
		['subscription', 400, 1002, false],
		['working receiver', 502, 3004, true],
	])('needs a %s, or responds in the hybrid shape', async (missing, status, code, retryable) => {
		if (missing === 'working receiver') await subscribe();
		hook.receiver.replies = [500, 500, 500, 503];
		const [id] = await inbound(1);
		const response = await context.api.post(
			`/events/${missing === 'event' ? 'evt_none' : id}/replay`,
		);
		expect({ http: response.status, ...response.body }).toEqual({
			http: status,
			ok: false,
			error: expect.any(String),
			downstream_status: code === 3004 ? 503 : null,
			code,
			message: expect.any(String),
			retryable,
			trace_id: response.headers.get('x-trace-id'),
		});
	});
});

describe('the dev inbox', () => {
	it('records events without posting them', async () => {
		await subscribe('https://dev-inbox');
		const [id] = await inbound(1);
		const { body } = await context.api.get('/dev-inbox');
		expect(body).toMatchObject({
			count: 1,
			next_cursor: null,
			events: [{ id, delivery: { status: 'dev_inbox', url: 'https://dev-inbox', attempts: [] } }],
		});
		expect((await context.api.get('/events?status=dev_inbox')).body).toEqual(body);
		expect((await context.api.post(`/events/${id}/replay`)).body.code).toBe(1002);
	});
});

describe('GET /events/stream', () => {
	/** Reads the stream to its end; `onOpen` runs when its first bytes are there. */
	async function stream(
		query = '',
		onOpen: () => Promise<unknown> = async () => undefined,
	): Promise<string> {
		const { statusCode, headers, body } = await request(
			`${context.sandbox.apiUrl}/events/stream${query}`,
			{ headers: context.api.bearer },
		);
		expect({ statusCode, type: headers['content-type'] }).toEqual({
			statusCode: 200,
			type: 'text/event-stream',
		});
		expect(headers['x-trace-id']).toEqual(expect.any(String));
		let text = '';
		for await (const chunk of body) {
			if (text === '') await onOpen();
			text += String(chunk);
		}
		return text;
	}

	const dataOf = (text: string): Array<{ id?: string }> =>
		text
			.split('\n\n')
			.filter((block) => block.startsWith('data: '))
			.map((block) => JSON.parse(block.slice('data: '.length)) as { id?: string });

	it('sends rows as they are recorded, heartbeats, and a close at the end of its lifetime', async () => {
		await inbound(1);
		let ids: string[] = [];
		const text = await stream('', async () => {
			ids = await inbound(2);
		});
		expect(dataOf(text).map(({ id }) => id)).toEqual(ids);
		expect(text).toContain('\n\n: heartbeat\n\n');
		expect(text).toMatch(/event: close\ndata: {}\n\n$/);
	});

	it('resumes after a time, oldest first', async () => {
		const ids = await inbound(3);
		expect(dataOf(await stream('?since=2020-01-01T00:00:00Z')).map(({ id }) => id)).toEqual(ids);
		context.sandbox.control.clock({ advanceMs: 1_000 });
		const { now } = context.sandbox.control.clock();
		expect(dataOf(await stream(`?since=${now}`))).toEqual([]);
	});

	it('refuses an invalid time and missing credentials', async () => {
		expectError(await context.api.get('/events/stream?since=now-ish'), 400, 1002);
		expectError(await context.api.get('/events/stream', {}), 401, 2012);
	});
});
