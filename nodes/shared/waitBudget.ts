import type { Cancellation } from './cancellation';

/** The waiting time of one item, whose requests may wait side by side: overlapping waits count once. */
export class WaitBudget {
	private startedMs = 0;

	/** When the last wait that was started ends, in milliseconds since 1970 */
	private endsAt = 0;

	constructor(
		readonly maxWaitMs: number,
		private readonly cancellation: Cancellation,
	) {}

	get isCanceled(): boolean {
		return this.cancellation.isCanceled;
	}

	/** Milliseconds waited up to now. */
	waitedMs(): number {
		return this.startedMs - Math.max(0, this.endsAt - Date.now());
	}

	/** True when another wait of this length exceeds the budget. */
	isExceededBy(milliseconds: number): boolean {
		return this.waitedMs() + milliseconds > this.maxWaitMs;
	}

	/** Waits, or less when the execution is canceled. */
	async wait(milliseconds: number): Promise<void> {
		const now = Date.now();
		this.startedMs += Math.max(0, now + milliseconds - Math.max(now, this.endsAt));
		this.endsAt = Math.max(now + milliseconds, this.endsAt);
		await this.cancellation.wait(milliseconds);
	}
}
