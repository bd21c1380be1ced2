import { Chert } from '../../../nodes/Chert/Chert.node.ts';
import { LEAD, useAction } from '../../support/action';
import { editorWith } from '../../support/credentialTest';
import { credentialFor } from '../../support/engine';
import { useReceiver } from '../../support/receiver';
import { Samples } from '../../support/samples';
import { respond, serve, useQuickBackoff } from '../transport/support';

useQuickBackoff();
const action = useAction();
const receiver = useReceiver();
const samples = () => new Samples(action.sandbox, receiver);

const idsOf = (items: Array<{ json: object }>) =>
	items.map(({ json }) => (json as { id: string }).id);

describe('lines', () => {
	it('lists all, up to a limit, or the active ones', async () => {
		const list = async (parameters: object) =>
			idsOf((await action.run('line.getMany', { ...parameters })).items);

		expect(await list({})).toHaveLength(3);
		expect(await list({ limit: 2 })).toEqual(['pl_15550100001', 'pl_15550100002']);
		expect(await list({ returnAll: true, filters: { activeOnly: true } })).toHaveLength(2);
		expect(await list({ filters: { activeOnly: '={{ "true" }}' } })).toHaveLength(2);
	});
});

describe('events', () => {
	const replies = async (count: number) => {
		for (let at = 0; at < count; at++)
			await action.sandbox.control.reply(LEAD, { text: `Reply ${at}` });
		return action.sandbox.control
			.eventRows()
			.map(({ id }) => id)
			.reverse();
	};
	const list = async (parameters: object) =>
		(await action.run('event.getMany', { ...parameters })).items;

	it('gives all of them, each once, newest first, although many have the same time', async () => {
		const { now } = action.sandbox.control.clock();
		action.sandbox.control.clock({ setMs: Date.parse(now) });
		const ids = await replies(450);

		expect(idsOf(await list({ returnAll: true }))).toEqual(ids);
		expect(action.requests('events.list')).toHaveLength(3);
	}, 30_000);

	it('ends at the limit, on any page', async () => {
		const ids = await replies(210);

		expect(idsOf(await list({}))).toEqual(ids.slice(0, 50));
		expect(idsOf(await list({ limit: 205 }))).toEqual(ids.slice(0, 205));
		expect(action.requests('events.list')).toHaveLength(3);
	}, 30_000);

	it('includes events at exactly the time of Since', async () => {
		await replies(2);
		const [, second] = action.sandbox.control.eventRows();
		action.sandbox.control.clock({ advanceMs: 1000 });
		await replies(1);
		const found = await list({ filters: { since: second.created_at } });

		expect(idsOf(found)).toContain(second.id);
		for (const { json } of found)
			expect(Date.parse(String(json.created_at))).toBeGreaterThanOrEqual(
				Date.parse(second.created_at),
			);
	});

	it('filters by chat, type and delivery', async () => {
		const { chatId } = await action.chat();
		await action.sandbox.control.reply(LEAD, { text: 'Yes' });
		const count = async (filters: object) => (await list({ filters })).length;

		expect(await count({ leadId: chatId, type: 'message.received' })).toBe(1);
		expect(await count({ type: 'reaction.added' })).toBe(0);
		expect(await count({ status: 'pending' })).toBe(1);
		expect(await count({ status: 'failed' })).toBe(0);
	});

	it('looks up and replays one', async () => {
		await samples().webhookId();
		const eventRowId = await samples().eventRowId();
		const attempts = () => action.sandbox.control.eventRows()[0].delivery.attempts.length;
		const before = attempts();

		expect(await action.outputOf('event.get', { eventRowId })).toMatchObject({ id: eventRowId });
		expect(await action.outputOf('event.replay', { eventRowId })).toMatchObject({ ok: true });
		expect(attempts()).toBe(before + 1);
	});

	it('replays to one webhook', async () => {
		const subscriptionId = await samples().webhookId();
		await samples().webhookId();
		const eventRowId = await samples().eventRowId();
		const before = action.sandbox.control.eventRows()[0].delivery.attempts.length;
		await action.outputOf('event.replay', { eventRowId, options: { subscriptionId } });
		const added = action.sandbox.control.eventRows()[0].delivery.attempts.slice(before);

		expect(added.map((attempt) => attempt.subscription_id)).toEqual([subscriptionId]);
	});

	it('says why a replay does not work', async () => {
		const messageOf = async (eventRowId: string) =>
			(await action.run('event.replay', { eventRowId })).error?.message;
		const eventRowId = await samples().eventRowId();

		expect(await messageOf('evt_nobody')).toBe('There is no event with the ID "evt_nobody"');
		expect(await messageOf(eventRowId)).toBe('There is no webhook to deliver this event to');
	});
});

