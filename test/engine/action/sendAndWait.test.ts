import { Container } from '@n8n/di';
import { InstanceSettings } from 'n8n-core';
import type { IRun } from 'n8n-workflow';

import { toInstanceMark, toRouteUrl } from '../../../nodes/Chert/sendAndWait/record';
import type { Question, ReplyAnswer } from '../../../nodes/Chert/sendAndWait/question';
import { interpretReply } from '../../../nodes/Chert/sendAndWait/reply';
import { readEvent } from '../../../nodes/shared/events/envelope';
import { BACKOFF } from '../../../nodes/shared/retry';
import { LEAD, OTHER_LEAD, useAction } from '../../support/action';
import { startForwardProxy } from '../../support/forwardProxy';
import { createDeferredPromise } from '../../support/deferred';
import { NODE, type RunOptions } from '../../support/engine';
import { until } from '../../support/until';

const action = useAction();

const QUESTION = 'Is Tuesday fine?';

/** The engine's workflow and node. */
const IDENTITY = { workflowId: 'workflow-1', nodeId: 'chert-node' };

/** Publishes the node: Chert then has its route. */
async function publish(): Promise<void> {
	const mark = toInstanceMark(Container.get(InstanceSettings).instanceId);
	const url = toRouteUrl('https://n8n.example/webhook/ask/answers', mark, IDENTITY);
	await action.outputOf('webhook.create', { url });
}

/** Asks as a published workflow does. */
async function ask(parameters: object = {}, options: Partial<RunOptions> = {}) {
	return await action.run(
		'message.sendAndWait',
		{ recipient: 'phone', phone: LEAD, message: QUESTION, answerBy: 'reply', ...parameters },
		{ mode: 'webhook', ...options },
	);
}

const records = () =>
	action.sandbox.control.subscriptions().filter(({ url }) => url.includes('/webhook-waiting/'));

const sent = () => action.sandbox.control.messages().map(({ text }) => text);

/** What an event is to the execution that waits. */
function whatIs(payload: object, run: IRun): string {
	const event = readEvent({ body: payload as never, arrivedAt: '' });
	const { question } = run.data.executionData!.contextData[`node:${NODE}`];
	const { answer } = JSON.parse(String(question)) as Question;
	return interpretReply(event, answer as ReplyAnswer, '').kind;
}

beforeEach(async () => await publish());
afterEach(() => jest.restoreAllMocks());

it('makes an inactive record before it sends the question, then waits', async () => {
	const { run, error } = await ask();

	expect(error).toBeUndefined();
	expect(run.waitTill).toEqual(expect.any(Date));
	expect(records().map(({ isActive }) => isActive)).toEqual([false]);
	const routes = action.requests().map(({ route }) => route);
	expect(routes.indexOf('webhooks.change')).toBeLessThan(routes.indexOf('send'));
	expect(sent()).toEqual([QUESTION]);
});

it('finds the record again when the response to its creation is lost', async () => {
	action.sandbox.control.addFaults({ route: 'webhooks.create', kind: 'cutAfter', times: 1 });
	const { run, error } = await ask();

	expect(error).toBeUndefined();
	expect(run.waitTill).toEqual(expect.any(Date));
	expect(action.requests('webhooks.create')).toHaveLength(2);
	expect(records().map(({ isActive }) => isActive)).toEqual([false]);
	expect(sent()).toEqual([QUESTION]);
});

it('takes an answer that comes before the response to the question, when the first response is lost', async () => {
	jest.replaceProperty(BACKOFF, 'firstMs', 4_000);
	action.sandbox.control.addFaults({ route: 'send', kind: 'cutAfter', times: 1 });
	const asking = ask();
	await action.sandbox.control.waitForMessages(1, { phone: LEAD });
	const { events } = await action.sandbox.control.reply(LEAD, { text: 'yes' });
	const { run } = await asking;

	expect(whatIs(events[0].payload, run)).toBe('answer');
	expect(sent()).toEqual([QUESTION]);
});

