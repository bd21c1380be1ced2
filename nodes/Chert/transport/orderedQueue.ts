export interface OrderedQueueOptions {
	/** How many items there are */
	count: number;
	/**
	 * Items with the same key run one after the other, in their order; undefined runs independently. Asked once per item.
	 */
	keyOf(index: number): string | undefined;
	/** Processes an item. It reports its own errors and does not reject. */
	work(index: number): Promise<void>;
	/** Resolves when another item may start. */
	whenFree(): Promise<void>;
	/** Once true, no further item starts. */
	isStopped(): boolean;
}

/**
 * Works through items: those with the same ordering key one after the other, all others side by side. It keeps only the
 * keys that have an item under way.
 *
 * @returns when all items that were started are finished
 */
export async function runOrdered({
	count,
	keyOf,
	work,
	whenFree,
	isStopped,
}: OrderedQueueOptions): Promise<void> {
	const waiting = new Map<string, number[]>();
	const running = new Set<Promise<void>>();

	/** The item, then those that arrive with its key in the meantime. */
	const runKey = async (key: string, first: number) => {
		const queue: number[] = [];
		waiting.set(key, queue);
		await work(first);
		// By position, because shift() on a long queue moves all that is behind.
		for (let next = 0; next < queue.length && !isStopped(); next++) await work(queue[next]);
		waiting.delete(key);
	};

	for (let index = 0; index < count && !isStopped(); index++) {
		const key = keyOf(index);
		const queue = key === undefined ? undefined : waiting.get(key);
		if (queue) {
			queue.push(index);
			continue;
		}
		const task = (key === undefined ? work(index) : runKey(key, index)).finally(() =>
			running.delete(task),
		);
		running.add(task);
		await whenFree();
	}
	await Promise.all(running);
}