describe('webhooks', () => {
	const URL = 'https://hooks.example.com/chert';
	const create = async (parameters: object = {}) =>
		await action.outputOf('webhook.create', { url: URL, ...parameters });

	it('creates one, whose secret is in the output', async () => {
		expect(await create()).toMatchObject({
			id: expect.any(String),
			url: URL,
			events: ['message.received'],
			secret: expect.stringMatching(/./),
		});
		await create({ events: ['*', 'lead_reply'], options: { version: '2026-05-04' } });
		expect(action.bodies('webhooks.create')).toEqual([
			{ url: URL, events: ['message.received'] },
			{ url: URL, version: '2026-05-04' },
		]);
	});

	it('lists, finds, changes and deletes', async () => {
		const { id } = await create();
		const webhookId = { __rl: true, mode: 'list', value: id };

		expect(idsOf((await action.run('webhook.getMany', {})).items)).toEqual([id]);
		expect(await action.outputOf('webhook.get', { webhookId })).toMatchObject({ id, url: URL });
		const changed = await action.outputOf('webhook.update', {
			webhookId: String(id),
			updateFields: { isActive: false, events: ['*'] },
		});
		expect(changed).toMatchObject({ id, is_active: false, events: [] });
		expect(changed).not.toHaveProperty('secret');
		await action.outputOf('webhook.delete', { webhookId });
		expect((await action.run('webhook.getMany', {})).items).toEqual([]);
	});

	it('says that it was done when Chert says nothing', async () => {
		const { id: webhookId } = await create();
		action.sandbox.control.variants({ successStatus: 204 });

		expect(
			await action.outputOf('webhook.update', { webhookId, updateFields: { isActive: false } }),
		).toEqual({ success: true, webhookId });
		expect(await action.outputOf('webhook.delete', { webhookId })).toEqual({
			success: true,
			webhookId,
		});
	});

	it('counts a deletion as done when a retry finds the webhook gone', async () => {
		const { id: webhookId } = await create();
		action.sandbox.control.addFaults({ kind: 'cutAfter', route: 'webhooks.delete', times: 1 });

		expect(await action.outputOf('webhook.delete', { webhookId })).toEqual({
			success: true,
			webhookId,
		});
	});

	it.each(['webhook.get', 'webhook.update', 'webhook.delete'])(
		'quotes an ID that Chert does not know: %s',
		async (operation) => {
			const parameters = { webhookId: 'sub_nobody', updateFields: { isActive: true } };
			const { error } = await action.run(operation, parameters);

			expect(error?.message).toBe('There is no webhook with the ID "sub_nobody"');
		},
	);

	it('says that the account has no room for another', async () => {
		action.sandbox.control.account('limited');
		const { error } = await action.run('webhook.create', { url: URL });

		expect(error?.message).toBe('The Chert account has as many webhooks as its plan allows');
	});

	it.each(['subscriptions', 'webhook_subscriptions', 'data', 'bare'] as const)(
		'are offered by their URL, found under %s',
		async (subscriptionListKey) => {
			const { id } = await create();
			action.sandbox.control.variants({ subscriptionListKey });
			const editor = editorWith(credentialFor(action.sandbox));
			const { searchWebhooks } = new Chert().methods.listSearch;
			const found = { results: [{ name: URL, value: id }] };

			expect(await searchWebhooks.call(editor)).toEqual(found);
			expect(await searchWebhooks.call(editor, 'HOOKS.example')).toEqual(found);
			expect(await searchWebhooks.call(editor, 'other')).toEqual({ results: [] });
			expect(idsOf((await action.run('webhook.getMany', {})).items)).toEqual([id]);
		},
	);

	it('are found by their ID in any case', async () => {
		const server = await serve((_request, response) =>
			respond(response, { subscriptions: [{ id: 'sub_9K', url: URL }] }),
		);
		const editor = editorWith({ ...credentialFor(action.sandbox), baseUrl: server.origin });
		const { searchWebhooks } = new Chert().methods.listSearch;
		const { results } = await searchWebhooks.call(editor, 'sub_9K');
		await server.close();

		expect(results).toEqual([{ name: URL, value: 'sub_9K' }]);
	});

	it.each(['={{ null }}', '={{ "" }}', 'yes'])(
		'are not paused by an Active that is neither true nor false: %s',
		async (isActive) => {
			const { id } = await create();
			const update = { webhookId: String(id), updateFields: { isActive } };

			expect((await action.run('webhook.update', update)).error?.message).toMatch(
				/^Active "(yes)?" is neither true nor false/,
			);
			expect(action.requests('webhooks.update')).toEqual([]);
			await action.outputOf('webhook.update', {
				...update,
				updateFields: { isActive: '={{ "FALSE" }}' },
			});
			expect(await action.outputOf('webhook.get', update)).toMatchObject({ is_active: false });
		},
	);
});
