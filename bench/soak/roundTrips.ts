import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two round trips. */
const PAUSE_MS = 5;

/**
 * Measures continuously how long a request and its response take between this process and the sandbox: the time that a
 * request can already be in transit when another one gets a block. It includes the time that either process is too
 * busy to read, e.g. while n8n prepares the items of an execution.
 */
export class RoundTrips {
	private readonly trips: Array<{ from: number; to: number }> = [];

	private isStopped = false;

	private constructor(private readonly roundTrip: () => Promise<unknown>) {}

	/** @param roundTrip sends one request and reads its response */
	static start(roundTrip: () => Promise<unknown>): RoundTrips {
		const trips = new RoundTrips(roundTrip);
		void trips.run();
		return trips;
	}

	/** The longest round trip in progress between two times, in milliseconds. The times are milliseconds since 1970. */
	longestBetween(from: number, to: number): number {
		const inProgress = this.trips.filter((trip) => trip.from <= to && trip.to >= from);
		return Math.max(0, ...inProgress.map((trip) => trip.to - trip.from));
	}

	stop(): void {
		this.isStopped = true;
	}

	private async run(): Promise<void> {
		while (!this.isStopped) {
			const from = Date.now();
			await this.roundTrip();
			this.trips.push({ from, to: Date.now() });
			await sleep(PAUSE_MS);
		}
	}
}
