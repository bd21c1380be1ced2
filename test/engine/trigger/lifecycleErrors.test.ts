import { BACKOFF } from '../../../nodes/shared/retry';
import { ownId, useSubscriptions } from '../../support/subscriptions';
import type { UrlKind } from '../../support/triggerEngine';

const { control, start, chert, subscriptions, requestCount, callsSince, addBystanders } =
	useSubscriptions();

describe.each<UrlKind>(['production', 'test'])(
	'the %s URL, when Chert rejects a request or does not respond',
	(kind) => {
		it('reports a deletion that Chert refuses, keeps the record, and deletes at the next try', async () => {
			const host = await start();
			await host.activate(kind);
			control().addFaults({
				kind: 'notRetryable',
				method: 'DELETE',
				code: 2005,
				status: 403,
				times: 1,
			});
			await expect(host.deactivate(kind)).rejects.toMatchObject({
				name: 'NodeApiError',
				httpCode: '403',
			});
			expect(ownId(host, kind)).toBeTruthy();
			await host.deactivate(kind);
			expect(subscriptions()).toEqual([]);
		});

		it('does not take "tenant not found" for "subscription gone"', async () => {
			const host = await start();
			await host.activate(kind);
			const count = requestCount();
			control().addFaults({ kind: 'notRetryable', code: 2001, status: 404 });
			await expect(host.activate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
			await expect(host.deactivate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
			expect(callsSince(count)).toEqual(['GET /ID 404', 'DELETE /ID 404']);
			expect(ownId(host, kind)).toBeTruthy();
		});

		it('retries transient errors, but never creates twice', async () => {
			const host = await start();
			control().addFaults({ kind: 'serverError', method: 'POST', times: 1 });
			await expect(host.activate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
			await host.activate(kind);
			control().addFaults({ kind: 'rateLimit', method: 'GET', retryAfter: 0.05, times: 1 });
			const count = requestCount();
			await host.activate(kind);
			expect(callsSince(count)).toEqual(['GET /ID 429', 'GET /ID 200']);
			expect(subscriptions()).toHaveLength(1);
		});

		it('asks again only when Chert wants to be asked', async () => {
			const host = await start();
			control().addFaults({ kind: 'rateLimit', method: 'GET', retryAfter: 0.3, times: 1 });
			await host.activate(kind);
			const [refused, next] = control()
				.requests()
				.map(({ elapsedMs }) => elapsedMs);
			expect(next - refused).toBeGreaterThan(290);
			expect(control().audit().earlyRequests).toEqual([]);
		});

		it('makes one also where Chert does not show the list', async () => {
			const host = await start();
			control().addFaults({
				kind: 'notRetryable',
				route: 'webhooks.list',
				code: 2005,
				status: 403,
			});
			await host.activate(kind);
			expect(subscriptions()).toMatchObject([{ id: ownId(host, kind), url: host.url(kind) }]);
		});

		it('creates no subscription where Chert does not respond, because its secret would be lost too', async () => {
			const host = await start();
			const quick = jest.replaceProperty(BACKOFF, 'firstMs', 20);
			control().addFaults({ kind: 'cutBefore', route: 'webhooks.list' });
			const count = requestCount();
			await expect(host.activate(kind)).rejects.toMatchObject({
				name: 'NodeApiError',
				description: expect.stringContaining('try again later'),
			});
			quick.restore();
			expect(
				control()
					.requests()
					.slice(count)
					.map(({ route }) => route),
			).toEqual(['webhooks.list', 'webhooks.list', 'webhooks.list']);
			expect(subscriptions()).toEqual([]);
		});

		it.each([
			{ kind: 'cutAfter' as const, removes: true },
			{ kind: 'cutBefore' as const, removes: false },
		])(
			'leaves no subscription behind whose secret was lost on the way ($kind)',
			async ({ kind: fault, removes }) => {
				const host = await start();
				const others = await addBystanders(host, kind);
				control().addFaults({ kind: fault, route: 'webhooks.create', times: 1 });
				const count = requestCount();
				await expect(host.activate(kind)).rejects.toMatchObject({
					name: 'NodeApiError',
					message: expect.stringContaining('the connection was cut'),
					description: removes
						? expect.stringContaining('try again later')
						: 'The request may have been processed. Check the webhook subscriptions in the Chert console before you run it again.',
				});
				expect(callsSince(count).slice(2)).toEqual(
					removes ? ['GET / 200', 'DELETE /ID 200'] : ['GET / 200'],
				);
				expect(subscriptions()).toEqual(others);

				await host.activate(kind);
				expect(subscriptions()).toHaveLength(others.length + 1);
			},
		);

		it('removes nothing when Chert refuses a subscription', async () => {
			const host = await start();
			control().addFaults({ kind: 'notRetryable', route: 'webhooks.create', code: 2005, times: 1 });
			const count = requestCount();
			await expect(host.activate(kind)).rejects.toMatchObject({ name: 'NodeApiError' });
			expect(callsSince(count)).toEqual(['GET / 200', expect.stringMatching(/^POST \/ 4\d\d$/)]);
		});

		it('says so when it is unknown which subscription a lost request created', async () => {
			const host = await start();
			control().addFaults([
				{ kind: 'cutAfter', route: 'webhooks.create', times: 1 },
				{ kind: 'notRetryable', route: 'webhooks.delete', code: 2005, status: 403 },
			]);
			await expect(host.activate(kind)).rejects.toMatchObject({
				description: expect.stringContaining(
					'Check the webhook subscriptions in the Chert console',
				),
			});
		});
	},
);

describe('with any response of Chert', () => {
	it.each([
		{ objectWrapper: 'documented' as const },
		{ objectWrapper: 'bare' as const },
		{ objectWrapper: 'wrapped' as const },
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
		const before = control().variants();
		control().variants(variants);
		try {
			const host = await start();
			await host.activate();
			await host.activate('production', { events: ['lead_reply'] });
			expect(subscriptions()).toEqual([
				{ id: host.record().id, url: host.url(), events: ['lead_reply'], isActive: true },
			]);
			await chert('DELETE', `/webhook-subscriptions/${host.record().id as string}`).catch(
				() => undefined,
			);
			await host.activate();
			await host.deactivate();
			expect(subscriptions()).toEqual([]);
		} finally {
			control().variants(before);
		}
	});
});
