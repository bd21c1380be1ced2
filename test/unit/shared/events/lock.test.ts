import { setTimeout as delay } from 'node:timers/promises';

import { seededRandom } from '../../../../sandbox';
import type * as Claims from '../../../../nodes/shared/events/claims';
import { claimContext as context, nodesWith, startProcess } from '../../../support/claimContext';
import { ProcessedEntries } from '../../../support/triggerMemory';

/** The lock of a process that was killed while it held it. */
const leaveLock = async (memory: ProcessedEntries) =>
	await memory.check('workflow', ['held'], { mode: 'chertLock' as never });

/** Lets a second pass whenever somebody looks at the clock. */
const passTime = () => {
	let now = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => (now += 1_000));
};

afterEach(() => jest.restoreAllMocks());

describe('the lock of the claims', () => {
	let claims: typeof Claims;
	let memory: ProcessedEntries;

	beforeEach(async () => {
		claims = await startProcess();
		memory = new ProcessedEntries();
	});

	it('removes the stale lock of a killed process', async () => {
		await leaveLock(memory);
		passTime();
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
		expect([...memory.rows.keys()]).toEqual(['node']);
	});

	it('waits as long again before it removes a lock that another process took after a stale one', async () => {
		await leaveLock(memory);
		passTime();
		const clear = memory.clear.bind(memory);
		const removedAt: number[] = [];
		jest.spyOn(memory, 'clear').mockImplementation(async (key) => {
			await clear(key);
			removedAt.push(Date.now());
			if (removedAt.length === 1) await leaveLock(memory);
		});
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
		expect(removedAt[1] - removedAt[0]).toBeGreaterThanOrEqual(10_000);
	});

	it('leaves the lock of another process that took its own for stale', async () => {
		let now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		const check = memory.check.bind(memory);
		jest.spyOn(memory, 'check').mockImplementation(async (key, items, options) => {
			if (key === 'node') now += 11_000;
			return await check(key, items, options);
		});
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
		expect([...memory.rows.keys()].sort()).toEqual(['node', 'workflow']);
	});

	it('locks again after the database failed for a while', async () => {
		const check = jest.spyOn(memory, 'check');
		const failing = async (key: string, items: never, options: never) => {
			if (key === 'workflow') throw new Error('connect ECONNREFUSED');
			return await ProcessedEntries.prototype.check.call(memory, key, items, options);
		};
		check.mockImplementation(failing as never);
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
		check.mockRestore();
		const later = jest.spyOn(memory, 'check');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
		expect(later.mock.calls.map(([key]) => key)).toEqual(['workflow', 'node']);
	});

	it.each(['latestIncrementalKey', 'latestDate'] as const)(
		"never takes a user's own record of mode %s for the lock",
		async (mode) => {
			await memory.check('workflow', [500], { mode });
			const before = memory.rows.get('workflow');
			expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
			expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
			expect(memory.rows.get('workflow')).toEqual(before);
		},
	);

	it("leaves the workflow's own list of processed entries alone, and does without a lock", async () => {
		await memory.check('workflow', ['theirs'], { mode: 'entries' });
		expect(await claims.claimEvent(context(memory, '1'), 'e')).toBe('won');
		expect(await claims.claimEvent(context(memory, '2'), 'e')).toBe('lost');
		expect(memory.entries('workflow')).toEqual(['theirs']);
	});

	it.each([
		{ scopes: [undefined], locks: true },
		{ scopes: ['node', undefined], locks: true },
		{ scopes: ['workflow'], locks: false },
		{ scopes: [undefined, '={{ $json.scope }}'], locks: false },
	])('locks beside Remove Duplicates of the scopes $scopes: $locks', async ({ scopes, locks }) => {
		const check = jest.spyOn(memory, 'check');
		await claims.claimEvent(context(memory, '1', { removeDuplicates: scopes }), 'e');
		expect(check.mock.calls.some(([scope]) => scope === 'workflow')).toBe(locks);
	});

	it('reads the nodes behind the trigger where n8n does not show all', async () => {
		const check = jest.spyOn(memory, 'check');
		const ctx = Object.assign(context(memory, '1'), {
			workflow: undefined,
			getChildNodes: () => Object.values(nodesWith(['workflow'])),
		});
		await claims.claimEvent(ctx, 'e');
		expect(check.mock.calls.map(([scope]) => scope)).not.toContain('workflow');
	});

	it.each([[[undefined]], [['workflow']], [['workflow', undefined]]])(
		'works on each of 40 events once that two processes get at the same instant, beside Remove Duplicates of %j',
		async (removeDuplicates) => {
			const random = seededRandom(11);
			memory = new ProcessedEntries(async () => await delay(random() * 30));
			const processes = [await startProcess(), await startProcess()];
			const results = await Promise.all(
				Array.from({ length: 80 }, async (_, index) => {
					await delay(Math.floor(index / 2) * 20);
					const ctx = context(memory, `${index}`, { removeDuplicates });
					return await processes[index % 2].claimEvent(ctx, `e${Math.floor(index / 2)}`);
				}),
			);
			const won = results.flatMap((result, index) => (result === 'won' ? [index >> 1] : []));
			expect(won.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
		},
	);
});
