import type { IExecuteFunctions } from 'n8n-workflow';

import type * as Claims from '../../../nodes/shared/events/claims';
import { ProcessedEntries } from '../../support/triggerMemory';
import { seededRandom } from '../../support/triggerRandom';

const ROW = 'node-1';

type Check = (items: string[], scope: string, options: { maxEntries: number }) => Promise<unknown>;

const from = (memory: ProcessedEntries): Check => async (items, _scope, { maxEntries }) => await memory.check(ROW, items, maxEntries);

const context = (check: Check, executionId: string, mode = 'webhook') =>
	({
		getMode: () => mode,
		getExecutionId: () => executionId,
		getWorkflow: () => ({ id: 'workflow-1' }),
		getNode: () => ({ id: 'node-1', name: 'Chert Trigger', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} }),
		helpers: { checkProcessedAndRecord: check },
	}) as unknown as IExecuteFunctions;

/** A copy of the module with a queue of its own, as every process has one. */
function startProcess(): typeof Claims {
	let claims: typeof Claims | undefined;
	jest.isolateModules(() => {
		claims = jest.requireActual<typeof Claims>('../../../nodes/shared/events/claims');
	});
	return claims!;
}

describe('claimEvent', () => {
	it('lets one of twelve simultaneous executions through, for each of thirty events, on three processes', async () => {
		const random = seededRandom(7);
		const memory = new ProcessedEntries(() => Math.floor(random() * 20));
		const processes = [startProcess(), startProcess(), startProcess()];
		const runs: Array<Promise<{ eventId: string; isFirst: boolean }>> = [];
		for (let event = 0; event < 30; event++) {
			for (let copy = 0; copy < 12; copy++) {
				const eventId = `chert:msg:${event}`;
				const ctx = context(from(memory), `${event * 12 + copy}`);
				const claim = processes[copy % processes.length].claimEvent(ctx, eventId);
				runs.push(claim.then((isFirst) => ({ eventId, isFirst })));
			}
		}
		const winners = (await Promise.all(runs)).filter(({ isFirst }) => isFirst).map(({ eventId }) => eventId);
		expect(winners.sort()).toEqual([...new Set(winners)].sort());
		expect(winners).toHaveLength(30);
	});

	it('lets an execution that runs again under its own id through, and a later repeat not', async () => {
		const { claimEvent } = startProcess();
		const memory = new ProcessedEntries();
		expect(await claimEvent(context(from(memory), '1'), 'e')).toBe(true);
		expect(await claimEvent(context(from(memory), '1'), 'e')).toBe(true);
		expect(await claimEvent(context(from(memory), '2'), 'e')).toBe(false);
	});

	it('forgets an event after 2,000 others', async () => {
		const { claimEvent, REMEMBERED_EVENTS } = startProcess();
		const memory = new ProcessedEntries();
		await claimEvent(context(from(memory), '1'), 'e');
		const others = (events: number) => Array.from({ length: events * 2 }, (_, index) => `other ${index}`);
		memory.rows.set(ROW, [...memory.rows.get(ROW)!, ...others(REMEMBERED_EVENTS - 1)]);
		expect(await claimEvent(context(from(memory), '2'), 'e')).toBe(false);
		memory.rows.set(ROW, others(REMEMBERED_EVENTS));
		expect(await claimEvent(context(from(memory), '3'), 'e')).toBe(true);
	});

	it.each(['manual', 'retry', 'evaluation'])('neither looks nor records in mode %s', async (mode) => {
		const { claimEvent } = startProcess();
		const check = jest.fn();
		expect(await claimEvent(context(check, '1', mode), 'e')).toBe(true);
		expect(check).not.toHaveBeenCalled();
	});

	it('lets events without an id through', async () => {
		const { claimEvent } = startProcess();
		const memory = new ProcessedEntries();
		expect(await claimEvent(context(from(memory), '1'), null)).toBe(true);
		expect(memory.rows.size).toBe(0);
	});

	it('says that the event is kept when the memory cannot be used, and works again afterwards', async () => {
		const { claimEvent } = startProcess();
		const broken = jest.fn().mockRejectedValue(new Error('SQLITE_BUSY: database is locked'));
		await expect(claimEvent(context(broken, '1'), 'e')).rejects.toMatchObject({
			name: 'NodeOperationError',
			message: 'This event could not be checked for being a repeat',
			description: expect.stringContaining('SQLITE_BUSY'),
		});
		expect(await claimEvent(context(from(new ProcessedEntries()), '2'), 'e')).toBe(true);
	});
});
