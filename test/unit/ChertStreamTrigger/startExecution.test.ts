import { ManualExecutionCancelledError, type IRun, type ITriggerFunctions } from 'n8n-workflow';

import { startExecution } from '../../../nodes/ChertStreamTrigger/startExecution';
import { createDeferredPromise, type Deferred } from '../../support/deferred';

const MINUTE_MS = 60_000;

/** Executions that n8n was asked for. */
function start(host: 'n8n 1' | 'n8n 2') {
	const runs: Array<Deferred<IRun>> = [];
	const ctx = {
		helpers: { createDeferredPromise },
		emit: (_items: unknown, _response: unknown, done: Deferred<IRun>) => runs.push(done),
		...(host === 'n8n 2' && { saveFailedExecution: () => undefined }),
	};
	const end = new AbortController();
	let isNext = false;
	void startExecution(ctx as unknown as ITriggerFunctions, { json: {} }, end.signal).then(
		() => (isNext = true),
	);
	return { runs, isNext: () => isNext, stop: () => end.abort() };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(async () => {
	// A wait that ended early leaves its last timer, of a second.
	await jest.advanceTimersByTimeAsync(1000);
	expect(jest.getTimerCount()).toBe(0);
	jest.useRealTimers();
});

const pass = async (milliseconds: number) => await jest.advanceTimersByTimeAsync(milliseconds);

it('the next execution starts when one has ended, or was canceled by a person', async () => {
	const [ended, canceled] = [start('n8n 2'), start('n8n 2')];
	await pass(500);
	expect([ended.isNext(), canceled.isNext()]).toEqual([false, false]);
	ended.runs[0].resolve({} as IRun);
	canceled.runs[0].reject(new ManualExecutionCancelledError('7'));
	await pass(0);
	expect([ended.isNext(), canceled.isNext()]).toEqual([true, true]);
	await pass(2 * MINUTE_MS);
	expect([ended.runs.length, canceled.runs.length]).toEqual([1, 1]);
});

it('the next execution starts after three seconds, however long one runs', async () => {
	const { runs, isNext } = start('n8n 2');
	await pass(2_900);
	expect(isNext()).toBe(false);
	await pass(100);
	expect(isNext()).toBe(true);
	await pass(10 * MINUTE_MS);
	expect(runs).toHaveLength(1);
});

it('an execution that n8n could not store starts again, until it is stored', async () => {
	const { runs } = start('n8n 2');
	for (let attempt = 0; attempt < 3; attempt++) {
		runs[attempt].reject(new Error('SQLITE_BUSY'));
		await pass(2_000);
	}
	expect(runs).toHaveLength(4);
	runs[3].resolve({} as IRun);
	await pass(5 * MINUTE_MS);
	expect(runs).toHaveLength(4);
});

it('nothing starts again after the workflow was deactivated', async () => {
	const { runs, stop } = start('n8n 2');
	stop();
	runs[0].reject(new Error('SQLITE_BUSY'));
	await pass(MINUTE_MS);
	expect(runs).toHaveLength(1);
});

it('an execution that does not end starts again where n8n does not report what it could not store', async () => {
	const { runs, stop } = start('n8n 1');
	await pass(MINUTE_MS + 5_000);
	expect(runs).toHaveLength(2);
	// The repeat of a running execution ends immediately, because its event is claimed.
	runs[1].resolve({} as IRun);
	await pass(5 * MINUTE_MS);
	expect(runs).toHaveLength(2);
	stop();
});

it('an execution that runs for long starts again after twice the time, where n8n does not report', async () => {
	const { runs, stop } = start('n8n 1');
	const startedAfterMinutes: number[] = [];
	for (let minutes = 1; minutes <= 16; minutes++) {
		const before = runs.length;
		await pass(MINUTE_MS + 1_000);
		if (runs.length > before) startedAfterMinutes.push(minutes);
	}
	expect(startedAfterMinutes).toEqual([1, 3, 7, 15]);
	stop();
});
