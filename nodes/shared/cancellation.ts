import { sleep } from 'n8n-workflow';

/** The longest wait that one timer covers, so that a canceled execution leaves no timer behind for long. */
const MAX_TIMER_MS = 1000;

/** Waits that all end when the execution is canceled, with one listener however many there are. */
export class Cancellation {
	private readonly wakers = new Set<() => void>();

	constructor(private readonly signal: AbortSignal | undefined) {
		signal?.addEventListener('abort', () => this.wakers.forEach((wake) => wake()), { once: true });
	}

	get isCanceled(): boolean {
		return this.signal?.aborted ?? false;
	}

	/** Waits, or less when the execution is canceled. */
	async wait(milliseconds: number): Promise<void> {
		const until = Date.now() + milliseconds;
		for (let left = milliseconds; left > 0 && !this.isCanceled; left = until - Date.now()) {
			await new Promise<void>((resolve) => {
				const wake = () => {
					this.wakers.delete(wake);
					resolve();
				};
				this.wakers.add(wake);
				void sleep(Math.min(left, MAX_TIMER_MS)).then(wake);
			});
		}
	}
}
