/** An item's right to be at work. */
export interface Turn {
	/** Gives the place to another item while `pause` lasts, then waits for a place again. */
	yieldDuring(pause: Promise<void>): Promise<void>;
}

/** The items behind the one at work in their lane. The cursor, because shift() would cost the square of a long queue's length. */
interface Queue {
	waiting: number[];
	next: number;
}

/**
 * Works through items in lanes: within a lane strictly one after the other in the order given,
 * different lanes side by side. It remembers only the lanes that have an item at work.
 *
 * @param count how many items there are
 * @param laneOf the lane of item `index`, asked once; undefined is a lane of its own
 * @param limit items at work at any moment
 * @param work what is done with item `index`; it reports its own failures and does not reject
 * @param isStopped once true, no further item is begun
 */
export async function runInLanes(
	count: number,
	laneOf: (index: number) => string | undefined,
	limit: number,
	work: (index: number, turn: Turn) => Promise<void>,
	isStopped: () => boolean,
): Promise<void> {
	const queues = new Map<string, Queue>();
	/** Items met before their turn, whose lane has become free. */
	const ready: Array<{ index: number; lane: string }> = [];
	let met = 0;

	const nextItem = (): { index: number; lane?: string } | undefined => {
		if (ready.length > 0) return ready.shift();
		while (met < count) {
			const index = met++;
			const lane = laneOf(index);
			if (lane === undefined) return { index };
			const queue = queues.get(lane);
			if (!queue) {
				queues.set(lane, { waiting: [], next: 0 });
				return { index, lane };
			}
			queue.waiting.push(index);
		}
		return undefined;
	};

	const moveUp = (lane: string) => {
		const queue = queues.get(lane);
		if (!queue) return;
		if (queue.next < queue.waiting.length) ready.push({ index: queue.waiting[queue.next++], lane });
		else queues.delete(lane);
	};

	await new Promise<void>((allDone) => {
		const returning: Array<() => void> = [];
		let free = limit;
		let begun = 0;
		let ended = 0;

		const fill = () => {
			while (free > 0 && returning.length > 0) {
				free--;
				returning.shift()?.();
			}
			while (free > 0 && !isStopped()) {
				const item = nextItem();
				if (!item) break;
				free--;
				void begin(item.index, item.lane);
			}
			// With none at work no lane has items behind it.
			if (begun === ended && (isStopped() || met === count)) allDone();
		};

		const turn: Turn = {
			yieldDuring: async (pause) => {
				free++;
				fill();
				await pause;
				if (free > 0) {
					free--;
					return;
				}
				await new Promise<void>((resume) => returning.push(resume));
			},
		};

		const begin = async (index: number, lane: string | undefined) => {
			begun++;
			await work(index, turn);
			ended++;
			free++;
			if (lane !== undefined) moveUp(lane);
			fill();
		};

		fill();
	});
}
