import { Clock } from '../../../sandbox/world/clock';
import { useSubscriptions } from '../../support/subscriptions';
import type { TriggerHost } from '../../support/triggerEngine';

const { control, start, subscriptions } = useSubscriptions();

const ANA = '+15550100123';
const texts = (host: TriggerHost) =>
	host.calls.flatMap(({ items }) => items).map(({ json }) => json.text);
const reply = async (host: TriggerHost, text: string) => {
	await control().reply(ANA, { text });
	await control().idle();
	await host.idle();
};

afterEach(() => jest.restoreAllMocks());

/** Publishes the workflow again while a run is under way that writes back the static data from before. */
async function publishAgain(host: TriggerHost): Promise<void> {
	const before = structuredClone(host.staticData.production);
	await host.deactivate();
	await host.activate();
	host.staticData.production = before;
}

describe('a run that writes the old subscription back', () => {
	it('does no harm in the same process: Chert sends the event again, and the record is restored', async () => {
		const host = await start();
		await host.activate();
		await publishAgain(host);
		const [current] = subscriptions();
		expect(host.record().id).not.toBe(current.id);

		await reply(host, 'Hello');
		expect(host.calls.map(({ status }) => status)).toEqual([503, 200]);
		expect(texts(host)).toEqual(['Hello']);
		expect(host.record().id).toBe(current.id);
		await host.restart();
		await reply(host, 'After a restart');
		expect(texts(host)).toEqual(['Hello', 'After a restart']);
	});

	it('makes another process ask Chert to send again, instead of rejecting for good', async () => {
		const host = await start();
		await host.activate();
		await publishAgain(host);
		await host.restart();
		await reply(host, 'Hello');
		expect(new Set(host.calls.map(({ status }) => status))).toEqual(new Set([503]));
		expect(texts(host)).toEqual([]);
	});

	it.each([{ restarts: false }, { restarts: true }])(
		'publishing again leaves one subscription, which works (restart before: $restarts)',
		async ({ restarts }) => {
			const host = await start();
			await host.activate();
			await publishAgain(host);
			if (restarts) await host.restart();
			await host.deactivate();
			expect(subscriptions()).toEqual([]);
			await host.activate();
			expect(subscriptions()).toHaveLength(1);
			await reply(host, 'Hello');
			expect(texts(host)).toEqual(['Hello']);
		},
	);

	it('publishing again leaves one subscription, where Chert has whole seconds', async () => {
		const host = await start();
		const second = 1_000 * Math.floor(Date.now() / 1_000);
		jest.spyOn(Clock.prototype, 'now').mockReturnValue(second);
		await host.activate();
		await publishAgain(host);
		await host.restart();
		await host.deactivate();
		expect(subscriptions()).toEqual([]);
	});

	it.each([{ restarts: false }, { restarts: true }])(
		'activating again without deactivating leaves one, too (restart before: $restarts)',
		async ({ restarts }) => {
			const host = await start();
			await host.activate();
			await publishAgain(host);
			if (restarts) await host.restart();
			await host.activate();
			expect(subscriptions()).toHaveLength(1);
		},
	);
});

it('a subscription that Chert shows but cannot change does not stay beside the new one', async () => {
	const host = await start();
	await host.activate();
	control().addFaults({
		kind: 'notRetryable',
		method: 'PATCH',
		code: 2011,
		status: 404,
	});
	await host.activate('production', { events: ['reaction.added'] });
	expect(subscriptions()).toMatchObject([{ id: host.record().id, events: ['reaction.added'] }]);
});
