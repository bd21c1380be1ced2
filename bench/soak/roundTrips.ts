import { setTimeout as sleep } from 'node:timers/promises';

/** Between one round trip and the next. */
const PAUSE_MS = 5;

/**
 * Measures all the time how long a request and its answer take between this process and the sandbox. That is how long a
 * request can be on its way while another one is told to wait: it counts the network, but also how long either process
 * was too busy to read, as n8n is while it prepares the items of an execution.
 */
export class RoundTrips {
	private readonly trips: Array<{ from: number; to: number }> = [];

	private isOver = false;

	private constructor(private readonly travel: () => Promise<unknown>) {}

	/** @param travel one round trip */
	static begin(travel: () => Promise<unknown>): RoundTrips {
		const trips = new RoundTrips(travel);
		void trips.go();
		return trips;
	}

	/** Milliseconds of the longest round trip that was under way at some time between the two (since 1970). */
	longestBetween(from: number, to: number): number {
		const meanwhile = this.trips.filter((trip) => trip.from <= to && trip.to >= from);
		return Math.max(0, ...meanwhile.map((trip) => trip.to - trip.from));
	}

	end(): void {
		this.isOver = true;
	}

	private async go(): Promise<void> {
		while (!this.isOver) {
			const from = Date.now();
			await this.travel();
			this.trips.push({ from, to: Date.now() });
			await sleep(PAUSE_MS);
		}
	}
}
