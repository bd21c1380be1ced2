import fc from 'fast-check';

import { runInLanes as runInLanesOf, type Turn } from '../../../../nodes/Chert/transport/lanes';

const SEED = { seed: 20_260_901 };

const lane = fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined });

type Run = typeof runInLanesOf;

/** As many items as there are lanes in the list. */
const runInLanes = async (
	lanes: Array<string | undefined>,
	limit: number,
	work: Parameters<Run>[3],
	isStopped: () => boolean,
) => await runInLanesOf(lanes.length, (index) => lanes[index], limit, work, isStopped);

/** Work of a random length that says when it begins and ends. */
class Watch {
	readonly begun: number[] = [];

	readonly ended: number[] = [];

	atWork = 0;

	most = 0;

	constructor(private readonly scheduler: fc.Scheduler) {}

	work = async (index: number, turn?: Turn, pauses = false): Promise<void> => {
		this.begun.push(index);
		this.enter();
		await this.scheduler.schedule(Promise.resolve(), `work ${index}`);
		if (pauses && turn) {
			this.atWork--;
			await turn.yieldDuring(this.scheduler.schedule(Promise.resolve(), `pause ${index}`));
			this.enter();
			await this.scheduler.schedule(Promise.resolve(), `more ${index}`);
		}
		this.atWork--;
		this.ended.push(index);
	};

	private enter(): void {
		this.most = Math.max(this.most, ++this.atWork);
	}
}

/** The items of each lane in the order in which they were begun. */
function perLane(lanes: Array<string | undefined>, order: number[]): Map<string, number[]> {
	const result = new Map<string, number[]>();
	for (const index of order) {
		const name = lanes[index];
		if (name !== undefined) result.set(name, [...(result.get(name) ?? []), index]);
	}
	return result;
}

const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);

it('does all items once, in order within a lane, with no more at work than the limit', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.array(fc.record({ lane, pauses: fc.boolean() }), { maxLength: 40 }),
			fc.integer({ min: 1, max: 6 }),
			async (scheduler, items, limit) => {
				const lanes = items.map((item) => item.lane);
				const watch = new Watch(scheduler);
				await scheduler.waitFor(
					runInLanes(
						lanes,
						limit,
						async (index, turn) => await watch.work(index, turn, items[index].pauses),
						() => false,
					),
				);

				expect(sorted(watch.begun)).toEqual(lanes.map((_lane, index) => index));
				expect(watch.most).toBeLessThanOrEqual(limit);
				for (const order of [watch.begun, watch.ended]) {
					for (const indices of perLane(lanes, order).values())
						expect(indices).toEqual(sorted(indices));
				}
			},
		),
		SEED,
	);
});

it('begins the next of a lane only when the one before has ended, also while that one pauses', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.array(lane, { minLength: 1, maxLength: 20 }),
			async (scheduler, lanes) => {
				const open = new Set<string>();
				const work = async (index: number, turn: Turn) => {
					const name = lanes[index] ?? `own ${index}`;
					expect(open.has(name)).toBe(false);
					open.add(name);
					await turn.yieldDuring(scheduler.schedule(Promise.resolve(), `pause ${index}`));
					await scheduler.schedule(Promise.resolve(), `work ${index}`);
					open.delete(name);
				};
				await scheduler.waitFor(runInLanes(lanes, 3, work, () => false));
				expect(open.size).toBe(0);
			},
		),
		SEED,
	);
});

it('uses all places while there are enough lanes', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.integer({ min: 1, max: 8 }),
			fc.integer({ min: 8, max: 20 }),
			async (scheduler, limit, count) => {
				const watch = new Watch(scheduler);
				const lanes = Array.from({ length: count }, () => undefined);
				await scheduler.waitFor(
					runInLanes(
						lanes,
						limit,
						async (index) => await watch.work(index),
						() => false,
					),
				);

				expect(watch.most).toBe(limit);
			},
		),
		SEED,
	);
});

it('begins none after it is stopped, and waits for those at work', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.array(lane, { minLength: 1, maxLength: 30 }),
			fc.integer({ min: 1, max: 5 }),
			fc.nat({ max: 29 }),
			async (scheduler, lanes, limit, last) => {
				const watch = new Watch(scheduler);
				const stopAfter = last % lanes.length;
				let begunAtStop: number | undefined;
				const work = async (index: number) => {
					await watch.work(index);
					if (watch.ended.length > stopAfter) begunAtStop ??= watch.begun.length;
				};
				await scheduler.waitFor(runInLanes(lanes, limit, work, () => begunAtStop !== undefined));

				expect(watch.begun).toHaveLength(begunAtStop ?? lanes.length);
				expect(watch.ended).toHaveLength(watch.begun.length);
				expect(watch.atWork).toBe(0);
			},
		),
		SEED,
	);
});

it('ends at once when there is nothing to do, or when it is stopped from the start', async () => {
	const work = jest.fn(async () => undefined);
	await runInLanes([], 4, work, () => false);
	await runInLanes(['a', undefined], 4, work, () => true);

	expect(work).not.toHaveBeenCalled();
});

it('takes a long lane in time that grows with its length, not with its square', async () => {
	const done: number[] = [];
	await runInLanes(
		Array.from({ length: 100_000 }, () => 'a'),
		16,
		async (index) => void done.push(index),
		() => false,
	);

	expect(done).toHaveLength(100_000);
	expect(done.at(-1)).toBe(99_999);
});

it('looks at an item only when there is a place for it', async () => {
	const aheadAtBegin: number[] = [];
	let seen = 0;
	const laneOf = (index: number) => {
		seen = index + 1;
		return `lane ${index}`;
	};
	const work = async (index: number) => {
		aheadAtBegin.push(seen - 1 - index);
		await Promise.resolve();
	};
	await runInLanesOf(100, laneOf, 4, work, () => false);

	expect(aheadAtBegin).toEqual(Array.from({ length: 100 }, () => 0));
});
