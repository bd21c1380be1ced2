import type { ChertClient } from './chertClient';
import type { QuestionRecord } from './record';

/** Deleted at one time: a question must not wait for hundreds of old ones. */
const MAX_DELETED = 20;

/** Removes records of questions whose time is over. What stays is removed the next time. */
export async function removeExpired(client: ChertClient, expired: QuestionRecord[]): Promise<void> {
	const oldest = [...expired].sort((a, b) => a.expiresAt - b.expiresAt).slice(0, MAX_DELETED);
	await Promise.all(
		oldest.map(async ({ subscriptionId }) => await client.deleteSubscription(subscriptionId)),
	);
}
