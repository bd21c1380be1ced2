import type { Context } from '../server/context';
import { DEV_INBOX_URL, isSubscribedTo } from '../world/deliveries';
import { ApiError } from '../world/apiError';
import { pageOfEvents, rowsSince } from './eventPages';
import { route } from '../server/route';
import { eventsQuery, replayQuery, streamQuery } from '../schemas/events';
import { openSse } from '../server/sse';
import type { EventRow } from '../world/types';

function eventById(context: Context, id: string): EventRow {
	const row = context.state.eventRows.find((each) => each.id === id);
	if (!row) throw new ApiError(2011, { message: 'Event not found' });
	return row;
}

/** §6 */
export const eventRoutes = [
	route({
		name: 'events.list',
		method: 'GET',
		path: '/events',
		query: eventsQuery,
		handle: ({ context, query }) => ({ body: pageOfEvents(context, query) }),
	}),
	route({
		name: 'events.get',
		method: 'GET',
		path: '/events/:id',
		handle({ context, params }) {
			const row = eventById(context, params.id);
			return { body: context.variants.objectWrapper === 'wrapped' ? { event: row } : row };
		},
	}),
	route({
		name: 'events.replay',
		method: 'POST',
		path: '/events/:id/replay',
		errors: 'hybrid',
		query: replayQuery,
		async handle({ context, params, query }) {
			const row = eventById(context, params.id);
			const { subscription_id: only } = query;
			const targets = [...context.state.subscriptions.values()].filter(
				(each) =>
					isSubscribedTo(each, row.type) &&
					each.url !== DEV_INBOX_URL &&
					(only === undefined || each.id === only),
			);
			if (targets.length === 0)
				throw new ApiError(1002, { message: 'There is nowhere to deliver this event' });
			const status = await context.deliveries.deliver(row, targets);
			const downstreamStatus = row.delivery.attempts.at(-1)?.status;
			if (status === 'delivered')
				return { status: 200, body: { ok: true, downstream_status: downstreamStatus } };
			throw new ApiError(3004, {
				message: 'The receiver failed',
				...(downstreamStatus === undefined ? {} : { downstreamStatus }),
			});
		},
	}),
	route({
		name: 'events.stream',
		method: 'GET',
		path: '/events/stream',
		query: streamQuery,
		handle({ context, query }) {
			const { since } = query;
			return {
				takeOver(response) {
					const stream = openSse(response, context.timing.sseHeartbeatMs);
					const send = (row: EventRow): void =>
						stream.send(context.variants.sseData === 'row' ? row : row.payload);
					if (since !== undefined) rowsSince(context, since).forEach(send);
					context.events.on('event', send);
					const lifetime = setTimeout(() => stream.close(), context.timing.sseLifetimeMs);
					stream.onEnd(() => {
						clearTimeout(lifetime);
						context.events.off('event', send);
					});
				},
			};
		},
	}),
	route({
		name: 'devInbox.list',
		method: 'GET',
		path: '/dev-inbox',
		query: eventsQuery,
		handle: ({ context, query }) => ({
			body: pageOfEvents(context, { ...query, status: 'dev_inbox' }),
		}),
	}),
];
