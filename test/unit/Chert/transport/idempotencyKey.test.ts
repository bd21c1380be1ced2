import fc from 'fast-check';

import {
	canonical,
	idempotencyKey,
	type ItemIdentity,
} from '../../../../nodes/Chert/transport/idempotencyKey';

const SEED = { seed: 20_260_901 };

const IDENTITY: ItemIdentity = {
	instance: 'i',
	workflow: 'w',
	execution: '7',
	node: 'n',
	run: 0,
	item: 0,
};

/** The same value with the fields of every object in another order. */
function reordered(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(reordered);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([name, entry]) => [name, reordered(entry)]),
	);
}

describe('canonical', () => {
	it('does not depend on the order of fields', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(canonical(reordered(value))).toBe(canonical(value));
			}),
			SEED,
		);
	});

	it('keeps every value', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
			SEED,
		);
	});

	it('keeps the order of lists, and leaves undefined fields out', () => {
		expect(canonical([2, 1])).not.toBe(canonical([1, 2]));
		expect(canonical({ a: 1, b: undefined })).toBe(canonical({ a: 1 }));
		expect(canonical({ a: 1, b: null })).not.toBe(canonical({ a: 1 }));
	});
});

describe('idempotencyKey', () => {
	it('has one form for every item and content', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.nat(), (content, item) => {
				expect(idempotencyKey({ ...IDENTITY, item }, content)).toMatch(/^n8n-[0-9a-f]{40}$/);
			}),
			SEED,
		);
	});

	it('is the same for the same item and content', () => {
		expect(idempotencyKey({ ...IDENTITY }, { a: 1, b: [2] })).toBe(
			idempotencyKey(IDENTITY, { b: [2], a: 1 }),
		);
	});

	it.each<[string, Partial<ItemIdentity>]>([
		['installation', { instance: 'j' }],
		['workflow', { workflow: 'v' }],
		['execution', { execution: '8' }],
		['node', { node: 'm' }],
		['run of a loop', { run: 1 }],
		['item', { item: 1 }],
	])('differs for another %s', (_what, change) => {
		expect(idempotencyKey({ ...IDENTITY, ...change }, 'x')).not.toBe(idempotencyKey(IDENTITY, 'x'));
	});

	it('keeps the fields of the identity apart', () => {
		expect(idempotencyKey({ ...IDENTITY, workflow: 'w7', execution: '' }, 'x')).not.toBe(
			idempotencyKey({ ...IDENTITY, workflow: 'w', execution: '7' }, 'x'),
		);
		expect(idempotencyKey({ ...IDENTITY, run: 1, item: 11 }, 'x')).not.toBe(
			idempotencyKey({ ...IDENTITY, run: 11, item: 1 }, 'x'),
		);
	});

	it('differs for other content', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
				const isSame = canonical(one) === canonical(other);
				expect(idempotencyKey(IDENTITY, one) === idempotencyKey(IDENTITY, other)).toBe(isSame);
			}),
			SEED,
		);
	});
});
