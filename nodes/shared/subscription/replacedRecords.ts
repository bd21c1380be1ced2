import type { SubscriptionRecord } from './subscription';

/**
 * Records that this process replaced, by the ID of the old subscription. A run that uses static data writes all of it
 * back at its end, with the record from before the workflow was published again.
 */
const successors = new Map<string, SubscriptionRecord>();

/** IDs of the subscriptions that this process deleted last, by webhook URL. */
const deletedIds = new Map<string, string>();

/**
 * Records of the subscriptions that this process created and did not delete, by webhook URL. n8n stores none of them
 * when it cannot activate another trigger of the workflow.
 */
const created = new Map<string, SubscriptionRecord>();

/** Notes that a subscription was deleted: the next one for its URL replaces it. */
export function noteDeleted({ id, url }: SubscriptionRecord): void {
	created.delete(url);
	deletedIds.set(url, id);
}

/** Notes that a subscription was created. */
export function noteCreated(record: SubscriptionRecord): void {
	created.set(record.url, record);
	const oldId = deletedIds.get(record.url);
	deletedIds.delete(record.url);
	if (oldId !== undefined && oldId !== record.id) successors.set(oldId, record);
}

/** @returns the record of the subscription that this process created for a webhook URL */
export function createdRecord(url: string): SubscriptionRecord | undefined {
	return created.get(url);
}

/** @returns the record that is valid instead of a stored one, as far as this process knows */
export function latestRecord(stored: SubscriptionRecord): SubscriptionRecord {
	let latest = stored;
	for (let next = successors.get(latest.id); next; next = successors.get(latest.id)) latest = next;
	return latest;
}
