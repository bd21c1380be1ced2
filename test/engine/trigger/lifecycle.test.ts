import { BACKOFF } from '../../../nodes/shared/retry';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { credentialFor } from '../../support/engine';
import { TriggerHost, type TriggerOptions, type UrlKind } from '../../support/triggerEngine';

let sandbox: Sandbox;
const hosts: TriggerHost[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
});

afterEach(async () => {
	await Promise.all(hosts.splice(0).map(async (host) => await host.close()));
	sandbox.control.reset();
	sandbox.control.clearFaults();
});

afterAll(async () => {
	await sandbox.close();
});

async function start(options: Partial<TriggerOptions> = {}): Promise<TriggerHost> {
	const host = await TriggerHost.start({
		credential: credentialFor(sandbox),
		parameters: { events: ['message.received'] },
		...options,
	});
	hosts.push(host);
	return host;
}

/** A person's or another program's access to Chert, beside the node's. */
async function chert(method: string, path: string, body?: object): Promise<{ subscription: { id: string } }> {
	const response = await fetch(`${sandbox.apiUrl}${path}`, {
		method,
		headers: { authorization: `Bearer ${sandbox.signingSecret}`, 'content-type': 'application/json' },
		body: body && JSON.stringify(body),
	});
	return (await response.json()) as { subscription: { id: string } };
}

const subscriptions = () => sandbox.control.subscriptions().map(({ id, url, events, isActive }) => ({ id, url, events, isActive }));
const requestCount = () => sandbox.control.requests().length;

/** Calls since, as `METHOD route status`. */
const callsSince = (count: number) =>
	sandbox.control
		.requests()
		.slice(count)
		.map(({ method, path, status }) => `${method} ${path.replace(/.*\/webhook-subscriptions/, '').replace(/^\/.+/, '/ID') || '/'} ${status}`);

/** What a console user and another workflow have at Chert, which no trigger may ever touch. */
async function addBystanders(host: TriggerHost, kind: UrlKind) {
	await chert('POST', '/webhook-subscriptions', { url: 'https://crm.example.com/hook', events: [] });
	await chert('POST', '/webhook-subscriptions', { url: 'https://dev-inbox', events: ['lead_reply'] });
	// One that somebody made by hand for the very URL is not ours either: only the stored id counts.
	await chert('POST', '/webhook-subscriptions', { url: host.url(kind), events: ['reaction.added'] });
	return subscriptions();
}

