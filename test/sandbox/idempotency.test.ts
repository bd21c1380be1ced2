import { type ApiResponse } from '../support/api';
import { LEAD, LINE } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectFlatError, expectError } from './support';

const context = useSandbox();

const parts = [{ type: 'text', value: 'Hello Ana' }];

interface KeyedRoute {
	route: string;
	send: (key: string, text?: string) => Promise<ApiResponse>;
}

const ROUTES: KeyedRoute[] = [
	{
		route: 'send',
		send: async (key, body = 'Hello') =>
			await context.api.post('/send', { phone: LEAD, body, idempotency_key: key }),
	},
	{
		route: 'chats.create',
		send: async (key, value = 'Hello') =>
			await context.api.post('/chats', {
				from: LINE,
				to: [LEAD],
				message: { parts: [{ type: 'text', value }], idempotency_key: key },
			}),
	},
	{
		route: 'chats.send',
		send: async (key, value = 'Hello') => {
			const { chatId } = await context.api.send(LEAD, 'First');
			return await context.api.post(`/chats/${chatId}/messages`, {
				message: { parts: [{ type: 'text', value }], idempotency_key: key },
			});
		},
	},
	{
		route: 'locations.send',
		send: async (key, label = 'Here') =>
			await context.api.post('/locations', {
				phone: LEAD,
				latitude: 1,
				longitude: 2,
				label,
				idempotency_key: key,
			}),
	},
];

const delivered = (route: string): number =>
	context.sandbox.control.messages().filter((message) => message.route === route).length;

describe.each(ROUTES)('$route', ({ route, send }) => {
	it('returns the first response again for the same key and body', async () => {
		const [first, second] = [await send('key-1'), await send('key-1')];
		expect(second.status).toBe(first.status);
		expect(second.body).toEqual(first.body);
		expect(delivered(route)).toBe(1);
	});

	it('sends once when the same request comes many times at once, and all get the response', async () => {
		// The chat must exist before, or the requests would race to create it.
		await context.api.send(LEAD, 'First');
		context.sandbox.control.addFaults({ kind: 'slow', route, delayMs: 80, times: 1 });
		const replies = await Promise.all(Array.from({ length: 12 }, async () => await send('key-2')));
		expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
		expect(new Set(replies.map(({ status }) => status)).size).toBe(1);
		expect(delivered(route)).toBe(route === 'send' ? 2 : 1);
	});

	it('refuses the same key with another body', async () => {
		await send('key-3');
		const other = await send('key-3', 'Something else');
		if (route === 'send') expectFlatError(other, 409, 1012);
		else expectError(other, 409, 1012);
		expect(delivered(route)).toBe(1);
	});

	it('sends each key', async () => {
		await send('key-4');
		await send('key-5');
		expect(delivered(route)).toBe(2);
	});
});

it('does not store errors: a retry runs again', async () => {
	const slot = await context.api.post('/attachments', {
		filename: 'a.png',
		content_type: 'image/png',
		size_bytes: 1,
	});
	const body = {
		phone: LEAD,
		body: 'Photo',
		attachments: [slot.body.attachment_id],
		idempotency_key: 'key-6',
	};
	expectFlatError(await context.api.post('/send', body), 400, 5004);
	await context.api.call('PUT', slot.body.upload_url, {
		body: Buffer.alloc(1),
		headers: { ...context.api.bearer, 'content-type': 'image/png' },
	});
	expect((await context.api.post('/send', body)).body.status).toBe('sent');
});

it('returns the response that was lost with its connection', async () => {
	context.sandbox.control.addFaults({ kind: 'cutAfter', route: 'send', times: 1 });
	await expect(ROUTES[0].send('key-7')).rejects.toThrow();
	const { body } = await ROUTES[0].send('key-7');
	expect(body.message_id).toBe(context.sandbox.control.messages()[0].id);
	expect(context.sandbox.control.audit()).toMatchObject({ delivered: 1, duplicates: [] });
});

it('scopes keys per route, or per tenant as a variant', async () => {
	const create = async () =>
		await context.api.post('/chats', {
			from: LINE,
			to: [LEAD],
			message: { parts, idempotency_key: 'key-8' },
		});
	await ROUTES[0].send('key-8');
	expect((await create()).status).toBe(200);
	context.sandbox.control.reset();
	context.sandbox.control.variants({ idempotencyScope: 'tenant' });
	await ROUTES[0].send('key-8');
	expectError(await create(), 409, 1012);
	context.sandbox.control.variants({ idempotencyScope: 'route' });
});
