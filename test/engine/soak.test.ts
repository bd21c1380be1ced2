import { isFlawless, soak, type Report } from '../../bench/soak/scenarios';
import { startSoakSandbox, type SoakSandbox } from '../../bench/soak/soakSandbox';
import { tally, textOf } from '../../bench/soak/tally';
import { BACKOFF } from '../../nodes/shared/retry';
import type { Audit, SandboxMessage } from '../../sandbox';

let sandbox: SoakSandbox;

beforeAll(async () => {
	sandbox = await startSoakSandbox(7);
});
afterAll(async () => await sandbox.close());

it('500 messages to 100 recipients arrive once, in order and at their time, in each scenario', async () => {
	jest.replaceProperty(BACKOFF, 'firstMs', 100);
	const reports: Report[] = [];
	for await (const report of soak(sandbox, { messages: 500, recipients: 100 }))
		reports.push(report);
	expect(reports).toHaveLength(3);
	expect(reports.filter((report) => !isFlawless(report))).toEqual([]);
}, 120_000);

describe('the tally', () => {
	const message = (phone: string, execution: string, number: number) =>
		({ phone, text: textOf(execution, number) }) as SandboxMessage;
	const trips = { longestBetween: () => 15 };
	const longTrips = { longestBetween: () => 150 };
	const early = (toldMsAgo: number, isRepeat = false) =>
		({ at: new Date().toISOString(), toldMsAgo, isRepeat }) as Audit['earlyRequests'][number];
	const count = (
		messages: SandboxMessage[],
		earlyRequests: Audit['earlyRequests'] = [],
		all = trips,
	) => tally(messages, { earlyRequests }, all);

	it('counts a message that came twice', () => {
		expect(count([message('1', 'A', 1), message('1', 'A', 1)])).toMatchObject({
			delivered: 2,
			duplicates: 1,
			orderViolations: 0,
		});
	});

	it('counts a message that came after a later one', () => {
		expect(count([message('1', 'A', 2), message('1', 'A', 1)])).toMatchObject({
			delivered: 2,
			duplicates: 0,
			orderViolations: 1,
		});
	});

	it('does not compare recipients or executions', () => {
		const messages = [message('1', 'A', 2), message('2', 'A', 1), message('1', 'B', 1)];
		expect(count(messages)).toEqual({
			delivered: 3,
			duplicates: 0,
			orderViolations: 0,
			earlyRequests: 0,
		});
	});

	it.each([
		['a request after the wait was told', early(100), trips, 1],
		['not one that was on its way', early(70), trips, 0],
		['not one of a sender that could not read so soon', early(100), longTrips, 0],
		['one that repeats what was told to wait, however soon', early(1, true), longTrips, 1],
	])('counts %s', (_what, request, all, expected) => {
		expect(count([], [request], all).earlyRequests).toBe(expected);
	});
});
