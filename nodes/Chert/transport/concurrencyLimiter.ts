/** Limits how many requests are under way at any moment. */
export class ConcurrencyLimiter {
	private freeSlots: number;

	private readonly queue: Array<() => void> = [];

	private readonly freeListeners: Array<() => void> = [];

	constructor(limit: number) {
		this.freeSlots = limit;
	}

	/** Runs the work in a slot; waits for a free one, first come, first served. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.freeSlots > 0) this.freeSlots--;
		// Who leaves a slot hands it over, so that nobody overtakes the queue.
		else await new Promise<void>((resolve) => this.queue.push(resolve));
		try {
			return await work();
		} finally {
			this.leave();
		}
	}

	/** Resolves when a slot is free and nobody waits for it. */
	async whenFree(): Promise<void> {
		while (this.freeSlots === 0)
			await new Promise<void>((resolve) => this.freeListeners.push(resolve));
	}

	private leave(): void {
		const next = this.queue.shift();
		if (next) return next();
		this.freeSlots++;
		for (const notify of this.freeListeners.splice(0)) notify();
	}
}
