import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Delivery } from '../../../../nodes/shared/events/envelope';
import { processEvents, toItem } from '../../../../nodes/shared/events/processEvents';
import { messageReceived } from '../../../support/triggerBodies';
import { ProcessedEntries } from '../../../support/triggerMemory';

let memory: ProcessedEntries;
let workflows = 0;
beforeEach(() => {
	memory = new ProcessedEntries();
	workflows++;
});

const context = (executionId: string, parameters: IDataObject = {}) =>
	({
		getMode: () => 'webhook',
		getExecutionId: () => executionId,
		getWorkflow: () => ({ id: `w${workflows}` }),
		getNode: () => ({ id: 'n', name: 'Chert Trigger' }),
		getNodeParameter: (name: string) => parameters[name],
		workflow: { nodes: {} },
		helpers: {
			checkProcessedAndRecord: async (items: string[], scope: string, options: never) =>
				await memory.check(scope, items, options),
			removeProcessed: async (items: string[], scope: string) => await memory.remove(scope, items),
			clearAllProcessedItems: async (scope: string) => await memory.clear(scope),
		},
	}) as unknown as IExecuteFunctions;

const delivery = (eventId: string, body = {}): Delivery => ({
	body: { ...messageReceived({ eventId }), ...body },
	arrivedAt: '2026-09-01T10:02:15.000Z',
});
const idsOf = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json.eventId);

it('an item that is not a delivery passes through unchanged, e.g. pinned data', async () => {
	const items = [
		{ json: { anything: 1 } },
		{ json: { body: 'text', arrivedAt: '2026-09-01T10:00:00.000Z' } },
	];
	expect(await processEvents(context('1'), { input: items })).toEqual(items);
});

const missed = async (...ids: string[]) =>
	await Promise.resolve({ deliveries: ids.map(delivery), markRead });

const markRead = jest.fn();
beforeEach(() => markRead.mockClear());

it('missed events come before the received one, and each event once', async () => {
	const process = async (executionId: string) =>
		await processEvents(context(executionId), {
			input: [toItem(delivery('new'))],
			findMissed: async () => await missed('missed 1', 'missed 2', 'missed 1'),
		});
	expect(new Set(idsOf(await process('1')))).toEqual(new Set(['missed 1', 'missed 2', 'new']));
	expect(await process('2')).toEqual([]);
});

it('an execution that n8n runs again gets all its events again', async () => {
	const isRerun: boolean[] = [];
	const process = async () =>
		await processEvents(context('1'), {
			input: [toItem(delivery('new'))],
			findMissed: async (_settings, repeated) => {
				isRerun.push(repeated);
				return await missed('missed');
			},
		});
	expect(idsOf(await process())).toEqual(['missed', 'new']);
	expect(idsOf(await process())).toEqual(['missed', 'new']);
	expect(isRerun).toEqual([false, true]);
});

it('missed events that cannot be claimed now are left for the next look, without the others', async () => {
	const ids = Array.from({ length: 60 }, (_, index) => `missed ${index}`);
	const ctx = context('1');
	const remember = ctx.helpers.checkProcessedAndRecord;
	ctx.helpers.checkProcessedAndRecord = async (items, ...rest) =>
		items.includes('missed 59')
			? await Promise.reject(new Error('database is locked'))
			: await remember(items, ...rest);
	const findMissed = async () => await missed(...ids);
	const input = [toItem(delivery('new'))];
	const processed = idsOf(await processEvents(ctx, { input, findMissed }));
	expect(processed.length).toBeGreaterThan(1);
	expect(processed).not.toContain('missed 59');
	expect(markRead).not.toHaveBeenCalled();

	const rest = idsOf(
		await processEvents(context('2'), { input: [toItem(delivery('2'))], findMissed }),
	);
	expect([...processed, ...rest].sort()).toEqual([...ids, 'new', '2'].sort());
	expect(markRead).toHaveBeenCalledTimes(1);
});

it('with Simplify off an item is the delivery as Chert sent it, with all that is beside payload', async () => {
	const wrapped = {
		type: 'message.received',
		event_id: 'e',
		lead_id: 'ld_1',
		payload: messageReceived({ eventId: 'e' }),
	};
	const [item] = await processEvents(context('1', { simplify: false }), {
		input: [toItem({ body: wrapped, arrivedAt: '2026-09-01T10:02:15.000Z' })],
	});
	expect(item.json).toEqual(wrapped);
});
