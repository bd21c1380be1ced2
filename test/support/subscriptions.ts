import { credentialFor } from './engine';
import { useSandbox } from './sandbox';
import { TriggerHost, type TriggerOptions, type UrlKind } from './triggerEngine';

/**
 * Triggers beside one sandbox, and what they do with their subscriptions there. Everything ends or is forgotten after
 * each test.
 */
export function useSubscriptions() {
	const context = useSandbox();
	const hosts: TriggerHost[] = [];

	afterEach(async () => {
		await Promise.all(hosts.splice(0).map(async (host) => await host.close()));
	});

	const start = async (options: Partial<TriggerOptions> = {}): Promise<TriggerHost> => {
		const host = await TriggerHost.start({
			credential: credentialFor(context.sandbox),
			parameters: { events: ['message.received'] },
			...options,
		});
		hosts.push(host);
		return host;
	};

	/** A person's or another program's access to Chert, beside the node's. */
	const chert = async (method: string, path: string, body?: object) =>
		(await context.api.call(method, path, { body })).body as { subscription: { id: string } };

	const subscriptions = () =>
		context.sandbox.control
			.subscriptions()
			.map(({ id, url, events, isActive }) => ({ id, url, events, isActive }));
	const requestCount = () => context.sandbox.control.requests().length;

	/** Calls since, as `METHOD route status`. */
	const callsSince = (count: number) =>
		context.sandbox.control
			.requests()
			.slice(count)
			.map(
				({ method, path, status }) =>
					`${method} ${path.replace(/.*\/webhook-subscriptions/, '').replace(/^\/.+/, '/ID') || '/'} ${status}`,
			);

	/** What a console user and another workflow have at Chert, which no trigger may ever touch. */
	const addBystanders = async (host: TriggerHost, kind: UrlKind) => {
		await chert('POST', '/webhook-subscriptions', {
			url: 'https://crm.example.com/hook',
			events: [],
		});
		await chert('POST', '/webhook-subscriptions', {
			url: 'https://dev-inbox',
			events: ['lead_reply'],
		});
		// One that somebody made by hand for the very URL is not ours either: only the stored id counts.
		await chert('POST', '/webhook-subscriptions', {
			url: host.url(kind),
			events: ['reaction.added'],
		});
		return subscriptions();
	};

	return {
		control: () => context.sandbox.control,
		start,
		chert,
		subscriptions,
		requestCount,
		callsSince,
		addBystanders,
	};
}

/** The id under which a trigger knows its subscription. */
export function ownId(host: TriggerHost, kind: UrlKind): string {
	return host.record(kind).id as string;
}
