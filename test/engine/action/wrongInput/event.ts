import { EMPTY, ID_SOURCE, WEBHOOK_IS_URL, one, type Case } from './case';

export const EVENT_CASES: Record<string, Case> = {
	'a date of events whose parts can be swapped': one(
		'event.getMany',
		{ filters: { since: '01/02/2030' } },
		'Since "01/02/2030" is not a date: pick a date and time, e.g. 2030-01-31T18:00:00Z',
	),
	'no event': one('event.get', { eventRowId: EMPTY }, `Event ID is empty: ${ID_SOURCE.event}`),
	'the key of an event instead of its ID': one(
		'event.replay',
		{ eventRowId: 'chert:msg:2f6ab0d4' },
		'Event ID "chert:msg:2f6ab0d4" is the "event_id" of a message: use the ID from Get Many Events, e.g. evt_8X1',
	),
	'a replay to a web address': one(
		'event.replay',
		{ eventRowId: 'evt_1', options: { subscriptionId: 'https://hooks.example.com' } },
		`Webhook ID "https://hooks.example.com" ${WEBHOOK_IS_URL}`,
	),
};