it('takes an answer that comes before the response to the question, when that takes long', async () => {
	const answered = createDeferredPromise<void>();
	const proxy = await startForwardProxy(async (path) => path.endsWith('/send') && answered.promise);
	const asking = ask({ requestOptions: { proxy: proxy.url } });
	await action.sandbox.control.waitForMessages(1, { phone: LEAD });
	const { events } = await action.sandbox.control.reply(LEAD, { text: 'yes' });
	await until(() => Date.now() > Date.parse(events[0].created_at) + 1_000);
	answered.resolve();
	const { run } = await asking;
	await proxy.close();

	expect(whatIs(events[0].payload, run)).toBe('answer');
});

it('takes the answer of an approver whose number is written without its country code', async () => {
	const { chatId } = await action.chat();
	const options = { approvers: 'Ana@example.com, (555) 010-0123', defaultCountryCode: '+1' };
	const { run } = await ask({ recipient: 'chatId', chatId, options });
	const { events } = await action.sandbox.control.reply(LEAD, { text: 'yes' });

	expect(whatIs(events[0].payload, run)).toBe('answer');
});

it.each([
	['555-010-0123', 'Approvers "555-010-0123" does not start with + and the country code'],
	['={{ $json.missing }}', 'Approvers is empty: check what its expression returns'],
	['={{ [] }}', 'Approvers is empty: check what its expression returns'],
	['={{ [$json.missing] }}', 'Approvers is empty: check what its expression returns'],
	['={{ $json.missing }}, ', 'Approvers is empty: check what its expression returns'],
	['Ana', 'Approvers "Ana" is neither a phone number nor an email address'],
	[
		`${OTHER_LEAD}, ana@example.com`,
		`Approvers does not include ${LEAD}, the only person who is asked: add`,
	],
])('asks nothing when nobody can be the approver %s', async (approvers, sentence) => {
	const { error } = await ask({ options: { approvers } });

	expect(error?.message).toContain(sentence);
	expect(records()).toEqual([]);
	expect(sent()).toEqual([]);
});

it('deletes the record when the execution is canceled before the question is sent', async () => {
	jest.replaceProperty(BACKOFF, 'firstMs', 60_000);
	action.sandbox.control.addFaults({ route: 'send', kind: 'serverError' });
	let cancel = () => {};
	const asking = ask({}, { onStart: (given) => (cancel = given) });
	await until(() => action.requests('send').length === 1);
	expect(records()).toHaveLength(1);
	cancel();
	await asking;

	await until(() => records().length === 0);
	expect(sent()).toEqual([]);
});

it('quotes the ID of a chat that Chert does not know', async () => {
	const { error } = await ask({ recipient: 'chatId', chatId: 'ch_nobody' });

	expect(error?.message).toBe('There is no chat with the ID "ch_nobody"');
	expect(records()).toEqual([]);
});

it('sends nothing when the creation of the record does not arrive', async () => {
	action.sandbox.control.addFaults({ route: 'webhooks.create', kind: 'cutBefore' });
	const { error } = await ask();

	expect(error?.message).toContain('The question was not sent, because Chert could not register');
	expect(records()).toEqual([]);
	expect(sent()).toEqual([]);
});

it('sends nothing and deletes the record when it cannot be made inactive', async () => {
	action.sandbox.control.addFaults({
		route: 'webhooks.change',
		kind: 'notRetryable',
		code: 1003,
		status: 400,
	});
	const { error, run } = await ask();

	expect(error?.message).toContain('The question was not sent');
	expect(run.waitTill).toBeUndefined();
	expect(records()).toEqual([]);
	expect(sent()).toEqual([]);
});

it('makes the record inactive at the next attempt when the response to that is lost', async () => {
	action.sandbox.control.addFaults({ route: 'webhooks.change', kind: 'cutAfter', times: 1 });
	const { error } = await ask();

	expect(error).toBeUndefined();
	expect(records().map(({ isActive }) => isActive)).toEqual([false]);
	expect(sent()).toEqual([QUESTION]);
});

