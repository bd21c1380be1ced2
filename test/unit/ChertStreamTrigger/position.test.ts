import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import {
	OVERLAP_MS,
	positionItem,
	readPosition,
	storePosition,
	StreamPosition,
} from '../../../nodes/ChertStreamTrigger/position';

const START = Date.parse('2026-09-01T10:00:00.000Z');
const iso = (time: number) => new Date(time).toISOString();
const row = (key: string, seconds: number) => ({
	key,
	createdAt: START + seconds * 1000,
	delivery: { body: {}, arrivedAt: '' },
	attempts: [],
});
const STORED = { from: iso(START), known: ['b'], since: iso(START), settings: 'a' };
const fresh = () => new StreamPosition({ ...STORED });

afterEach(() => jest.restoreAllMocks());

describe('StreamPosition', () => {
	it('takes each event once, and none from before the activation', () => {
		const position = fresh();
		expect(position.isNew(row('a', 1))).toBe(true);
		expect(position.isNew(row('a', 1))).toBe(false);
		expect(position.isNew(row('b', 0))).toBe(false);
		expect(position.isNew(row('c', -1))).toBe(false);
		expect(position.isNew(row('d', 0))).toBe(true);
	});

	it('reads again from some time before the last reading', () => {
		const position = fresh();
		position.readUntil(START + 60_000);
		expect(position.since()).toBe(iso(START + 60_000 - OVERLAP_MS));
		position.readUntil(START);
		expect(position.since()).toBe(iso(START + 60_000 - OVERLAP_MS));
	});

	it('is not moved by an event that is dated in the future', () => {
		const position = fresh();
		expect(position.isNew(row('future', 86_400 * 365))).toBe(true);
		expect(position.since()).toBe(iso(START - OVERLAP_MS));
		expect(position.isNew(row('now', 2))).toBe(true);
	});

	it('is stored with every hundredth event, and with one after five minutes', () => {
		const position = fresh();
		const stored = Array.from({ length: 250 }, () => position.count(false) !== undefined);
		expect(stored.flatMap((isStored, index) => (isStored ? [index + 1] : []))).toEqual([100, 200]);
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 5 * 60_000);
		expect(position.count(false)).toMatchObject(STORED);
		expect(position.count(false)).toBeUndefined();
	});

	it('is stored after a thousand filtered events, so that a restart does not read them again', () => {
		const position = fresh();
		position.readUntil(START + 60_000);
		const stored = Array.from({ length: 1_000 }, () => position.count(true));
		expect(stored.slice(0, -1).every((each) => each === undefined)).toBe(true);
		expect(stored.at(-1)).toEqual({ ...STORED, since: iso(START + 60_000) });
	});
});

describe('storePosition', () => {
	const NEWER = { ...STORED, since: iso(START + 60_000) };
	const store = (stored: IDataObject, ...items: Parameters<typeof storePosition>[1]) => {
		const staticData: IDataObject = { ...stored };
		const ctx = { getWorkflowStaticData: () => staticData };
		return { left: storePosition(ctx as unknown as IExecuteFunctions, items), staticData };
	};
	const event = { json: { body: {}, arrivedAt: 'now' } };

	it('stores what an item brings, and leaves the event', () => {
		const item = { json: { ...event.json, ...positionItem(NEWER).json } };
		expect(store({ position: STORED }, item)).toEqual({
			left: [event],
			staticData: { position: NEWER },
		});
	});

	it('leaves no item of a position alone', () => {
		expect(store({}, positionItem(NEWER))).toEqual({ left: [], staticData: { position: NEWER } });
	});

	it.each([
		['an older one, as of an execution that is retried', { position: { ...NEWER } }, STORED],
		['one of other settings', { position: { ...STORED, settings: 'b' } }, NEWER],
	])('does not store %s', (_what, stored, brought) => {
		expect(store(stored, positionItem(brought)).staticData).toEqual(stored);
	});

	it('changes nothing without a position, so that n8n does not write the static data', () => {
		const staticData = Object.freeze({ position: STORED });
		const ctx = { getWorkflowStaticData: () => staticData };
		expect(storePosition(ctx as unknown as IExecuteFunctions, [event])).toEqual([event]);
	});
});

it.each([{}, { position: {} }, { position: { from: 'x', since: 'y' } }, { position: 'x' }])(
	'takes %j for no position',
	(data) => {
		expect(readPosition(data as never)).toBeUndefined();
	},
);
