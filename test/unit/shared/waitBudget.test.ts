import { Cancellation } from '../../../nodes/shared/cancellation';
import { WaitBudget } from '../../../nodes/shared/waitBudget';

let now = 1_780_000_000_000;

/** Waits that take no time; the clock moves when the test says so. */
function newBudget(maxWaitMs: number): WaitBudget {
	const cancellation = new Cancellation(undefined);
	jest.spyOn(cancellation, 'wait').mockResolvedValue(undefined);
	return new WaitBudget(maxWaitMs, cancellation);
}

beforeEach(() => jest.spyOn(Date, 'now').mockImplementation(() => now));
afterEach(() => jest.restoreAllMocks());

it('adds up waits that follow each other', async () => {
	const budget = newBudget(1000);
	await budget.wait(400);
	now += 400;
	await budget.wait(500);
	now += 500;
	expect(budget.waitedMs()).toBe(900);
	expect(budget.isExceededBy(100)).toBe(false);
	expect(budget.isExceededBy(101)).toBe(true);
});

it('counts waits side by side once', async () => {
	const budget = newBudget(1000);
	void budget.wait(400);
	now += 100;
	void budget.wait(400);
	void budget.wait(200);
	now += 400;
	expect(budget.waitedMs()).toBe(500);
});

it('counts only what has passed of a wait under way', () => {
	const budget = newBudget(1000);
	void budget.wait(400);
	now += 150;
	expect(budget.waitedMs()).toBe(150);
});

it('does not count the time between two waits', async () => {
	const budget = newBudget(1000);
	await budget.wait(400);
	now += 60_000;
	await budget.wait(100);
	now += 100;
	expect(budget.waitedMs()).toBe(500);
});

it('ends a wait when the execution is canceled', async () => {
	const controller = new AbortController();
	const budget = new WaitBudget(60_000, new Cancellation(controller.signal));
	const waiting = budget.wait(60_000);
	controller.abort();
	await waiting;
	expect(budget.isCanceled).toBe(true);
});