it('fails before sending where Chert keeps no further record, with the number of open ones', async () => {
	await ask();
	await ask({ phone: '+15550100124', message: 'Is Friday fine?' });
	const limit = { kind: 'notRetryable', code: 2008, status: 402 } as const;
	action.sandbox.control.addFaults({ route: 'webhooks.create', ...limit });
	const { error } = await ask({ phone: '+15550100125', message: 'Is Monday fine?' });

	expect(error?.message).toMatch(
		/^The question was not sent, because Chert could not register it \(2 questions are open\): /,
	);
	expect(error?.description).toContain('set a shorter Limit Wait Time');
	expect(records()).toHaveLength(2);
	expect(sent()).toEqual([QUESTION, 'Is Friday fine?']);
});

it.each([
	['is rejected', { kind: 'notRetryable', code: 1003, status: 400 }],
	['has an unknown outcome', { kind: 'cutAfter' }],
] as const)(
	'deletes the record when the question %s, because nobody waits',
	async (_what, fault) => {
		action.sandbox.control.addFaults({ route: 'send', ...fault });
		const { error, run } = await ask({ options: { maxRetries: 0 } });

		expect(error).toBeDefined();
		expect(run.waitTill).toBeUndefined();
		expect(records()).toEqual([]);
	},
);

it('registers and asks through the proxy of the node', async () => {
	const before = action.requests().length;
	const proxy = await startForwardProxy();
	const { error } = await ask({ requestOptions: { proxy: proxy.url } });
	await proxy.close();

	expect(error).toBeUndefined();
	expect(action.requests('webhooks.change')).toHaveLength(1);
	expect(proxy.requests).toHaveLength(action.requests().length - before);
});

const UNKNOWN_OUTCOME = { route: 'send', kind: 'cutAfter', times: 1 } as const;

it('asks once with Retry On Fail when the outcome of the first try is unknown', async () => {
	action.sandbox.control.addFaults(UNKNOWN_OUTCOME);
	const { run } = await ask({ options: { maxRetries: 0 } }, { retryOnFail: true });

	expect(run.waitTill).toEqual(expect.any(Date));
	expect(action.requests('send')).toHaveLength(2);
	expect(sent()).toEqual([QUESTION]);
});

it('asks again when a person retries the execution, and says so before', async () => {
	action.sandbox.control.addFaults(UNKNOWN_OUTCOME);
	const failed = await ask({ options: { maxRetries: 0 } });
	const retried = await ask({ options: { maxRetries: 0 } }, { retryOf: failed.run.data });

	expect(failed.error?.description).toContain(
		'It may have been sent. Retrying this execution asks the question again',
	);
	expect(retried.run.waitTill).toEqual(expect.any(Date));
	expect(sent()).toEqual([QUESTION, QUESTION]);
});

it('asks once when a person retries an execution whose question has an idempotency key from the options', async () => {
	action.sandbox.control.addFaults(UNKNOWN_OUTCOME);
	const parameters = { options: { maxRetries: 0, idempotencyKey: 'order-4711' } };
	const failed = await ask(parameters);
	await ask(parameters, { retryOf: failed.run.data });

	expect(failed.error?.description).toContain("Retrying this execution won't send it again");
	expect(sent()).toEqual([QUESTION]);
});

it('leaves queued runs of the node alone when n8n disables the one that has waited', async () => {
	const { run } = await ask({}, { rounds: [[{}]] });
	const [waiting, queued] = run.data.executionData!.nodeExecutionStack;
	// What n8n does before it goes on
	waiting.node.disabled = true;

	expect(queued.node).toMatchObject({ name: NODE });
	expect(queued.node.disabled).toBeUndefined();
});

it('asks only the question of the first item, and gives out one item when the time is over', async () => {
	const { run } = await action.run(
		'message.sendAndWait',
		{ recipient: 'phone', phone: LEAD, message: '={{ $json.text }}', answerBy: 'reply' },
		{ mode: 'webhook', items: [{ json: { text: 'First?' } }, { json: { text: 'Second?' } }] },
	);

	expect(sent()).toEqual(['First?']);
	// n8n gives out the input of the waiting node when the time is over.
	expect(run.data.executionData?.nodeExecutionStack[0].data.main).toEqual([
		[{ json: { data: { timedOut: true, approved: false } }, pairedItem: { item: 0 } }],
	]);
});
