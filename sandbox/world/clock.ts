/** The sandbox's own wall clock: real time plus an offset, so that expiry and skew can be tested without waiting. */
export class Clock {
	private offsetMs = 0;

	/** Milliseconds since 1970. */
	now(): number {
		return Date.now() + this.offsetMs;
	}

	/** The given time (default: now) as ISO 8601 UTC. */
	iso(atMs: number = this.now()): string {
		return new Date(atMs).toISOString();
	}

	advance(ms: number): void {
		this.offsetMs += ms;
	}

	/** Sets the clock to a time in milliseconds since 1970; it continues from there. */
	set(ms: number): void {
		this.offsetMs = ms - Date.now();
	}

	reset(): void {
		this.offsetMs = 0;
	}
}
