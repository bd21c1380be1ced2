import type { IDataObject } from 'n8n-workflow';

import { wantsAll } from '../events/filters';
import { asObject } from '../object';
import type { ChertRequest } from '../request';
import { unwrapList, unwrapObject } from '../responseBody';

/**
 * What the trigger stores of its subscription, in the node's static data. n8n has one for the production URL and, while
 * it listens, another for the test URL.
 */
export interface SubscriptionRecord {
	id: string;
	/** Absent when Chert never gave it or it was lost: deliveries can then not be verified */
	secret?: string;
	url: string;
	/** The n8n that created it. A workflow that is copied to another n8n must leave it alone */
	instanceId: string;
	/** ISO 8601: older events are not for this trigger */
	createdAt: string;
}

/** What the subscription should be. */
export interface Wanted {
	url: string;
	events: readonly string[];
	instanceId: string;
	/** The user's connection settings, e.g. a proxy, for the requests about it */
	connection?: ChertRequest['connection'];
	/** What people can do where n8n has no public address: a sentence after a space */
	ifNotPublic?: string;
}

/** A subscription as Chert shows it; fields that it does not show count as correct. */
export interface RemoteSubscription {
	id?: string;
	secret?: string;
	url?: string;
	events?: string[];
	isActive?: boolean;
	createdAt?: string;
}

/** What has to be done so that deliveries arrive and can be verified. */
export type Repair =
	| { do: 'nothing' }
	/** There is none of ours: create one */
	| { do: 'create' }
	/** Ours cannot be used: delete it, then create one */
	| { do: 'replace' }
	| { do: 'update'; changes: IDataObject };

/**
 * Compares the stored record, the subscription at Chert, and what is wanted.
 *
 * @param remote the subscription with the stored ID; undefined when Chert does not have it
 */
export function planRepair(
	record: SubscriptionRecord | undefined,
	remote: RemoteSubscription | undefined,
	wanted: Wanted,
): Repair {
	if (record === undefined || !isOwn(record, wanted) || remote === undefined) {
		return { do: 'create' };
	}
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
 * A record that came with a copied workflow, or with a backup of this n8n that was restored at another address, belongs
 * to the n8n that it came from. Another URL at Chert is different: somebody changed it there.
 */
export function isOwn(record: SubscriptionRecord, { instanceId, url }: Wanted): boolean {
	return record.instanceId === instanceId && record.url === url;
}

/**
 * Finds the subscriptions that this trigger created after the stored one. That happens when a long run writes an older
 * record back: Chert has no subscription with its ID then, but one with the same URL and events that is not older.
 */
export function findSuccessors(
	record: SubscriptionRecord,
	remotes: readonly RemoteSubscription[],
	wanted: Wanted,
): string[] {
	const isSuccessor = ({ url, events, createdAt = '' }: RemoteSubscription) =>
		url === wanted.url &&
		events !== undefined &&
		isSameSet(events, wanted.events) &&
		// Chert's times can have whole seconds.
		Date.parse(createdAt) >= Date.parse(record.createdAt);
	return remotes
		.filter(isSuccessor)
		.map(({ id }) => id)
		.filter((id) => id !== undefined && id !== record.id) as string[];
}

/** The body of the request that creates the subscription; without `events` Chert sends all (API section 5.1). */
export function createBody({ url, events }: Wanted): IDataObject {
	return wantsAll(events) ? { url } : { url, events: [...events] };
}

/** Reads a subscription from a response, bare or in one of the likely wrappers (API sections 5.1 and 9). */
export function readSubscription(body: unknown): RemoteSubscription {
	const inner = unwrapObject(body, 'subscription', 'webhook_subscription');
	const outer = asObject(body) ?? {};
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
		createdAt: text(inner.created_at),
	};
}

/** Reads the list of subscriptions. */
export function readSubscriptions(body: unknown): RemoteSubscription[] {
	const entries = unwrapList(body, 'subscriptions', 'webhook_subscriptions') ?? [];
	return entries.map(readSubscription);
}

/** Reads the stored record; anything else in its place counts as none. */
export function readRecord(staticData: IDataObject): SubscriptionRecord | undefined {
	const stored = asObject(staticData.subscription);
	return typeof stored?.id === 'string' && stored.id !== ''
		? (stored as unknown as SubscriptionRecord)
		: undefined;
}

function eventsToSend(events: readonly string[]): string[] {
	return wantsAll(events) ? [] : [...events];
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
	if (wantsAll(left) || wantsAll(right)) return wantsAll(left) && wantsAll(right);
	return left.length === right.length && left.every((name) => right.includes(name));
}
