import { useSandbox } from '../support/sandbox';
import { expectError } from './support';

const context = useSandbox();

const URL_ = 'https://hooks.example/chert';
const create = async (body: unknown = { url: URL_ }) =>
	await context.api.post('/webhook-subscriptions', body);

describe('POST /webhook-subscriptions', () => {
	it('returns the secret once', async () => {
		const { status, body } = await create({
			url: URL_,
			events: ['message.received'],
			version: '2026-05-04',
		});
		expect(status).toBe(200);
		const { secret, ...rest } = body.subscription;
		expect(secret).toMatch(/^[0-9a-f]{64}$/);
		expect(rest).toEqual({
			id: expect.any(String),
			url: URL_,
			events: ['message.received'],
			version: '2026-05-04',
			is_active: true,
			created_at: expect.any(String),
		});
		expect((await context.api.get('/webhook-subscriptions')).body).toEqual({
			subscriptions: [rest],
		});
		expect((await context.api.get(`/webhook-subscriptions/${rest.id}`)).body).toEqual({
			subscription: rest,
		});
	});

	it('is not idempotent: two requests create two, each with its own secret', async () => {
		const [first, second] = [await create(), await create()];
		expect(first.body.subscription.id).not.toBe(second.body.subscription.id);
		expect(first.body.subscription.secret).not.toBe(second.body.subscription.secret);
		expect(first.body.subscription).toMatchObject({ events: [], version: '2026-04-01' });
	});

	it.each([
		'https://dev-inbox',
		'http://127.0.0.1:5678/webhook/x',
		'http://localhost:5678/webhook/x',
	])('takes %s', async (url) => {
		expect((await create({ url })).status).toBe(200);
	});

	it.each([
		['no address', {}, 400, 1001],
		['an address without HTTPS', { url: 'http://hooks.example/chert' }, 400, 1002],
		['an address that is none', { url: 'hooks' }, 400, 1002],
		['events that are no list', { url: URL_, events: 'message.received' }, 400, 1002],
		['a wildcard', { url: URL_, events: ['message.*'] }, 400, 1002],
		['an empty event name', { url: URL_, events: [''] }, 400, 1002],
		['an unknown field', { url: URL_, secret: 'mine' }, 400, 1002],
		['no JSON', '{', 400, 1004],
	])('refuses %s', async (_case, body, status, code) => {
		expectError(await create(body), status, code);
	});
});

describe('one subscription', () => {
	it('can be changed and keeps its secret', async () => {
		const { body } = await create();
		const path = `/webhook-subscriptions/${body.subscription.id}`;
		const change = {
			url: 'https://hooks.example/new',
			events: ['reaction.added'],
			version: '2026-05-04',
			is_active: false,
		};
		const changed = await context.api.call('PATCH', path, { body: change });
		expect(changed.body.subscription).toEqual({
			id: body.subscription.id,
			created_at: body.subscription.created_at,
			...change,
		});
		expect(context.sandbox.control.subscriptions()).toMatchObject([
			{ secret: body.subscription.secret, isActive: false },
		]);
		expectError(await context.api.call('PATCH', path, { body: { url: 'ftp://x' } }), 400, 1002);
		expectError(await context.api.call('PATCH', path, { body: {} }), 400, 1001);
		expectError(await context.api.call('PATCH', path, { body: { secret: 'mine' } }), 400, 1002);
		expectError(await context.api.call('PATCH', path, { body: '{' }), 400, 1004);
	});

	it('can be deleted without the others', async () => {
		const [first, second] = [await create(), await create()];
		const deleted = await context.api.call(
			'DELETE',
			`/webhook-subscriptions/${first.body.subscription.id}`,
		);
		expect({ status: deleted.status, ...deleted.body }).toEqual({ status: 200, deleted: true });
		const { body } = await context.api.get('/webhook-subscriptions');
		expect(body.subscriptions.map(({ id }: { id: string }) => id)).toEqual([
			second.body.subscription.id,
		]);
	});

	it.each(['GET', 'PATCH', 'DELETE'])('is not found by an unknown ID: %s', async (method) => {
		const body = method === 'PATCH' ? { is_active: true } : undefined;
		expectError(await context.api.call(method, '/webhook-subscriptions/none', { body }), 404, 2011);
	});
});
