import { setTimeout as delay } from 'node:timers/promises';

import type { IExecuteFunctions } from 'n8n-workflow';

import type * as Claims from '../../../nodes/shared/events/claims';
import { ProcessedEntries } from '../../support/triggerMemory';
import { seededRandom } from '../../../sandbox';

interface Situation {
	mode?: string;
	/** Types of the nodes behind the trigger. */
	behind?: string[];
	nodeId?: string;
}

/** The rows of the first trigger go under the name of the scope. */
const keyOf = (scope: string, nodeId: string) =>
	scope === 'workflow' || nodeId === 'node-1' ? scope : `${scope} ${nodeId}`;

/** The lock of a process that was killed while it held it. */
const leaveLock = async (memory: ProcessedEntries) =>
	await memory.check('workflow', ['held'], { mode: 'chertLock' as never });

/** Lets a second pass whenever somebody looks at the clock. */
const passTime = () => {
	let now = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => (now += 1_000));
};

type Memory = Pick<ProcessedEntries, 'check' | 'remove' | 'clear'>;

const context = (
	memory: Memory,
	executionId: string,
	{ mode = 'webhook', behind = [], nodeId = 'node-1' }: Situation = {},
) =>
	({
		getMode: () => mode,
		getExecutionId: () => executionId,
		getWorkflow: () => ({ id: 'workflow-1' }),
		getNode: () => ({
			id: nodeId,
			name: 'Chert Trigger',
			type: 'x',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		}),
		getChildNodes: () => behind.map((type) => ({ type })),
		helpers: {
			checkProcessedAndRecord: async (items: string[], scope: string, options: never) =>
				await memory.check(keyOf(scope, nodeId), items, options),
			removeProcessed: async (items: string[], scope: string) =>
				await memory.remove(keyOf(scope, nodeId), items),
			clearAllProcessedItems: async (scope: string) => await memory.clear(keyOf(scope, nodeId)),
		},
	}) as unknown as IExecuteFunctions;

