import { binaryDataService, type RunResult } from '../../support/engine';
import { LEAD, OTHER_LEAD, from, parts, text, useAction } from '../../support/action';
import { EACH, item, keysOf, options, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();

const HELLO = { phone: LEAD, body: 'Hello' };

/** n8n stores id and token of an execution before it begins, so that both are there when it starts again. */
const STALLED = { executionId: 'stalled', resumeToken: 'a-token' };

/** Keys of all requests to a route, in their order. */
const keys = (route = 'send') => action.requests(route).map(({ idempotencyKey }) => idempotencyKey);
const messages = () => action.sandbox.control.messages();

describe('the key is the same', () => {
	it.each(['cutAfter', 'cutMidBody', 'emptyError', 'html'] as const)(
		'on each attempt within the node, after %s',
		async (kind) => {
			action.sandbox.control.addFaults({ kind, times: 2 });
			const { items } = await action.run('message.send', HELLO);
			expect(new Set(keys()).size).toBe(1);
			expect(keys()).toHaveLength(3);
			expect(messages()).toHaveLength(1);
			expect(items[0].json.idempotencyKey).toBe(keys()[0]);
		},
	);

	it('when Retry On Fail runs the whole batch again', async () => {
		action.sandbox.control.addFaults({ kind: 'notRetryable', recipient: OTHER_LEAD, times: 1 });
		const { error } = await action.run('message.send', EACH, {
			items: [item(LEAD, 'one'), item(OTHER_LEAD, 'two')],
			retryOnFail: true,
		});
		expect(error).toBeUndefined();
		expect(messages()).toHaveLength(2);
		const byText = (body: string) =>
			action.requests('send').filter((request) => (request.body as { body: string }).body === body);
		expect(new Set(byText('two').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
		expect(byText('two')).toHaveLength(2);
		// What was sent is not requested again: how long Chert keeps its keys is not documented.
		expect(byText('one')).toHaveLength(1);
	});

	it('when a person retries the failed execution, which has another id', async () => {
		action.sandbox.control.addFaults({ kind: 'cutAfter', recipient: OTHER_LEAD, times: 1 });
		const items = [item(LEAD, 'one'), item(OTHER_LEAD, 'two')];
		const parameters = { ...EACH, ...options({ maxRetries: 0 }) };
		const failed = await action.run('message.send', parameters, { items, executionId: 'first' });
		expect(failed.error).toBeDefined();
		const retried = await action.run('message.send', parameters, {
			items,
			executionId: 'second',
			retryOf: failed.run.data,
		});
		expect(retried.error).toBeUndefined();
		expect(messages()).toHaveLength(2);
		expect(retried.items.map(({ json }) => json.idempotencyKey)).toEqual(keys().slice(0, 2));
		expect(keys()).toHaveLength(3);
	});

	it('when such a retry fails and is retried again', async () => {
		action.sandbox.control.addFaults({ kind: 'cutAfter', times: 2 });
		const parameters = { ...HELLO, ...options({ maxRetries: 0 }) };
		let last = await action.run('message.send', parameters, { executionId: 'a' });
		for (const executionId of ['b', 'c']) {
			expect(last.error).toBeDefined();
			last = await action.run('message.send', parameters, { executionId, retryOf: last.run.data });
		}
		expect(last.error).toBeUndefined();
		expect(new Set(keys()).size).toBe(1);
		expect(messages()).toHaveLength(1);
	});

	it('when a stalled queue job runs again: the same execution from its beginning', async () => {
		await action.run('message.send', HELLO, STALLED);
		const { items } = await action.run('message.send', HELLO, STALLED);
		expect(new Set(keys()).size).toBe(1);
		expect(messages()).toHaveLength(1);
		expect(items[0].json.message_id).toBe(messages()[0].id);
	});

	it('when a person retries an execution that died before n8n stored anything of it', async () => {
		await action.run('message.send', HELLO, STALLED);
		await action.run('message.send', HELLO, { ...STALLED, executionId: 'retry' });
		expect(new Set(keys()).size).toBe(1);
		expect(messages()).toHaveLength(1);
	});

	it('when a stalled job has fetched its file again, which then has another ID in n8n', async () => {
		const service = await binaryDataService();
		for (const run of ['first', 'second']) {
			const binary = { mimeType: 'image/png', fileName: 'roof.png', data: '' };
			const data = await service.store(
				{ type: 'execution', workflowId: 'w', executionId: run },
				Buffer.from('roof'),
				binary,
			);
			await action.run(
				'message.send',
				{ ...HELLO, binaryPropertyNames: 'data' },
				{ items: [{ binary: { data } }], ...STALLED },
			);
		}
		expect(new Set(keys()).size).toBe(1);
		expect(keys()).toHaveLength(2);
		expect(messages()).toHaveLength(1);
	});
});

it('what a node stores is removed once all of its items have succeeded', async () => {
	action.sandbox.control.addFaults({ kind: 'notRetryable', recipient: OTHER_LEAD, times: 1 });
	const items = [item(LEAD, 'one'), item(OTHER_LEAD, 'two')];
	const stored = ({ run }: RunResult) =>
		JSON.stringify(run.data.executionData?.contextData['node:Chert'].chert);
	const failed = await action.run('message.send', EACH, { items });
	expect(stored(failed)).toContain(keys()[0]);
	const retried = await action.run('message.send', EACH, { items, retryOf: failed.run.data });
	expect(stored(retried)).not.toContain('n8n-');
});

it("the user's own key wins in a retry, even where a message with another key may have been sent", async () => {
	action.sandbox.control.addFaults({ kind: 'cutBefore', times: 1 });
	const failed = await action.run('message.send', { ...HELLO, ...options({ maxRetries: 0 }) });
	expect(failed.error).toBeDefined();
	const { error } = await action.run(
		'message.send',
		{ ...HELLO, ...options({ idempotencyKey: 'mine' }) },
		{ retryOf: failed.run.data },
	);
	expect(error).toBeUndefined();
	expect(keys()).toEqual([expect.stringMatching(/^n8n-/), 'mine']);
});

describe('the key differs', () => {
	it('for each of several equal items', async () => {
		await action.run('message.send', HELLO, { items: [{}, {}, {}] });
		expect(new Set(keysOf(messages())).size).toBe(3);
	});

	it('for each round of a loop', async () => {
		await action.run('message.send', HELLO, { rounds: [[{}], [{}]] });
		expect(new Set(keysOf(messages())).size).toBe(3);
	});

	it.each([
		['execution', { executionId: 'x1' }, { executionId: 'x2' }],
		['workflow', { ...STALLED, workflowId: 'w1' }, { ...STALLED, workflowId: 'w2' }],
		[
			'node',
			{ ...STALLED, instanceNode: { id: 'n1' } },
			{ ...STALLED, instanceNode: { id: 'n2' } },
		],
	])('for another %s', async (_what, first, second) => {
		await action.run('message.send', HELLO, first);
		await action.run('message.send', HELLO, second);
		expect(new Set(keysOf(messages())).size).toBe(2);
	});

	it('for other content in the same place', async () => {
		await action.run('message.send', HELLO, STALLED);
		await action.run('message.send', { ...HELLO, body: 'Goodbye' }, STALLED);
		expect(new Set(keysOf(messages())).size).toBe(2);
	});
});

describe('the place of the key', () => {
	it.each([
		['message.send', HELLO, 'send'],
		[
			'location.send',
			{ recipient: 'phone', phone: LEAD, latitude: 1, longitude: 2 },
			'locations.send',
		],
		['chat.create', { ...from(), to: LEAD, ...parts(text()) }, 'chats.create'],
	])('%s sends and returns it', async (operation, parameters, route) => {
		const json = await action.outputOf(operation, parameters);
		expect(json.idempotencyKey).toMatch(/^n8n-[0-9a-f]{40}$/);
		expect(keys(route)).toEqual([json.idempotencyKey]);
	});

	it('message.sendToChat sends and returns it', async () => {
		const { chatId } = await action.chat();
		const json = await action.outputOf('message.sendToChat', { chatId, ...parts(text()) });
		expect(keys('chats.send')).toEqual([json.idempotencyKey]);
	});

	it("the user's own key wins", async () => {
		const { idempotencyKey } = await action.outputOf('message.send', {
			...HELLO,
			...options({ idempotencyKey: 'order-4711' }),
		});
		expect(idempotencyKey).toBe('order-4711');
		expect(keys()).toEqual(['order-4711']);
	});
});
