import fc from 'fast-check';

import { ConcurrencyLimiter } from '../../../../nodes/Chert/transport/concurrencyLimiter';
import { createDeferredPromise } from '../../../support/deferred';

const SEED = { seed: 20_260_901 };

it('runs everything once, in order of arrival, never more at once than the limit', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.integer({ min: 1, max: 6 }),
			fc.integer({ min: 0, max: 40 }),
			async (scheduler, limit, count) => {
				const limiter = new ConcurrencyLimiter(limit);
				const started: number[] = [];
				let running = 0;
				let most = 0;
				const tasks = Array.from({ length: count }, async (_, index) => {
					await limiter.run(async () => {
						started.push(index);
						most = Math.max(most, ++running);
						await scheduler.schedule(Promise.resolve(), `work ${index}`);
						running--;
					});
				});
				await scheduler.waitFor(Promise.all(tasks));
				expect(started).toEqual(Array.from({ length: count }, (_, index) => index));
				expect(most).toBe(Math.min(limit, count));
			},
		),
		SEED,
	);
});

it('returns the result, and frees the slot of work that throws', async () => {
	const limiter = new ConcurrencyLimiter(1);
	expect(await limiter.run(async () => await Promise.resolve(7))).toBe(7);
	await expect(limiter.run(async () => await Promise.reject(new Error('cut')))).rejects.toThrow(
		'cut',
	);
	expect(await limiter.run(async () => await Promise.resolve(8))).toBe(8);
});

it('whenFree resolves only when a slot is free and no work waits for it', async () => {
	const limiter = new ConcurrencyLimiter(1);
	const [first, second] = [createDeferredPromise<void>(), createDeferredPromise<void>()];
	await limiter.whenFree();
	const tasks = [first, second].map(async ({ promise }) => await limiter.run(() => promise));
	let isFree = false;
	const free = limiter.whenFree().then(() => (isFree = true));
	first.resolve();
	await tasks[0];
	expect(isFree).toBe(false);
	second.resolve();
	await Promise.all([...tasks, free]);
	expect(isFree).toBe(true);
});
