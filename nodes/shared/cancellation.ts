import { sleep } from 'n8n-workflow';

/** The longest pause that one timer stands for, so that a cancelled run leaves none behind for long. */
const LONGEST_TIMER_MS = 1000;

/** Pauses that all end when the execution is cancelled, with one listener however many they are. */
export class Cancellation {
	private readonly wakers = new Set<() => void>();

	constructor(private readonly signal: AbortSignal | undefined) {
		signal?.addEventListener('abort', () => this.wakers.forEach((wake) => wake()), { once: true });
	}

	get isCancelled(): boolean {
		return this.signal?.aborted ?? false;
	}

	/** Waits, or less long when the execution is cancelled. */
	async pause(milliseconds: number): Promise<void> {
		const until = Date.now() + milliseconds;
		for (let left = milliseconds; left > 0 && !this.isCancelled; left = until - Date.now()) {
			await new Promise<void>((resolve) => {
				const wake = () => {
					this.wakers.delete(wake);
					resolve();
				};
				this.wakers.add(wake);
				void sleep(Math.min(left, LONGEST_TIMER_MS)).then(wake);
			});
		}
	}
}