/** A copy of the module with a queue of its own, as every process has one. */
async function startProcess(): Promise<typeof Claims> {
	let claims: typeof Claims | undefined;
	await jest.isolateModulesAsync(async () => {
		claims = await import('../../../nodes/shared/events/claims.ts');
	});
	return claims!;
}

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
					runs.push(claim.then((isFirst) => ({ eventId, isFirst })));
				}
			}
			const winners = (await Promise.all(runs))
				.filter(({ isFirst }) => isFirst)
				.map(({ eventId }) => eventId);
			expect(winners.sort()).toEqual([...new Set(winners)].sort());
			expect(winners).toHaveLength(events);
			// No lock is left behind, and nothing was lost from the memory.
			expect([...memory.rows.keys()]).toEqual(['node']);
			expect(memory.entries('node')).toHaveLength(events * 2);
		},
	);

	it('lets an execution that runs again under its own id through, and a later repeat not', async () => {
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(false);
	});

	it('does not let a repeat through that n8n runs again, when it asked in vain', async () => {
		await claims.claimEvent(context(memory, '1'), 'e');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(false);
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(false);
		expect(memory.entries('node')).toHaveLength(2);
	});

	it('lets an execution that runs again through also when a repeat asks at the same time and before it', async () => {
		await claims.claimEvent(context(memory, '1'), 'e');
		const answers = await Promise.all(
			['0', '2', '1'].map(
				async (execution) =>
					await claims.claimEvent(context(memory, execution), execution === '0' ? 'other' : 'e'),
			),
		);
		expect(answers).toEqual([true, false, true]);
	});

	it('an execution that asks twice at once is the owner each time, and later too', async () => {
		const ask = async () => await claims.claimEvent(context(memory, '1'), 'e');
		// The first keeps the others waiting, so that they are decided together.
		const answers = await Promise.all([
			claims.claimEvent(context(memory, '0'), 'other'),
			ask(),
			ask(),
		]);
		expect([...answers, await ask()]).toEqual([true, true, true, true]);
	});

	it('forgets nothing over many who ask in vain', async () => {
		const { REMEMBERED_EVENTS } = claims;
		const entries = Array.from({ length: REMEMBERED_EVENTS }, (_, index) => [
			`e${index}`,
			`e${index} ${index}`,
		]).flat();
		memory.rows.set('node', { mode: 'entries', data: entries });
		await Promise.all(
			Array.from({ length: 120 }, (_, index) =>
				claims.claimEvent(context(memory, `x${index}`), 'e1999'),
			),
		);
		expect(memory.entries('node').slice(0, 2)).toEqual(['e0', 'e0 0']);
	});

	it('decides together what is asked while it is busy: many runs cost a few writes', async () => {
		const check = jest.spyOn(memory, 'check');
		const runs = Array.from({ length: 101 }, (_, index) =>
			claims.claimEvent(context(memory, `${index}`), `e${index}`),
		);
		expect(await Promise.all(runs)).toEqual(runs.map(() => true));
		expect(check.mock.calls.filter(([scope]) => scope === 'node')).toHaveLength(3);
		expect(memory.entries('node')).toHaveLength(202);
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
		).toEqual([true, true, false, false]);
		expect([...memory.rows.keys()].sort()).toEqual(['node', 'node node-2']);
	});

	it('forgets an event after 2,000 others', async () => {
		const { REMEMBERED_EVENTS } = claims;
		await claims.claimEvent(context(memory, '1'), 'e');
		const others = (events: number) =>
			Array.from({ length: events * 2 }, (_, index) => `other ${index}`);
		memory.rows.set('node', {
			mode: 'entries',
			data: [...memory.entries('node'), ...others(REMEMBERED_EVENTS - 1)],
		});
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(false);
		memory.rows.set('node', { mode: 'entries', data: others(REMEMBERED_EVENTS) });
		expect(await claims.claimEvent(context(memory, '3'), 'e')).toBe(true);
	});

	it('breaks a lock that a killed process left behind', async () => {
		await leaveLock(memory);
		passTime();
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
		expect([...memory.rows.keys()]).toEqual(['node']);
	});

	it('waits as long again before it breaks a lock that another took after it broke one', async () => {
		await leaveLock(memory);
		passTime();
		const clear = memory.clear.bind(memory);
		const brokenAt: number[] = [];
		jest.spyOn(memory, 'clear').mockImplementation(async (key) => {
			await clear(key);
			brokenAt.push(Date.now());
			if (brokenAt.length === 1) await leaveLock(memory);
		});
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
		expect(brokenAt[1] - brokenAt[0]).toBeGreaterThanOrEqual(10_000);
	});

	it('locks again after the database was in trouble for a while', async () => {
		const check = jest.spyOn(memory, 'check');
		const inTrouble = async (key: string, items: never, options: never) => {
			if (key === 'workflow') throw new Error('connect ECONNREFUSED');
			return await ProcessedEntries.prototype.check.call(memory, key, items, options);
		};
		check.mockImplementation(inTrouble as never);
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
		check.mockRestore();
		const later = jest.spyOn(memory, 'check');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(false);
		expect(later.mock.calls.map(([key]) => key)).toEqual(['workflow', 'node']);
	});

	it.each(['latestIncrementalKey', 'latestDate'] as const)(
		"never takes a user's own record of mode %s for the lock",
		async (mode) => {
			await memory.check('workflow', [500], { mode });
			const before = memory.rows.get('workflow');
			expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
			expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(false);
			expect(memory.rows.get('workflow')).toEqual(before);
		},
	);

	it("leaves the workflow's own list of processed entries alone, and does without a lock", async () => {
		await memory.check('workflow', ['theirs'], { mode: 'entries' });
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
		expect(
			await claims.claimEvent(
				context(memory, '2', { behind: ['n8n-nodes-base.removeDuplicates'] }),
				'e',
			),
		).toBe(false);
		expect(memory.entries('workflow')).toEqual(['theirs']);
	});

	it('makes no lock where Remove Duplicates could stumble over it', async () => {
		const check = jest.spyOn(memory, 'check');
		await claims.claimEvent(
			context(memory, '1', { behind: ['n8n-nodes-base.set', 'n8n-nodes-base.removeDuplicates'] }),
			'e',
		);
		expect(check.mock.calls.map(([scope]) => scope)).toEqual(['node']);
	});

	it.each(['webhook', 'trigger'])('lets a repeat not through in mode %s', async (mode) => {
		expect(await claims.claimEvent(context(memory, '1', { mode }), 'e')).toBe(true);
		expect(await claims.claimEvent(context(memory, '2', { mode }), 'e')).toBe(false);
	});

	it.each(['manual', 'retry', 'evaluation'])(
		'neither looks nor records in mode %s',
		async (mode) => {
			expect(await claims.claimEvent(context(memory, '1', { mode }), 'e')).toBe(true);
			expect(memory.rows.size).toBe(0);
		},
	);

	it('lets an event through once for each of two triggers of a workflow, also when both ask at once', async () => {
		const claim = async (executionId: string, nodeId: string, event = 'e') =>
			await claims.claimEvent(context(memory, executionId, { nodeId }), event);
		// While the first is decided the others queue up.
		const answers = [
			claim('1', 'node-1', 'another'),
			claim('2', 'node-1'),
			claim('3', 'node-2'),
			claim('4', 'node-2'),
		];
		expect(await Promise.all(answers)).toEqual([true, true, true, false]);
		expect(await claim('5', 'node-1')).toBe(false);
	});

	it('lets events without an id through', async () => {
		expect(await claims.claimEvent(context(memory, '1'), null)).toBe(true);
		expect(memory.rows.size).toBe(0);
	});

	it('asks again where the memory was refused for a moment', async () => {
		const check = memory.check.bind(memory);
		let refusals = 0;
		jest.spyOn(memory, 'check').mockImplementation(async (scope, items, options) => {
			if (scope === 'node' && refusals++ < 2) throw new Error('SQLITE_BUSY: database is locked');
			return await check(scope, items, options);
		});
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe(true);
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(false);
	});

	it('says that the event is kept when the memory cannot be used, gives the lock back, and works again afterwards', async () => {
		const check = memory.check.bind(memory);
		jest.spyOn(memory, 'check').mockImplementation(async (scope, items, options) => {
			if (scope === 'node') throw new Error('SQLITE_BUSY: database is locked');
			return await check(scope, items, options);
		});
		await expect(claims.claimEvent(context(memory, '1'), 'e')).rejects.toMatchObject({
			name: 'NodeOperationError',
			message: 'This event could not be checked for being a repeat',
			description: expect.stringContaining('SQLITE_BUSY'),
		});
		expect(memory.rows.size).toBe(0);
		jest.restoreAllMocks();
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe(true);
	});
});
