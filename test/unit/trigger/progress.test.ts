import fc from 'fast-check';

import { OVERLAP_MS, Progress, readPosition } from '../../../nodes/ChertStreamTrigger/progress';
import { readPage, readRow, type EventRow } from '../../../nodes/ChertStreamTrigger/rows';
import { readEvent } from '../../../nodes/shared/events/envelope';
import { messageReceived } from '../../support/triggerBodies';

const START = Date.parse('2026-09-01T10:00:00.000Z');
const iso = (time: number) => new Date(time).toISOString();
const row = (key: string, seconds: number): EventRow => ({
	key,
	createdAt: START + seconds * 1000,
	delivery: { body: {}, arrivedAt: '' },
});
const fresh = () => new Progress({ from: iso(START), since: iso(START), handled: {} });

describe('Progress', () => {
	it('takes each event once', () => {
		const progress = fresh();
		expect(progress.begin(row('a', 1))).toBe(true);
		expect(progress.begin(row('a', 1))).toBe(false);
		progress.finish(row('a', 1));
		expect(progress.begin(row('a', 1))).toBe(false);
	});

	it('leaves alone what is older than the activation', () => {
		expect(fresh().begin(row('a', -1))).toBe(false);
	});

	it('does not pass over an event whose run is not stored yet', () => {
		const progress = fresh();
		progress.begin(row('a', 100));
		progress.caughtUp(row('b', 200).createdAt);
		expect(progress.snapshot().since).toBe(iso(START + 100_000));
		progress.finish(row('a', 100));
		expect(progress.snapshot()).toMatchObject({
			since: iso(START + 200_000),
			handled: { a: START + 100_000 },
		});
	});

	it('reads again what could not be stored', () => {
		const progress = fresh();
		progress.begin(row('a', 100));
		progress.caughtUp(START + 200_000);
		expect(progress.resumeFrom()).toBe(iso(START + 200_000 - OVERLAP_MS));
		progress.giveBack(row('a', 100));
		expect(progress.resumeFrom()).toBe(iso(START + 100_000 - OVERLAP_MS));
		expect(progress.begin(row('a', 100))).toBe(true);
	});

	it('moves on once what could not be stored is', () => {
		const progress = fresh();
		progress.begin(row('a', 100));
		progress.giveBack(row('a', 100));
		progress.begin(row('a', 100));
		progress.finish(row('a', 100));
		progress.caughtUp(START + 200_000);
		expect(progress.resumeFrom()).toBe(iso(START + 200_000 - OVERLAP_MS));
		expect(progress.snapshot().since).toBe(iso(START + 200_000));
	});

	it('keeps only what may come again', () => {
		const progress = fresh();
		for (const seconds of [10, 100, 120]) {
			progress.begin(row(`at ${seconds}`, seconds));
			progress.finish(row(`at ${seconds}`, seconds));
		}
		progress.caughtUp(START + 120_000);
		expect(Object.keys(progress.snapshot().handled)).toEqual(['at 100', 'at 120']);
	});

	it('survives restarts at any moment: nothing lost, and only what was under way begun twice', () => {
		const step = fc.constantFrom('begin', 'finish', 'giveBack', 'restart');
		fc.assert(
			fc.property(fc.array(fc.tuple(step, fc.nat({ max: 19 })), { maxLength: 200 }), (steps) => {
				const rows = Array.from({ length: 20 }, (_, index) => row(`e${index}`, index * 7));
				let progress = fresh();
				let kept = progress.snapshot();
				const finished = new Set<string>();
				const begun = new Set<string>();
				const read = (until: number) => {
					for (const each of rows.slice(0, until + 1)) {
						if (each.createdAt > Date.parse(progress.resumeFrom()) && progress.begin(each)) {
							expect(finishedAndKept(each)).toBe(false);
							begun.add(each.key);
							kept = progress.snapshot();
						}
						progress.caughtUp(each.createdAt);
					}
				};
				// What was finished before the last snapshot may never begin again.
				const settled = new Set<string>();
				const finishedAndKept = ({ key }: EventRow) => settled.has(key);
				for (const [action, index] of steps) {
					const each = rows[index];
					if (action === 'begin') read(index);
					if (action === 'finish' && begun.delete(each.key)) {
						progress.finish(each);
						finished.add(each.key);
						kept = progress.snapshot();
						finished.forEach((key) => settled.add(key));
					}
					if (action === 'giveBack' && begun.delete(each.key)) progress.giveBack(each);
					if (action === 'restart') {
						progress = new Progress(JSON.parse(JSON.stringify(kept)));
						begun.clear();
					}
				}
				// In the end all is read and finished once more: nothing may be missing.
				for (let round = 0; round < 2; round++) {
					read(rows.length - 1);
					for (const key of begun) {
						progress.finish(rows.find((each) => each.key === key)!);
						finished.add(key);
					}
					begun.clear();
				}
				expect(finished.size).toBe(rows.length);
			}),
			{ numRuns: 1000, seed: 3 },
		);
	});

	it.each([{}, { position: {} }, { position: { from: 'x', since: 'y' } }, { position: 'x' }])(
		'takes %j for no position',
		(data) => {
			expect(readPosition(data as never)).toBeUndefined();
		},
	);

	it('reads back what it gave', () => {
		const progress = fresh();
		progress.begin(row('a', 1));
		progress.finish(row('a', 1));
		expect(readPosition({ position: progress.snapshot() as never })).toEqual(progress.snapshot());
	});
});

describe('readRow', () => {
	const envelope = messageReceived();
	const createdAt = Date.parse(envelope.timestamp);

	it('reads a row, without what became of its deliveries', () => {
		const stored = {
			id: 'evt_1',
			type: envelope.event,
			event_id: envelope.event_id,
			payload: envelope,
			delivery: { attempts: [1] },
			created_at: envelope.timestamp,
		};
		expect(readRow(stored, 'now')).toEqual({
			key: envelope.event_id,
			createdAt,
			delivery: {
				body: {
					type: envelope.event,
					event_id: envelope.event_id,
					created_at: envelope.timestamp,
					payload: envelope,
				},
				arrivedAt: 'now',
			},
		});
	});

	it('reads a bare envelope', () => {
		expect(readRow(envelope, 'now')).toEqual({
			key: envelope.event_id,
			createdAt,
			delivery: { body: envelope, arrivedAt: 'now' },
		});
	});

	it.each([null, [], 'x', {}, { event_id: 'e' }, { created_at: envelope.timestamp }])(
		'takes %j for no event',
		(json) => {
			expect(readRow(json, 'now')).toBeUndefined();
		},
	);

	it.each([
		['as documented', { events: [envelope], next_cursor: 'c' }, 1, 'c'],
		['at its end', { events: [], next_cursor: null }, 0, undefined],
		['bare', [envelope], 1, undefined],
		['with a row that cannot be read', { events: [envelope, 7] }, 1, undefined],
	])('reads a page %s', (_case, json, count, nextCursor) => {
		const page = readPage(json, 'now');
		expect(page.rows).toHaveLength(count);
		expect(page.nextCursor).toBe(nextCursor);
	});
});

it('an event that only its row names keeps that name, by which repeats are known', () => {
	const row = readRow(
		{ id: 'row-1', type: 'message.received', created_at: iso(START), payload: { data: {} } },
		iso(START),
	);
	expect(row?.key).toBe('row-1');
	expect(readEvent(row!.delivery).eventId).toBe('row-1');
});