describe.each<UrlKind>(['production', 'test'])('the %s URL', (kind) => {
	const ownId = (host: TriggerHost) => host.record(kind).id as string;

	const DRIFTS: Array<{
		drift: string;
		cause: (host: TriggerHost) => Promise<unknown> | void;
		calls: string[];
		/** Whether the subscription is the one from before. */
		keeps: boolean;
		/** Nobody knows the one from before any more, so it stays, as somebody else's would. */
		abandons?: true;
	}> = [
		{ drift: 'nothing', cause: () => undefined, calls: ['GET /ID 200'], keeps: true },
		{
			drift: 'gone at Chert',
			cause: async (host) => await chert('DELETE', `/webhook-subscriptions/${ownId(host)}`),
			calls: ['GET /ID 404', 'GET / 200', 'POST / 200'],
			keeps: false,
		},
		{
			drift: 'paused',
			cause: async (host) => await chert('PATCH', `/webhook-subscriptions/${ownId(host)}`, { is_active: false }),
			calls: ['GET /ID 200', 'PATCH /ID 200'],
			keeps: true,
		},
		{
			drift: 'another URL at Chert',
			cause: async (host) => await chert('PATCH', `/webhook-subscriptions/${ownId(host)}`, { url: 'https://crm.example.com/new' }),
			calls: ['GET /ID 200', 'PATCH /ID 200'],
			keeps: true,
		},
		{
			drift: 'n8n at another address',
			cause: (host) => host.moveTo('https://n8n.example.com'),
			calls: ['GET / 200', 'POST / 200'],
			keeps: false,
			abandons: true,
		},
		{
			drift: 'other events at Chert',
			cause: async (host) => await chert('PATCH', `/webhook-subscriptions/${ownId(host)}`, { events: ['lead_reply'] }),
			calls: ['GET /ID 200', 'PATCH /ID 200'],
			keeps: true,
		},
		{
			drift: 'secret lost',
			cause: (host) => void delete host.record(kind).secret,
			calls: ['GET /ID 200', 'DELETE /ID 200', 'GET / 200', 'POST / 200'],
			keeps: false,
		},
		{
			drift: 'secret lost and gone at Chert',
			cause: async (host) => {
				await chert('DELETE', `/webhook-subscriptions/${ownId(host)}`);
				delete host.record(kind).secret;
			},
			calls: ['GET /ID 404', 'GET / 200', 'POST / 200'],
			keeps: false,
		},
		{
			drift: 'the record lost',
			cause: (host) => {
				host.staticData[kind] = {};
			},
			calls: ['GET / 200', 'POST / 200'],
			keeps: false,
			abandons: true,
		},
	];

	it.each(DRIFTS)('is put right after: $drift', async ({ cause, calls, keeps, abandons }) => {
		const host = await start();
		await host.activate(kind);
		const before = ownId(host);
		await cause(host);
		const others = await addBystanders(host, kind);
		const untouchable = others.filter(({ id }) => abandons || id !== before);

		const count = requestCount();
		await host.activate(kind);

		expect(callsSince(count)).toEqual(calls);
		const after = ownId(host);
		expect(after === before).toBe(keeps);
		expect(subscriptions()).toEqual(expect.arrayContaining(untouchable));
		expect(subscriptions().find(({ id }) => id === after)).toEqual({
			id: after,
			url: host.url(kind),
			events: ['message.received'],
			isActive: true,
		});
		expect(host.record(kind)).toMatchObject({
			secret: sandbox.control.subscriptions().find(({ id }) => id === after)!.secret,
			url: host.url(kind),
		});

		await host.deactivate(kind);
		expect(subscriptions()).toEqual(untouchable);
		expect(host.record(kind)).toBeUndefined();
	});

	it('follows a change of events', async () => {
		const host = await start();
		await host.activate(kind, { events: ['reaction.added', 'message.received'] });
		expect(subscriptions()[0].events).toEqual(['reaction.added', 'message.received']);
		await host.activate(kind, { events: ['*'] });
		expect(subscriptions()).toEqual([{ id: ownId(host), url: host.url(kind), events: [], isActive: true }]);
	});

	it('takes events that an expression gives as a text for a list', async () => {
		const host = await start({ parameters: { events: '={{ "message.received, reaction.added" }}' } });
		await host.activate();
		expect(subscriptions()).toMatchObject([{ events: ['message.received', 'reaction.added'] }]);
	});

	it('takes a subscription that is gone for deleted', async () => {
		const host = await start();
		await host.activate(kind);
		await chert('DELETE', `/webhook-subscriptions/${ownId(host)}`);
		await host.deactivate(kind);
		expect(host.record(kind)).toBeUndefined();
	});

	it('reports a deletion that Chert refuses, keeps the record, and deletes at the next try', async () => {
		const host = await start();
		await host.activate(kind);
		sandbox.control.addFaults({ kind: 'notRetryable', method: 'DELETE', code: 2005, status: 403, times: 1 });
		await expect(host.deactivate(kind)).rejects.toMatchObject({ name: 'NodeApiError', httpCode: '403' });
		expect(ownId(host)).toBeTruthy();
		await host.deactivate(kind);
		expect(subscriptions()).toEqual([]);
	});

	it('does not take "tenant not found" for "subscription gone"', async () => {
		const host = await start();
		await host.activate(kind);
		const count = requestCount();
		sandbox.control.addFaults({ kind: 'notRetryable', code: 2001, status: 404 });
		await expect(host.activate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
		await expect(host.deactivate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
		expect(callsSince(count)).toEqual(['GET /ID 404', 'DELETE /ID 404']);
		expect(ownId(host)).toBeTruthy();
	});

	it('is patient with passing trouble, but never creates twice', async () => {
		const host = await start();
		sandbox.control.addFaults({ kind: 'serverError', method: 'POST', times: 1 });
		await expect(host.activate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
		await host.activate(kind);
		sandbox.control.addFaults({ kind: 'rateLimit', method: 'GET', retryAfter: 0.05, times: 1 });
		const count = requestCount();
		await host.activate(kind);
		expect(callsSince(count)).toEqual(['GET /ID 429', 'GET /ID 200']);
		expect(subscriptions()).toHaveLength(1);
	});

	it('asks again only when Chert wants to be asked', async () => {
		const host = await start();
		sandbox.control.addFaults({ kind: 'rateLimit', method: 'GET', retryAfter: 0.3, times: 1 });
		await host.activate(kind);
		const [refused, next] = sandbox.control.requests().map(({ elapsedMs }) => elapsedMs);
		expect(next - refused).toBeGreaterThan(290);
		expect(sandbox.control.audit().earlyRequests).toEqual([]);
	});

	it('makes one also where Chert does not show the list', async () => {
		const host = await start();
		sandbox.control.addFaults({ kind: 'notRetryable', route: 'webhooks.list', code: 2005, status: 403 });
		await host.activate(kind);
		expect(subscriptions()).toMatchObject([{ id: ownId(host), url: host.url(kind) }]);
	});

	it('asks for no subscription where nobody answers, for its secret would be lost too', async () => {
		const host = await start();
		const quick = jest.replaceProperty(BACKOFF, 'firstMs', 20);
		sandbox.control.addFaults({ kind: 'cutBefore', route: 'webhooks.list' });
		const count = requestCount();
		await expect(host.activate(kind)).rejects.toMatchObject({
			name: 'NodeApiError',
			description: expect.stringContaining('try again later'),
		});
		quick.restore();
		expect(sandbox.control.requests().slice(count).map(({ route }) => route)).toEqual(['webhooks.list', 'webhooks.list', 'webhooks.list']);
		expect(subscriptions()).toEqual([]);
	});

	it.each([
		{ kind: 'cutAfter' as const, removes: true },
		{ kind: 'cutBefore' as const, removes: false },
	])('leaves no subscription behind whose secret was lost on the way ($kind)', async ({ kind: fault, removes }) => {
		const host = await start();
		const others = await addBystanders(host, kind);
		sandbox.control.addFaults({ kind: fault, route: 'webhooks.create', times: 1 });
		const count = requestCount();
		await expect(host.activate(kind)).rejects.toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('the connection was cut'),
			description: removes
				? expect.stringContaining('try again later')
				: 'Whether it was carried out is not known. Look into the webhook subscriptions of the Chert console before you run it again.',
		});
		expect(callsSince(count).slice(2)).toEqual(removes ? ['GET / 200', 'DELETE /ID 200'] : ['GET / 200']);
		expect(subscriptions()).toEqual(others);

		await host.activate(kind);
		expect(subscriptions()).toHaveLength(others.length + 1);
	});

	it('removes nothing when Chert refuses a subscription', async () => {
		const host = await start();
		sandbox.control.addFaults({ kind: 'notRetryable', route: 'webhooks.create', code: 2005, times: 1 });
		const count = requestCount();
		await expect(host.activate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
		expect(callsSince(count)).toEqual(['GET / 200', expect.stringMatching(/^POST \/ 4\d\d$/)]);
	});

	it('says honestly when it cannot be known which subscription a lost call made', async () => {
		const host = await start();
		sandbox.control.addFaults([
			{ kind: 'cutAfter', route: 'webhooks.create', times: 1 },
			{ kind: 'notRetryable', route: 'webhooks.delete', code: 2005, status: 403 },
		]);
		await expect(host.activate(kind)).rejects.toMatchObject({
			description: expect.stringContaining('Look into the webhook subscriptions of the Chert console'),
		});
	});
});

describe('side by side', () => {
	it('the test URL comes and goes without touching production', async () => {
		const host = await start();
		await host.activate('production');
		const [production] = subscriptions();
		await host.activate('test');
		expect(subscriptions()).toHaveLength(2);
		await host.deactivate('test');
		expect(subscriptions()).toEqual([production]);
		await host.activate('test');
		await host.deactivate('production');
		expect(subscriptions().map(({ url }) => url)).toEqual([host.url('test')]);
	});

	it('two triggers, or two n8n, on one tenant keep to their own', async () => {
		const [one, two] = [await start(), await start({ instanceId: 'n8n-2' })];
		await one.activate();
		await two.activate();
		await one.activate();
		expect(subscriptions().map(({ url }) => url)).toEqual([one.url(), two.url()]);
		await one.deactivate();
		expect(subscriptions().map(({ url }) => url)).toEqual([two.url()]);
	});

	it("a restored copy of n8n at another address leaves the original's subscription alone", async () => {
		const original = await start();
		await original.activate();
		const [subscription] = subscriptions();

		// The backup holds the encryption key, and with it the instance id.
		const copy = await start();
		copy.staticData.production = structuredClone(original.staticData.production);
		await copy.deactivate();
		expect(subscriptions()).toEqual([subscription]);
		expect(copy.record()).toBeUndefined();

		copy.staticData.production = structuredClone(original.staticData.production);
		await copy.activate();
		expect(subscriptions()).toEqual([subscription, expect.objectContaining({ url: copy.url() })]);
	});

	it("a workflow copied with its data to another n8n leaves the first one's subscription alone", async () => {
		const original = await start({ instanceId: 'n8n-1' });
		await original.activate();
		const [subscription] = subscriptions();

		const copy = await start({ instanceId: 'n8n-2' });
		copy.staticData.production = structuredClone(original.staticData.production);
		await copy.deactivate();
		expect(subscriptions()).toEqual([subscription]);

		copy.staticData.production = structuredClone(original.staticData.production);
		await copy.activate();
		expect(subscriptions()).toEqual([subscription, expect.objectContaining({ url: copy.url() })]);
	});
});

describe('whatever Chert answers', () => {
	it.each([
		{ answers: 'documented' as const },
		{ answers: 'bare' as const },
		{ answers: 'wrapped' as const },
		{ successStatus: 201 as const },
		{ successStatus: 202 as const },
		{ successStatus: 204 as const },
		{ emptyBodies: true },
		{ ids: 'prefixed' as const },
		{ ids: 'hex32' as const },
		{ errors: 'flat' as const },
		{ errors: 'hybrid' as const },
		{ requireTenant: true },
	])('%j', async (variants) => {
		const before = sandbox.control.variants();
		sandbox.control.variants(variants);
		try {
			const host = await start();
			await host.activate();
			await host.activate('production', { events: ['lead_reply'] });
			expect(subscriptions()).toEqual([{ id: host.record().id, url: host.url(), events: ['lead_reply'], isActive: true }]);
			await chert('DELETE', `/webhook-subscriptions/${host.record().id as string}`).catch(() => undefined);
			await host.activate();
			await host.deactivate();
			expect(subscriptions()).toEqual([]);
		} finally {
			sandbox.control.variants(before);
		}
	});
});
