import { ManualExecutionCancelledError, type IRun, type ITriggerFunctions } from 'n8n-workflow';

import { startRun } from '../../../nodes/ChertStreamTrigger/startRun';
import { createDeferredPromise, type Deferred } from '../../support/deferred';

const ROW = { key: 'a', createdAt: 0, delivery: { body: {}, arrivedAt: '' } };
const MINUTE_MS = 60_000;

/** A run that n8n was asked for, and what came of it, as far as it is known. */
function start(host: 'n8n 1' | 'n8n 2') {
	let run!: Deferred<IRun>;
	const ctx = {
		helpers: { createDeferredPromise },
		emit: (_items: unknown, _answer: unknown, done: Deferred<IRun>) => (run = done),
		...(host === 'n8n 2' && { saveFailedExecution: () => undefined }),
	};
	let isStored: boolean | undefined;
	void startRun(ctx as unknown as ITriggerFunctions, ROW, new AbortController().signal).then(
		(value) => (isStored = value),
	);
	return { run, isStored: () => isStored };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(async () => {
	// A pause that ended early leaves its last timer, of a second.
	await jest.advanceTimersByTimeAsync(1000);
	expect(jest.getTimerCount()).toBe(0);
	jest.useRealTimers();
});

describe('an event', () => {
	it('has its run when that ends, by itself or by a person', async () => {
		const [ended, cancelled] = [start('n8n 2'), start('n8n 2')];
		ended.run.resolve({} as IRun);
		cancelled.run.reject(new ManualExecutionCancelledError('7'));
		await jest.advanceTimersByTimeAsync(0);
		expect([ended.isStored(), cancelled.isStored()]).toEqual([true, true]);
	});

	it('is due again when its run could not be stored', async () => {
		const refused = start('n8n 2');
		refused.run.reject(new Error('SQLITE_BUSY'));
		await jest.advanceTimersByTimeAsync(0);
		expect(refused.isStored()).toBe(false);
	});

	it('has its run when that lasts, so that it keeps no place', async () => {
		const lasting = start('n8n 2');
		await jest.advanceTimersByTimeAsync(MINUTE_MS - 1000);
		expect(lasting.isStored()).toBeUndefined();
		await jest.advanceTimersByTimeAsync(1000);
		expect(lasting.isStored()).toBe(true);
	});

	it('is due again where n8n does not tell what it could not store', async () => {
		const unknown = start('n8n 1');
		await jest.advanceTimersByTimeAsync(MINUTE_MS);
		expect(unknown.isStored()).toBe(false);
	});
});
