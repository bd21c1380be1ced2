import type { ZodTypeAny, z } from 'zod';

import type { Context } from '../context';
import { wants } from '../deliveries';
import { ApiError } from '../errors';
import { findEvent, pageOfEvents, rowsSince } from '../events';
import { route } from '../http';
import { validationError } from '../schemas/common';
import { eventsQuery, replayQuery, streamQuery } from '../schemas/events';
import { DEV_INBOX_URL } from '../schemas/webhooks';
import { openSse } from '../sse';
import type { EventRow } from '../types';

function eventById(context: Context, id: string): EventRow {
	const row = findEvent(context, id);
	if (!row) throw new ApiError(2011, { message: 'Event not found' });
	return row;
}

function validQuery<Schema extends ZodTypeAny>(
	schema: Schema,
	query: Record<string, string>,
): z.output<Schema> {
	const result = schema.safeParse(query);
	if (!result.success) throw validationError(result.error);
	return result.data as z.output<Schema>;
}

/** §6 */
export const eventRoutes = [
	route({
		name: 'events.list',
		method: 'GET',
		path: '/events',
		handle: ({ context, query }) => ({
			body: pageOfEvents(context, validQuery(eventsQuery, query)),
		}),
	}),
	route({
		name: 'events.get',
		method: 'GET',
		path: '/events/:id',
		handle({ context, params }) {
			const row = eventById(context, params.id);
			return { body: context.variants.answers === 'wrapped' ? { event: row } : row };
		},
	}),
	route({
		name: 'events.replay',
		method: 'POST',
		path: '/events/:id/replay',
		errors: 'hybrid',
		async handle({ context, params, query }) {
			const row = eventById(context, params.id);
			const { subscription_id: only } = validQuery(replayQuery, query);
			const targets = [...context.state.subscriptions.values()].filter(
				(each) =>
					wants(each, row.type) &&
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
		handle({ context, query }) {
			const { since } = validQuery(streamQuery, query);
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
		handle: ({ context, query }) => ({
			body: pageOfEvents(context, { ...validQuery(eventsQuery, query), status: 'dev_inbox' }),
		}),
	}),
];
