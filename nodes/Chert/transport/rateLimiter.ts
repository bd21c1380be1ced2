import { createHash } from 'node:crypto';

import type { ChertCredential } from '../../shared/credential';
import { MAX_BLOCK_MS } from '../../shared/retry';

/** Few enough to be no burden for the process, however long it runs. */
const RECIPIENTS_KEPT = 1000;

/**
 * The times before which Chert does not want another request: for everything under a credential (1007), and for single
 * recipients (4002). All executions of this process share it. Times are milliseconds since 1970.
 */
export class RateLimiter {
	/** How many requests Chert has accepted: as long as the number grows, waiting for the rate limit is of use. */
	accepted = 0;

	private credentialBlockedUntil = 0;

	private readonly recipientsBlockedUntil = new Map<string, number>();

	/** Number of recipients at which those whose block is over are removed */
	private cleanUpAt = RECIPIENTS_KEPT;

	blockCredential(until: number, now = Date.now()): void {
		this.credentialBlockedUntil = Math.max(
			this.credentialBlockedUntil,
			Math.min(until, now + MAX_BLOCK_MS),
		);
	}

	blockRecipient(recipient: string, until: number, now = Date.now()): void {
		const blockedUntil = this.recipientsBlockedUntil.get(recipient) ?? 0;
		this.recipientsBlockedUntil.set(
			recipient,
			Math.max(blockedUntil, Math.min(until, now + MAX_BLOCK_MS)),
		);
		if (this.recipientsBlockedUntil.size < this.cleanUpAt) return;
		for (const [blocked, end] of this.recipientsBlockedUntil) {
			if (end <= now) this.recipientsBlockedUntil.delete(blocked);
		}
		this.cleanUpAt = RECIPIENTS_KEPT + 2 * this.recipientsBlockedUntil.size;
	}

	/** Milliseconds until the next request under the credential. */
	credentialWaitMs(now = Date.now()): number {
		return Math.max(0, this.credentialBlockedUntil - now);
	}

	/** Milliseconds until the next request for the recipient, as far as its own block goes. */
	recipientWaitMs(recipient: string, now = Date.now()): number {
		return Math.max(0, (this.recipientsBlockedUntil.get(recipient) ?? 0) - now);
	}
}

const limiters = new Map<string, RateLimiter>();

/** The rate limiter of a credential, the same object for all who use it. */
export function rateLimiterOf({ baseUrl, signingSecret, tenant }: ChertCredential): RateLimiter {
	const name = createHash('sha256').update(`${baseUrl}\n${tenant}\n${signingSecret}`).digest('hex');
	let limiter = limiters.get(name);
	if (!limiter) limiters.set(name, (limiter = new RateLimiter()));
	return limiter;
}
