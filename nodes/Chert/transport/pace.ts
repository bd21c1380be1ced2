import { createHash } from 'node:crypto';

import type { ChertCredential } from '../../shared/credential';
import { MAX_BLOCK_MS } from '../../shared/retry';

/** Few enough to be no burden for the process, however long it runs. */
const LANES_KEPT = 1000;

/**
 * The times before which Chert does not want to be asked again: for everything under a credential
 * (1007), and for single recipients (4002). Shared by all executions of this process.
 */
export class Pace {
	private credentialOpensAt = 0;

	private readonly lanesOpenAt = new Map<string, number>();

	/** Number of lanes at which those that are open again are forgotten. */
	private tidyAt = LANES_KEPT;

	/** @param until milliseconds since 1970 */
	holdAll(until: number, now = Date.now()): void {
		this.credentialOpensAt = Math.max(this.credentialOpensAt, Math.min(until, now + MAX_BLOCK_MS));
	}

	/** @param until milliseconds since 1970 */
	holdLane(lane: string, until: number, now = Date.now()): void {
		this.lanesOpenAt.set(
			lane,
			Math.max(this.lanesOpenAt.get(lane) ?? 0, Math.min(until, now + MAX_BLOCK_MS)),
		);
		if (this.lanesOpenAt.size < this.tidyAt) return;
		for (const [held, opensAt] of this.lanesOpenAt) {
			if (opensAt <= now) this.lanesOpenAt.delete(held);
		}
		this.tidyAt = LANES_KEPT + 2 * this.lanesOpenAt.size;
	}

	/** Milliseconds to wait before anything may be asked under the credential. */
	waitForAll(now: number): number {
		return Math.max(0, this.credentialOpensAt - now);
	}

	/** Milliseconds to wait before this lane may ask. */
	waitFor(lane: string, now: number): number {
		return Math.max(this.waitForAll(now), (this.lanesOpenAt.get(lane) ?? 0) - now, 0);
	}
}

const paces = new Map<string, Pace>();

/** The pace of a credential, the same object for all who use it. */
export function paceOf({ baseUrl, signingSecret, tenant }: ChertCredential): Pace {
	const name = createHash('sha256').update(`${baseUrl}\n${tenant}\n${signingSecret}`).digest('hex');
	let pace = paces.get(name);
	if (!pace) paces.set(name, (pace = new Pace()));
	return pace;
}
