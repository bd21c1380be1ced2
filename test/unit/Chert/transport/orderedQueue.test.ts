import fc from 'fast-check';

import { ConcurrencyLimiter } from '../../../../nodes/Chert/transport/concurrencyLimiter';
import { runOrdered } from '../../../../nodes/Chert/transport/orderedQueue';
import { createDeferredPromise } from '../../../support/deferred';

const SEED = { seed: 20_260_901 };

const anyKey = fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined });

/** Runs items as the batch executor does: each request of an item takes a slot. */
class Run {
	readonly started: number[] = [];

	readonly ended: number[] = [];

	inSlots = 0;

	mostInSlots = 0;

	readonly limiter: ConcurrencyLimiter;

	constructor(
		private readonly keys: Array<string | undefined>,
		limit: number,
		private readonly scheduler?: fc.Scheduler,
	) {
		this.limiter = new ConcurrencyLimiter(limit);
	}

	async execute(
		work = async (index: number) => await this.request(index),
		isStopped = () => false,
	): Promise<void> {
		const running = runOrdered({
			count: this.keys.length,
			keyOf: (index) => this.keys[index],
			work: async (index) => {
				this.started.push(index);
				await work(index);
				this.ended.push(index);
			},
			whenFree: async () => await this.limiter.whenFree(),
			isStopped,
		});
		await (this.scheduler ? this.scheduler.waitFor(running) : running);
	}

	async request(index: number): Promise<void> {
		await this.limiter.run(async () => {
			this.mostInSlots = Math.max(this.mostInSlots, ++this.inSlots);
			await this.scheduler?.schedule(Promise.resolve(), `request ${index}`);
			this.inSlots--;
		});
	}

	async pause(index: number): Promise<void> {
		await this.scheduler?.schedule(Promise.resolve(), `pause ${index}`);
	}
}

/** The items of each key, in the order of the list. */
function byKey(keys: Array<string | undefined>, order: number[]): number[][] {
	const result = new Map<string, number[]>();
	for (const index of order) {
		const key = keys[index];
		if (key !== undefined) result.set(key, [...(result.get(key) ?? []), index]);
	}
	return [...result.values()];
}

const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);

it('runs all items once, in order within a key, in no more slots than the limit', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.array(fc.record({ key: anyKey, pauses: fc.boolean() }), { maxLength: 40 }),
			fc.integer({ min: 1, max: 6 }),
			async (scheduler, items, limit) => {
				const keys = items.map(({ key }) => key);
				const run = new Run(keys, limit, scheduler);
				await run.execute(async (index) => {
					await run.request(index);
					if (!items[index].pauses) return;
					await run.pause(index);
					await run.request(index);
				});

				expect(sorted(run.started)).toEqual(keys.map((_key, index) => index));
				expect(run.mostInSlots).toBeLessThanOrEqual(limit);
				for (const order of [run.started, run.ended]) {
					for (const indices of byKey(keys, order)) expect(indices).toEqual(sorted(indices));
				}
			},
		),
		SEED,
	);
});

it('starts the next item of a key only when the one before has ended, pauses included', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.array(anyKey, { minLength: 1, maxLength: 20 }),
			async (scheduler, keys) => {
				const running = new Set<string>();
				const run = new Run(keys, 3, scheduler);
				await run.execute(async (index) => {
					const key = keys[index] ?? `own ${index}`;
					expect(running.has(key)).toBe(false);
					running.add(key);
					await run.pause(index);
					await run.request(index);
					running.delete(key);
				});
				expect(running.size).toBe(0);
				expect(run.ended).toHaveLength(keys.length);
			},
		),
		SEED,
	);
});

it('uses all slots while there are enough keys', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.integer({ min: 1, max: 8 }),
			fc.integer({ min: 8, max: 20 }),
			async (scheduler, limit, count) => {
				const keys = Array.from({ length: count }, (_, index) => `key ${index}`);
				const run = new Run(keys, limit, scheduler);
				await run.execute();

				expect(run.mostInSlots).toBe(limit);
			},
		),
		SEED,
	);
});

it('starts no item after the stop, and waits for those under way', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.array(anyKey, { minLength: 1, maxLength: 30 }),
			fc.integer({ min: 1, max: 5 }),
			fc.nat({ max: 29 }),
			async (scheduler, keys, limit, last) => {
				const run = new Run(keys, limit, scheduler);
				let startedAtStop: number | undefined;
				const work = async (index: number) => {
					await run.request(index);
					if (run.ended.length >= last % keys.length) startedAtStop ??= run.started.length;
				};
				await run.execute(work, () => startedAtStop !== undefined);

				expect(run.started).toHaveLength(startedAtStop!);
				expect(run.ended).toHaveLength(run.started.length);
				expect(run.inSlots).toBe(0);
			},
		),
		SEED,
	);
});

it('ends at once when there are no items, or when it is stopped from the start', async () => {
	const none = new Run([], 4);
	await none.execute();
	const stopped = new Run(['a', undefined], 4);
	await stopped.execute(undefined, () => true);

	expect(none.started).toEqual([]);
	expect(stopped.started).toEqual([]);
});

it('processes 100,000 items of one key in time that grows with their number', async () => {
	const elapsed = async (count: number) => {
		const run = new Run(
			Array.from({ length: count }, () => 'a'),
			16,
		);
		const start = performance.now();
		await run.execute(async () => await Promise.resolve());
		expect(run.ended).toEqual(Array.from({ length: count }, (_, index) => index));
		return performance.now() - start;
	};
	await elapsed(10_000);
	const tenth = await elapsed(10_000);

	// With a square it is 100 times as long.
	expect(await elapsed(100_000)).toBeLessThan(30 * Math.max(tenth, 20));
});

it('an item that pauses does not hold up the items of other keys', async () => {
	const keys = ['a', 'a', 'b', 'c', 'd', 'e'];
	const pause = createDeferredPromise<void>();
	const run = new Run(keys, 1);
	const running = run.execute(async (index) => {
		if (index === 0) await pause.promise;
		await run.request(index);
		// The last item of the other keys ends the pause.
		if (index === keys.length - 1) pause.resolve();
	});
	await running;

	expect(run.ended).toEqual([2, 3, 4, 5, 0, 1]);
});

it('starts an item only when a slot is free', async () => {
	const count = 100;
	const limit = 4;
	const scheduled: Array<() => void> = [];
	const keys = Array.from({ length: count }, (_, index) => `key ${index}`);
	const run = new Run(keys, limit);
	let unfinished = 0;
	const running = run.execute(async () => {
		unfinished = Math.max(unfinished, run.started.length - run.ended.length);
		await run.limiter.run(
			async () => await new Promise<void>((resolve) => scheduled.push(resolve)),
		);
	});
	const end = running.then(() => true);
	while (!(await Promise.race([end, new Promise((resolve) => setImmediate(resolve, false))])))
		scheduled.shift()?.();

	expect(run.ended).toHaveLength(count);
	expect(unfinished).toBe(limit);
});
