/** An item's right to be at work. */
export interface Turn {
	/** Gives the place to another item while `pause` lasts, then waits for a place again. */
	yieldDuring(pause: Promise<void>): Promise<void>;
}

/**
 * Works through items in lanes: within a lane strictly one after the other in the order given,
 * different lanes side by side.
 *
 * @param lanes the lane of each item; undefined is a lane of its own
 * @param limit items at work at any moment
 * @param work what is done with item `index`; it reports its own failures and does not reject
 * @param isStopped once true, no further item is begun
 */
export async function runInLanes(
	lanes: Array<string | undefined>,
	limit: number,
	work: (index: number, turn: Turn) => Promise<void>,
	isStopped: () => boolean,
): Promise<void> {
	const waitingBehind = new Map<string, number[]>();
	const ready: number[] = [];
	lanes.forEach((lane, index) => {
		const line = lane === undefined ? undefined : waitingBehind.get(lane);
		if (line) {
			line.push(index);
		} else {
			if (lane !== undefined) waitingBehind.set(lane, []);
			ready.push(index);
		}
	});

	// Cursors instead of shift(): a lane of 50,000 items must not cost the square of its length.
	let nextReady = 0;
	const positions = new Map<string, number>();
	const successorOf = (lane: string) => {
		const position = positions.get(lane) ?? 0;
		positions.set(lane, position + 1);
		return waitingBehind.get(lane)?.[position];
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
			while (free > 0 && nextReady < ready.length && !isStopped()) {
				free--;
				void begin(ready[nextReady++]);
			}
			if (begun === ended && (nextReady === ready.length || isStopped())) allDone();
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

		const begin = async (index: number) => {
			begun++;
			await work(index, turn);
			ended++;
			free++;
			const lane = lanes[index];
			const successor = lane === undefined ? undefined : successorOf(lane);
			if (successor !== undefined) ready.push(successor);
			fill();
		};

		fill();
	});
}
