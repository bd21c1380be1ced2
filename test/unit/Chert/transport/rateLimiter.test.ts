import { RateLimiter, rateLimiterOf } from '../../../../nodes/Chert/transport/rateLimiter';

const NOW = 1_780_000_000_000;
const HOUR_MS = 3_600_000;
const YEARS_MS = 1e12;

it('blocks the credential and single recipients, each on its own', () => {
	const limiter = new RateLimiter();
	limiter.blockCredential(NOW + 5000, NOW);
	limiter.blockRecipient('ana', NOW + 9000, NOW);
	expect(limiter.credentialWaitMs(NOW)).toBe(5000);
	expect(limiter.recipientWaitMs('ana', NOW)).toBe(9000);
	expect(limiter.recipientWaitMs('ben', NOW)).toBe(0);
	expect(limiter.credentialWaitMs(NOW + 6000)).toBe(0);
	expect(limiter.recipientWaitMs('ana', NOW + 10_000)).toBe(0);
});

it('blocks for an hour at most', () => {
	const limiter = new RateLimiter();
	limiter.blockCredential(NOW + YEARS_MS, NOW);
	limiter.blockRecipient('ana', NOW + YEARS_MS, NOW);
	expect(limiter.credentialWaitMs(NOW)).toBe(HOUR_MS);
	expect(limiter.recipientWaitMs('ana', NOW)).toBe(HOUR_MS);
});

it('keeps a longer block when a shorter one follows', () => {
	const limiter = new RateLimiter();
	limiter.blockCredential(10_000, 0);
	limiter.blockCredential(5000, 0);
	limiter.blockRecipient('ana', 30_000, 0);
	limiter.blockRecipient('ana', 20_000, 0);
	expect(limiter.credentialWaitMs(0)).toBe(10_000);
	expect(limiter.recipientWaitMs('ana', 0)).toBe(30_000);
});

it('is shared by all who use the same account at the same address', () => {
	const credential = {
		authentication: 'bearer' as const,
		signingSecret: 's',
		tenant: 't',
		baseUrl: 'https://a',
	};
	expect(rateLimiterOf({ ...credential, authentication: 'hmac' })).toBe(rateLimiterOf(credential));
	const others = [{ signingSecret: 'x' }, { tenant: 'x' }, { baseUrl: 'https://x' }].map((other) =>
		rateLimiterOf({ ...credential, ...other }),
	);
	expect(new Set([rateLimiterOf(credential), ...others]).size).toBe(4);
});

it('forgets recipients whose block is over, and no other', () => {
	const limiter = new RateLimiter();
	for (let recipient = 0; recipient < 5000; recipient++) {
		limiter.blockRecipient(`short ${recipient}`, 1, 0);
		limiter.blockRecipient(`long ${recipient}`, 60_000, 0);
	}
	// All short blocks are over, so that the next clean-up removes them.
	for (let recipient = 0; recipient < 20_000; recipient++)
		limiter.blockRecipient(`later ${recipient}`, 60_000, 2);
	for (let recipient = 0; recipient < 5000; recipient++)
		expect(limiter.recipientWaitMs(`long ${recipient}`, 2)).toBe(59_998);
	// Seen from before their end, the short blocks are still there unless they were removed.
	const kept = Array.from({ length: 5000 }, (_, recipient) =>
		limiter.recipientWaitMs(`short ${recipient}`, 0),
	).filter((waitMs) => waitMs > 0);
	expect(kept).toEqual([]);
});
