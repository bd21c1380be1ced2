import { setTimeout as delay } from 'node:timers/promises';

import { seededRandom } from '../../../../sandbox';
import type * as Claims from '../../../../nodes/shared/events/claims';
import { claimContext as context, startProcess } from '../../../support/claimContext';
import { ProcessedEntries } from '../../../support/triggerMemory';

afterEach(() => {
	jest.restoreAllMocks();
});

describe('claimEvent', () => {
	let claims: typeof Claims;
	let memory: ProcessedEntries;

	beforeEach(async () => {
		claims = await startProcess();
		memory = new ProcessedEntries();
	});

	it.each([
		{ speed: 'fast', events: 40, copies: 12, slowestMs: 3 },
		{ speed: 'slow', events: 3, copies: 6, slowestMs: 150 },
	])(
		'lets one of $copies simultaneous executions through, for each of $events events, on three processes and a $speed database',
		async ({ events, copies, slowestMs }) => {
			const random = seededRandom(7);
			memory = new ProcessedEntries(async () => await delay(random() * slowestMs));
			const processes = [await startProcess(), await startProcess(), await startProcess()];
			const runs: Array<Promise<{ eventId: string; isFirst: boolean }>> = [];
			for (let event = 0; event < events; event++) {
				for (let copy = 0; copy < copies; copy++) {
					const eventId = `chert:msg:${event}`;
					const claim = processes[copy % processes.length].claimEvent(
						context(memory, `${event * copies + copy}`),
						eventId,
					);
					runs.push(claim.then((result) => ({ eventId, isFirst: result === 'won' })));
				}
			}
			const winners = (await Promise.all(runs))
				.filter(({ isFirst }) => isFirst)
				.map(({ eventId }) => eventId);
			expect(winners.sort()).toEqual([...new Set(winners)].sort());
			expect(winners).toHaveLength(events);
			// No lock is left behind, and each event with its owner is in the memory.
			expect([...memory.rows.keys()]).toEqual(['node']);
			expect(memory.entries('node')).toHaveLength(events * 2);
		},
	);

	it('lets an execution that runs again under its own id through, and a later repeat not', async () => {
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('rerun');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
	});

	it('does not let a losing execution through that n8n runs again', async () => {
		await claims.claimEvent(context(memory, '1'), 'e');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
		expect(memory.entries('node')).toHaveLength(2);
	});

	it('lets an execution that runs again through also when a repeat asks at the same time and before it', async () => {
		await claims.claimEvent(context(memory, '1'), 'e');
		const results = await Promise.all(
			['0', '2', '1'].map(
				async (execution) =>
					await claims.claimEvent(context(memory, execution), execution === '0' ? 'other' : 'e'),
			),
		);
		expect(results).toEqual(['won', 'lost', 'rerun']);
	});

	it('an execution that claims twice at once is the owner each time, and later too', async () => {
		const ask = async () => await claims.claimEvent(context(memory, '1'), 'e');
		// The first keeps the others waiting, so that they are decided together.
		const results = await Promise.all([
			claims.claimEvent(context(memory, '0'), 'other'),
			ask(),
			ask(),
		]);
		expect([...results, await ask()]).toEqual(['won', 'won', 'rerun', 'rerun']);
	});

	it('forgets nothing because of many losing claims', async () => {
		const { REMEMBERED_EVENTS } = claims;
		const entries = Array.from({ length: REMEMBERED_EVENTS }, (_, index) => `e${index}`);
		memory.rows.set('node', { mode: 'entries', data: entries });
		await Promise.all(
			Array.from({ length: 120 }, (_, index) =>
				claims.claimEvent(context(memory, `x${index}`), `e${REMEMBERED_EVENTS - 1}`),
			),
		);
		expect(memory.entries('node')).toEqual(entries);
	});

	it('keeps the owners of the latest claims only, so that the memory is half as large', async () => {
		for (let event = 0; event < 300; event++)
			await claims.claimEvent(context(memory, `${event}`), `e${event}`);
		const entries = memory.entries('node').map(String);
		expect(entries.filter((entry) => !entry.includes(' '))).toHaveLength(300);
		expect(entries.filter((entry) => entry.includes(' ')).length).toBeLessThanOrEqual(100);
		expect(await claims.claimEvent(context(memory, '299'), 'e299')).toBe('rerun');
		expect(await claims.claimEvent(context(memory, 'x'), 'e0')).toBe('lost');
	});

	it('decides in batches what is claimed while it is busy: many runs cost a few writes', async () => {
		const check = jest.spyOn(memory, 'check');
		const runs = Array.from({ length: 101 }, (_, index) =>
			claims.claimEvent(context(memory, `${index}`), `e${index}`),
		);
		expect(await Promise.all(runs)).toEqual(runs.map(() => 'won'));
		expect(check.mock.calls.filter(([scope]) => scope === 'node')).toHaveLength(3);
		expect(memory.entries('node').filter((entry) => !String(entry).includes(' '))).toHaveLength(
			101,
		);
	});

	it('keeps the memories of two triggers in one workflow apart', async () => {
		const ask = async (executionId: string, nodeId: string) =>
			await claims.claimEvent(context(memory, executionId, { nodeId }), 'e');
		expect(
			await Promise.all([
				ask('1', 'node-1'),
				ask('2', 'node-2'),
				ask('3', 'node-1'),
				ask('4', 'node-2'),
			]),
		).toEqual(['won', 'won', 'lost', 'lost']);
		expect([...memory.rows.keys()].sort()).toEqual(['node', 'node node-2']);
	});

	it('remembers an event over 1,000 others', async () => {
		const { REMEMBERED_EVENTS } = claims;
		expect(REMEMBERED_EVENTS).toBe(1_000);
		await claims.claimEvent(context(memory, '1'), 'e');
		const others = Array.from({ length: REMEMBERED_EVENTS }, (_, index) => `other ${index}`);
		memory.rows.set('node', { mode: 'entries', data: [...memory.entries('node'), ...others] });
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
		await Promise.all(
			Array.from({ length: 3 * REMEMBERED_EVENTS }, (_, index) =>
				claims.claimEvent(context(memory, `${index}`), `later${index}`),
			),
		);
		expect(memory.entries('node').length).toBeLessThan(1.5 * REMEMBERED_EVENTS);
	});

	it.each(['webhook', 'trigger'])('does not let a repeat through in mode %s', async (mode) => {
		expect(await claims.claimEvent(context(memory, '1', { mode }), 'e')).toBe('won');
		expect(await claims.claimEvent(context(memory, '2', { mode }), 'e')).toBe('lost');
	});

	it.each(['manual', 'retry', 'evaluation'])(
		'neither looks nor records in mode %s',
		async (mode) => {
			expect(await claims.claimEvent(context(memory, '1', { mode }), 'e')).toBe('won');
			expect(memory.rows.size).toBe(0);
		},
	);

	it('lets an event through once for each of two triggers of a workflow, also when both claim at once', async () => {
		const claim = async (executionId: string, nodeId: string, event = 'e') =>
			await claims.claimEvent(context(memory, executionId, { nodeId }), event);
		// While the first is decided the others queue up.
		const results = [
			claim('1', 'node-1', 'another'),
			claim('2', 'node-1'),
			claim('3', 'node-2'),
			claim('4', 'node-2'),
		];
		expect(await Promise.all(results)).toEqual(['won', 'won', 'won', 'lost']);
		expect(await claim('5', 'node-1')).toBe('lost');
	});

	it('lets events without an id through', async () => {
		expect(await claims.claimEvent(context(memory, '1'), null)).toBe('won');
		expect(memory.rows.size).toBe(0);
	});

	it('tries again when the memory is busy', async () => {
		const check = memory.check.bind(memory);
		let refusals = 0;
		jest.spyOn(memory, 'check').mockImplementation(async (scope, items, options) => {
			if (scope === 'node' && refusals++ < 2) throw new Error('SQLITE_BUSY: database is locked');
			return await check(scope, items, options);
		});
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
	});

	it('says that the event is kept when the memory cannot be used, releases the lock, and works afterwards', async () => {
		const check = memory.check.bind(memory);
		jest.spyOn(memory, 'check').mockImplementation(async (scope, items, options) => {
			if (scope === 'node') throw new Error('SQLITE_BUSY: database is locked');
			return await check(scope, items, options);
		});
		await expect(claims.claimEvent(context(memory, '1'), 'e')).rejects.toMatchObject({
			name: 'NodeOperationError',
			message: 'n8n could not check whether this event was processed before',
			description: expect.stringContaining('SQLITE_BUSY'),
		});
		expect(memory.rows.size).toBe(0);
		jest.restoreAllMocks();
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('won');
	});
});
