import { readEvent } from '../../shared/events/envelope';
import { listEvents, toPage } from '../../shared/events/eventLog';
import { wasMissedBy, wasMissedByDeleted } from '../../shared/events/eventRow';
import type { ChertClient } from './chertClient';
import { findOpenQuestions } from './openQuestions';
import { toInstanceMark, type RouteRecord } from './record';
import { relayEvent, type RelayContext } from './relay';

/** How often a process reads the event log, for each route. */
const INTERVAL_MS = 10 * 60_000;

/** Our clock can be ahead of Chert's. */
const OVERLAP_MS = 5 * 60_000;

/** When this process last read the event log, by route, in milliseconds. */
const readAt = new Map<string, number>();

/**
 * Passes on answers that Chert could not deliver, because n8n was down. Chert gives up after three attempts.
 *
 * Source: API sections 5.6 and 6.1.
 */
export async function relayMissedAnswers(
	ctx: RelayContext,
	client: ChertClient,
	route: Pick<RouteRecord, 'subscriptionId' | 'url'>,
): Promise<void> {
	const now = Date.now();
	if (now - (readAt.get(route.subscriptionId) ?? -Infinity) < INTERVAL_MS) return;
	readAt.set(route.subscriptionId, now);

	const listed = await client.listSubscriptions();
	if (!listed.ok) return;
	const { questions } = findOpenQuestions(listed.value, toInstanceMark(ctx.getInstanceId()), now);
	if (questions.length === 0) return;
	const since = Math.min(...questions.map(({ askedAt }) => askedAt)) - OVERLAP_MS;
	const list = await listEvents(async (path) => toPage(await client.get(path)), {
		since: new Date(since).toISOString(),
		status: 'failed',
	});
	// The next time then. An event that arrives now matters more.
	if ('error' in list) return;
	const existing = new Set(listed.value.map(({ id }) => id));
	for (const row of list.value.rows) {
		if (wasMissedBy(row, route.subscriptionId) || wasMissedByDeleted(row, existing))
			await relayEvent(ctx, client, readEvent(row.delivery), route);
	}
}
