import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import { Api } from '../support/api';
import {
	ANA,
	ASK,
	askAgain,
	askByReply,
	BEN,
	ended,
	publishAsking,
	questions,
	questionsAtChert,
	statusOf,
	untilWaiting,
	workflow,
} from './sendAndWaitWorkflow';
import { callWebhook, type TestHost } from './testHost';

/** What the node keeps at Chert, so that answers in iMessage find their execution. */
export function sendAndWaitRecordCases(host: () => TestHost): void {
	it('continues with the text of the person, through the route that publishing registers', async () => {
		const { sandbox } = host();
		const { workflowId, ids } = await askByReply(host(), {});
		expect(
			sandbox.control.subscriptions().map(({ isActive, events }) => [isActive, events]),
		).toEqual([
			[true, ['message.received', 'reaction.added']],
			[false, ['message.received', 'reaction.added']],
		]);
		await sandbox.control.reply(BEN, { text: 'yes' });
		await sandbox.control.reply(ANA, { text: 'Yes!' });
		const execution = await ended(host(), ids[0]);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK)).toEqual([
			expect.objectContaining({
				json: {
					data: { approved: true, respondedAt: expect.any(String), by: ANA, text: 'Yes!' },
				},
				pairedItem: { item: 0 },
			}),
		]);
		await sandbox.control.idle();
		expect(questionsAtChert(host())).toEqual([]);
		await host().n8n.rest.deactivate(workflowId);
		expect(sandbox.control.subscriptions()).toEqual([]);
	});

	it('finds an answer that came while n8n was down, with the next message of anybody', async () => {
		const { sandbox } = host();
		const { ids } = await askByReply(host(), {});
		const restarted = host().restart();
		await until(
			async () =>
				await fetch(host().n8n.url).then(
					() => false,
					() => true,
				),
			{
				what: 'The end of n8n',
				timeoutMs: 30_000,
			},
		);
		await sandbox.control.reply(ANA, { text: 'yes' });
		await sandbox.control.idle();
		await restarted;
		expect(await statusOf(host(), ids[0])).toBe('waiting');
		await sandbox.control.reply(BEN, { text: 'Hello' });
		const execution = await ended(host(), ids[0]);
		expect(outputOf(execution, ASK)[0].json.data).toMatchObject({ approved: true, by: ANA });
	});

	it('does not send a question that Chert does not keep open, and says how many are open', async () => {
		const { sandbox } = host();
		const { workflowId } = await askByReply(host(), {});
		sandbox.control.addFaults({
			route: 'webhooks.create',
			kind: 'notRetryable',
			code: 2008,
			status: 402,
		});
		await callWebhook(host(), 'ask', {});
		const [execution] = await host().n8n.rest.executionsEnded(workflowId, 1);
		expect(failureOf(execution)).toContain(
			'The question was not sent, because Chert could not register it (1 question is open)',
		);
		expect(sandbox.control.messages({ phone: ANA })).toHaveLength(1);
	});

	it('takes the record back when the question is not sent', async () => {
		const { sandbox } = host();
		const workflowId = await publishAsking(host(), {});
		sandbox.control.addFaults({ route: 'send', kind: 'notRetryable', code: 1003, status: 400 });
		await callWebhook(host(), 'ask', {});
		await host().n8n.rest.executionsEnded(workflowId, 1);
		expect(questionsAtChert(host())).toEqual([]);
	});

	it('removes expired questions of this n8n, and nothing else, when the next one is asked', async () => {
		await askByReply(host(), { options: { limitWaitTime: VERY_SHORT } });
		const [{ id: expiredId, url }] = questionsAtChert(host());
		const foreign = url.replace(/n8n=\w+/, 'n8n=0123456789abcdef');
		await new Api(host().sandbox).post('/webhook-subscriptions', { url: foreign });
		await untilExpired(url);
		await askAgain(host(), 2);
		const left = host()
			.sandbox.control.subscriptions()
			.map(({ id }) => id);
		expect(left).not.toContain(expiredId);
		expect(questionsAtChert(host()).map((each) => each.url)).toContain(foreign);
	});

	it('removes expired questions of this n8n when the workflow is published again', async () => {
		const { workflowId } = await askByReply(host(), { options: { limitWaitTime: VERY_SHORT } });
		const [{ id: expiredId, url }] = questionsAtChert(host());
		const { body: foreign } = await new Api(host().sandbox).post('/webhook-subscriptions', {
			url: url.replace(/n8n=\w+/, 'n8n=0123456789abcdef'),
		});
		await host().n8n.rest.deactivate(workflowId);
		expect(questionsAtChert(host()).map(({ id }) => id)).toEqual([
			expiredId,
			foreign.subscription.id,
		]);
		await untilExpired(url);
		await host().n8n.rest.activate(workflowId);
		expect(questionsAtChert(host()).map(({ id }) => id)).toEqual([foreign.subscription.id]);
	});

	it('works in a test run of the editor too, without a published workflow', async () => {
		const { sandbox, n8n } = host();
		const workflowId = await host().importWorkflow(
			workflow(host(), { answerBy: 'reply', responseType: 'approval' }, {}),
		);
		const id = await n8n.rest.run(workflowId, 'Start');
		await questions(host(), 1);
		await untilWaiting(host(), id);
		expect(sandbox.control.subscriptions().map(({ isActive }) => isActive)).toEqual([true]);
		await sandbox.control.reply(BEN, { text: 'yes' });
		await sandbox.control.idle();
		expect(await statusOf(host(), id)).toBe('waiting');
		await sandbox.control.reply(ANA, { text: 'yes' });
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK)[0].json.data).toMatchObject({ approved: true, by: ANA });
		expect(sandbox.control.subscriptions()).toEqual([]);
	});
}

const VERY_SHORT = {
	values: { limitType: 'afterTimeInterval', resumeAmount: 0.01, resumeUnit: 'minutes' },
};

async function untilExpired(url: string): Promise<void> {
	const expiresAt = Number(new URL(url).searchParams.get('until'));
	await until(() => Date.now() > expiresAt, {
		what: 'The end of the time limit',
		timeoutMs: 5_000,
	});
}
