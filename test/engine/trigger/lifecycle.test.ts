import type { TriggerHost, UrlKind } from '../../support/triggerEngine';
import { ownId, useSubscriptions } from '../../support/subscriptions';

const { control, start, chert, subscriptions, requestCount, callsSince, addBystanders } =
	useSubscriptions();

describe.each<UrlKind>(['production', 'test'])('the %s URL', (kind) => {
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
			cause: async (host) => await chert('DELETE', `/webhook-subscriptions/${ownId(host, kind)}`),
			calls: ['GET /ID 404', 'GET / 200', 'GET / 200', 'POST / 200'],
			keeps: false,
		},
		{
			drift: 'paused',
			cause: async (host) =>
				await chert('PATCH', `/webhook-subscriptions/${ownId(host, kind)}`, { is_active: false }),
			calls: ['GET /ID 200', 'PATCH /ID 200'],
			keeps: true,
		},
		{
			drift: 'another URL at Chert',
			cause: async (host) =>
				await chert('PATCH', `/webhook-subscriptions/${ownId(host, kind)}`, {
					url: 'https://crm.example.com/new',
				}),
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
			cause: async (host) =>
				await chert('PATCH', `/webhook-subscriptions/${ownId(host, kind)}`, {
					events: ['lead_reply'],
				}),
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
				await chert('DELETE', `/webhook-subscriptions/${ownId(host, kind)}`);
				delete host.record(kind).secret;
			},
			calls: ['GET /ID 404', 'GET / 200', 'GET / 200', 'POST / 200'],
			keeps: false,
		},
		{
			drift: 'the record lost',
			cause: (host) => {
				host.staticData[kind] = {};
			},
			calls: ['GET /ID 200'],
			keeps: true,
		},
		{
			drift: 'the record lost, before a restart',
			cause: async (host) => {
				host.staticData[kind] = {};
				await host.restart();
			},
			calls: ['GET / 200', 'POST / 200'],
			keeps: false,
			abandons: true,
		},
	];

	it.each(DRIFTS)('is put right after: $drift', async ({ cause, calls, keeps, abandons }) => {
		const host = await start();
		await host.activate(kind);
		const before = ownId(host, kind);
		await cause(host);
		const others = await addBystanders(host, kind);
		const untouchable = others.filter(({ id }) => abandons || id !== before);

		const count = requestCount();
		await host.activate(kind);

		expect(callsSince(count)).toEqual(calls);
		const after = ownId(host, kind);
		expect(after === before).toBe(keeps);
		expect(subscriptions()).toEqual(expect.arrayContaining(untouchable));
		expect(subscriptions().find(({ id }) => id === after)).toEqual({
			id: after,
			url: host.url(kind),
			events: ['message.received'],
			isActive: true,
		});
		expect(host.record(kind)).toMatchObject({
			secret: control()
				.subscriptions()
				.find(({ id }) => id === after)!.secret,
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
		expect(subscriptions()).toEqual([
			{ id: ownId(host, kind), url: host.url(kind), events: [], isActive: true },
		]);
	});

	it('takes events that an expression gives as a text for a list', async () => {
		const host = await start({
			parameters: { events: '={{ "message.received, reaction.added" }}' },
		});
		await host.activate();
		expect(subscriptions()).toMatchObject([{ events: ['message.received', 'reaction.added'] }]);
	});

	it('is in the record again where this process becomes the leader', async () => {
		const host = await start();
		await host.activate(kind);
		const id = ownId(host, kind);
		host.staticData[kind] = {};
		await host.activate(kind, undefined, 'leadershipChange');
		expect(ownId(host, kind)).toBe(id);
	});

	it('is deleted where n8n stored no record, because it could not activate another trigger', async () => {
		const host = await start();
		await host.activate(kind);
		host.staticData[kind] = {};
		await host.deactivate(kind);
		expect(subscriptions()).toEqual([]);
	});

	it('takes a subscription that is gone for deleted', async () => {
		const host = await start();
		await host.activate(kind);
		await chert('DELETE', `/webhook-subscriptions/${ownId(host, kind)}`);
		await host.deactivate(kind);
		expect(host.record(kind)).toBeUndefined();
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
