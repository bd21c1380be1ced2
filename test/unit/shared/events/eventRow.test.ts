import { readEvent } from '../../../../nodes/shared/events/envelope';
import { readEventPage, readRow } from '../../../../nodes/shared/events/eventRow';
import { messageReceived } from '../../../support/triggerBodies';

describe('readRow', () => {
	const envelope = messageReceived();
	const createdAt = Date.parse(envelope.timestamp);

	it('reads a row: its payload is the delivery', () => {
		const stored = {
			id: 'evt_1',
			type: envelope.event,
			event_id: envelope.event_id,
			payload: envelope,
			delivery: {
				attempts: [
					{ at: envelope.timestamp, status: 200, subscription_id: 's1' },
					{ at: envelope.timestamp, error: 'connect ECONNREFUSED', subscription_id: 's2' },
					{ at: envelope.timestamp, status: 401 },
				],
			},
			created_at: envelope.timestamp,
		};
		expect(readRow(stored)).toEqual({
			key: envelope.event_id,
			createdAt,
			delivery: {
				body: envelope,
				headerEvent: envelope.event,
				headerEventId: envelope.event_id,
				arrivedAt: envelope.timestamp,
			},
			attempts: [
				{ subscriptionId: 's1', isSuccess: true },
				{ subscriptionId: 's2', isSuccess: false },
				{ subscriptionId: undefined, isSuccess: false },
			],
		});
	});

	it('reads a bare envelope', () => {
		expect(readRow(envelope)).toMatchObject({
			key: envelope.event_id,
			createdAt,
			delivery: { body: envelope, arrivedAt: envelope.timestamp },
			attempts: [],
		});
	});

	it.each([null, [], 'x', {}, { event_id: 'e' }, { created_at: envelope.timestamp }])(
		'takes %j for no event',
		(json) => {
			expect(readRow(json)).toBeUndefined();
		},
	);

	it.each([
		['as documented', { events: [envelope], next_cursor: 'c' }, 1, 'c'],
		['at its end', { events: [], next_cursor: null }, 0, undefined],
		['without events, as null', { events: null }, 0, undefined],
		['bare', [envelope], 1, undefined],
		['with a row that cannot be read', { events: [envelope, 7] }, 1, undefined],
	])('reads a page %s', (_case, json, count, nextCursor) => {
		const page = readEventPage(json);
		expect(page?.rows).toHaveLength(count);
		expect(page?.nextCursor).toBe(nextCursor);
	});
});

it('an event that only its row names keeps that name, by which repeats are recognized', () => {
	const created_at = '2026-09-01T10:00:00.000Z';
	const payload = { data: {} };
	const row = readRow({ id: 'row-1', type: 'message.received', created_at, payload });
	expect(row?.key).toBe('row-1');
	expect(readEvent(row!.delivery)).toMatchObject({
		name: 'message.received',
		eventId: 'row-1',
		receivedAt: created_at,
	});
});
