import type { IDataObject } from 'n8n-workflow';

import { wantsAll } from '../shared/events/filters';
import { asObject } from '../shared/object';

/**
 * What the trigger keeps of the subscription that it made, in the node's static data. n8n keeps one for the production
 * URL and another, for as long as it listens, for the test URL.
 */
export interface SubscriptionRecord {
	id: string;
	/** Absent when Chert never gave it or it was lost: deliveries can then not be verified. */
	secret?: string;
	url: string;
	/** The n8n that made it. A workflow copied to another one must leave it alone. */
	instanceId: string;
}

/** What the subscription should be. */
export interface Wanted {
	url: string;
	events: readonly string[];
	instanceId: string;
}

/** A subscription as Chert shows it; fields that it does not show count as right. */
export interface RemoteSubscription {
	id?: string;
	secret?: string;
	url?: string;
	events?: string[];
	isActive?: boolean;
}

/** What has to be done so that deliveries arrive and can be verified. */
export type Repair =
	| { do: 'nothing' }
	/** There is none of ours: make one. */
	| { do: 'create' }
	/** Ours cannot be used: remove exactly it, then make one. */
	| { do: 'replace' }
	| { do: 'update'; changes: IDataObject };

/**
 * Compares what is kept, what is at Chert and what is wanted.
 *
 * @param record what was kept, if anything
 * @param remote the subscription with the kept id as it is at Chert; undefined when it is gone
 */
export function planRepair(
	record: SubscriptionRecord | undefined,
	remote: RemoteSubscription | undefined,
	wanted: Wanted,
): Repair {
	if (record === undefined || !isOurs(record, wanted) || remote === undefined)
		return { do: 'create' };
	if (!record.secret) return { do: 'replace' };

	const changes: IDataObject = {
		...(remote.url !== undefined && remote.url !== wanted.url && { url: wanted.url }),
		...(remote.events !== undefined &&
			!isSameSet(remote.events, wanted.events) && { events: eventsToSend(wanted.events) }),
		...(remote.isActive === false && { is_active: true }),
	};
	return Object.keys(changes).length > 0 ? { do: 'update', changes } : { do: 'nothing' };
}

/**
 * A record that came along with a copied workflow, or with a backup of this n8n that was restored at another address,
 * belongs to the n8n that it came from. Another URL at Chert is another matter: that one was changed by hand.
 */
export function isOurs(record: SubscriptionRecord, { instanceId, url }: Wanted): boolean {
	return record.instanceId === instanceId && record.url === url;
}

/** The body of the request that makes the subscription; without `events` it brings them all (API section 5.1). */
export function createBody({ url, events }: Wanted): IDataObject {
	return wantsAll(events) ? { url } : { url, events: [...events] };
}

/**
 * Reads a subscription out of an response. The documentation shows one wrapper for one route, so any of the likely ones
 * is taken, and a bare object (API sections 5.1 and 9).
 */
export function readSubscription(body: unknown): RemoteSubscription {
	const outer = asObject(body) ?? {};
	const inner =
		[outer.subscription, outer.webhook_subscription, outer.data]
			.map(asObject)
			.find((entry) => entry !== undefined) ?? outer;
	const text = (...values: unknown[]) =>
		values.find((value): value is string => typeof value === 'string' && value !== '');
	return {
		id: text(inner.id, inner.subscription_id),
		secret: text(inner.secret, inner.webhook_secret, outer.secret, outer.webhook_secret),
		url: text(inner.url),
		events: Array.isArray(inner.events)
			? inner.events.map(String)
			: inner.events === null
				? []
				: undefined,
		isActive: typeof inner.is_active === 'boolean' ? inner.is_active : undefined,
	};
}

/** Reads the list of subscriptions, under whichever of the likely keys (API section 5.1). */
export function readSubscriptions(body: unknown): RemoteSubscription[] {
	const outer = asObject(body);
	const lists: unknown[] = [body, outer?.subscriptions, outer?.webhook_subscriptions, outer?.data];
	return lists.find((list): list is unknown[] => Array.isArray(list))?.map(readSubscription) ?? [];
}

/** Reads back what was kept; anything else in its place counts as nothing. */
export function readRecord(staticData: IDataObject): SubscriptionRecord | undefined {
	const kept = asObject(staticData.subscription);
	return typeof kept?.id === 'string' && kept.id !== ''
		? (kept as unknown as SubscriptionRecord)
		: undefined;
}

function eventsToSend(events: readonly string[]): string[] {
	return wantsAll(events) ? [] : [...events];
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
	if (wantsAll(left) || wantsAll(right)) return wantsAll(left) && wantsAll(right);
	return left.length === right.length && left.every((name) => right.includes(name));
}
