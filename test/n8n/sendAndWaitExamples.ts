import type { AddressInfo } from 'node:net';

import fastify from 'fastify';

import { fillExample, type FillIn } from '../../hosts/examples';
import { LOOPBACK } from '../../hosts/ports';
import { until } from '../../hosts/ready';
import { failureOf, outputOf } from '../../hosts/rest';
import { startScriptedModel } from './scriptedModel';
import { callWebhook, type TestHost } from './testHost';

const ANA = '+15550100123';
const MANAGER = '+15550100124';
const CUSTOMER = { name: 'Ana', phone: ANA };

/** The examples that ask a person, run as their user would run them. */
export function sendAndWaitExampleCases(host: () => TestHost, major: 1 | 2): void {
	const textsTo = (phone: string) =>
		host()
			.sandbox.control.messages({ phone })
			.map(({ text }) => text);

	/** Waits until the workflow waits for an answer. */
	const untilAsked = async (workflowId: string) =>
		await until(
			async () =>
				(await host().n8n.rest.executions(workflowId)).some(({ status }) => status === 'waiting'),
			{ what: 'The wait for an answer', timeoutMs: 30_000 },
		);

	const START = '2099-12-01T09:00';
	const TIME = 'Tuesday, December 1 at 9:00 AM';

	/** Publishes the example and books an appointment of Ana. */
	const book = async (
		start: string,
		change: { settings?: FillIn['settings']; timezone?: string } = {},
	) => {
		const { n8n, credentialId } = host();
		const { settings, timezone = 'America/New_York' } = change;
		const workflow = fillExample('confirm-appointment', { credentialId, settings });
		const id = await host().importWorkflow({
			...workflow,
			settings: { ...workflow.settings, timezone },
		});
		await n8n.rest.activate(id);
		await callWebhook(host(), 'appointment-booked', { customer: CUSTOMER, start });
		return id;
	};

	it.each([
		['yes', `Great, see you ${TIME}!`],
		['No.', 'No problem. We will call you to find another time.'],
	])('confirm-appointment continues with the answer %s', async (answer, reply) => {
		const { n8n, sandbox } = host();
		const id = await book(START);
		await untilAsked(id);
		await sandbox.control.reply(ANA, { text: answer });
		const [execution] = await n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		expect(textsTo(ANA)).toEqual([expect.stringContaining(`does ${TIME} work`), reply]);
	});

	it.each([
		['America/New_York', START, '2099-11-30T18:00:00.000-05:00'],
		['Europe/Berlin', START, '2099-11-30T18:00:00.000+01:00'],
		['America/New_York', `${START}:00Z`, '2099-11-30T18:00:00.000-05:00'],
	])(
		'confirm-appointment waits in %s, for an appointment at %s, until %s',
		async (timezone, start, evening) => {
			const { n8n, sandbox } = host();
			const id = await book(start, { timezone });
			await untilAsked(id);
			await sandbox.control.reply(ANA, { text: 'yes' });
			const [execution] = await n8n.rest.executionsEnded(id, 1);
			const [{ json }] = outputOf(execution, 'Plan question');
			expect(Date.parse(String(json.answerUntil))).toBe(Date.parse(evening));
		},
	);

	it('confirm-appointment asks nobody about a time that it cannot read', async () => {
		const id = await book('Tuesday 9 am');
		const [execution] = await host().n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toContain('Max Date and Time');
		expect(textsTo(ANA)).toEqual([]);
	});

	it('confirm-appointment reminds when the evening has passed without an answer', async () => {
		const { n8n } = host();
		const id = await book('2026-01-01T09:00', { settings: { minutesAtLeast: 0.02 } });
		const [execution] = await n8n.rest.executionsEnded(id, 1, 100_000);
		expect(failureOf(execution)).toBe('');
		expect(textsTo(ANA)).toEqual([
			expect.stringContaining('Thursday, January 1 at 9:00 AM'),
			expect.stringContaining('we have not heard from you'),
		]);
	}, 120_000);

	const QUOTE = { number: 1042, total: '$1,250' };
	/** About two seconds. */
	const SHORT_DAYS = 0.00002;

	/** Publishes the example and sends Ana a quote. Returns the execution's workflow and the link. */
	const sendQuote = async (settings?: FillIn['settings']) => {
		const id = await host().importExample('approve-quote', settings);
		await host().n8n.rest.activate(id);
		await callWebhook(host(), 'quote-ready', { customer: CUSTOMER, quote: QUOTE });
		await untilAsked(id);
		return { id, link: linkIn(textsTo(ANA)[0]) };
	};
	const linkIn = (text: string) => /https?:\S+/.exec(text)?.[0] ?? '';
	const decide = async (link: string, decision: string) =>
		await fetch(link, { method: 'POST', body: new URLSearchParams({ decision }) });

	it.each([
		['approve', 'Thank you! We will start the work.'],
		['disapprove', 'We did not get your approval for quote 1042. What can we do better?'],
	])('approve-quote continues with the button %s, without a reminder', async (decision, reply) => {
		const { id, link } = await sendQuote();
		expect(await (await fetch(link)).text()).toContain('<h1 dir="auto">Quote 1042</h1>');
		await decide(link, decision);
		const [execution] = await host().n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		expect(textsTo(ANA)).toEqual([expect.stringContaining('is ready'), reply]);
	});

	it('approve-quote reminds once, with a new link', async () => {
		const { id, link } = await sendQuote({ daysUntilReminder: SHORT_DAYS });
		await until(() => textsTo(ANA).length === 2, { what: 'The reminder', timeoutMs: 90_000 });
		await untilAsked(id);
		expect(textsTo(ANA)[1]).toContain('is still waiting for your decision');
		await decide(link, 'disapprove');
		expect(await host().n8n.rest.executions(id)).toMatchObject([{ status: 'waiting' }]);
		await decide(linkIn(textsTo(ANA)[1]), 'approve');
		const [execution] = await host().n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		expect(textsTo(ANA).slice(2)).toEqual(['Thank you! We will start the work.']);
	}, 120_000);

	// n8n 1 has no human review.
	(major === 1 ? it.skip : it)('review-refund refunds after a like, and not before', async () => {
		const { n8n, sandbox, credentialId } = host();
		const model = await startScriptedModel();
		const refunds: unknown[] = [];
		const shop = fastify();
		shop.post('/refunds', async ({ body }) => {
			refunds.push(body);
			return await Promise.resolve({ refunded: true });
		});
		await shop.listen({ host: LOOPBACK, port: 0 });
		try {
			const { port } = shop.server.address() as AddressInfo;
			const settings = { managerPhone: MANAGER, refundUrl: `http://${LOOPBACK}:${port}/refunds` };
			const workflow = fillExample('review-refund', { credentialId, settings });
			const openAi = workflow.nodes.find(({ credentials }) => credentials?.openAiApi);
			const data = { apiKey: 'none', url: model.url, header: false };
			const openAiId = await n8n.rest.createCredential({ name: 'Model', type: 'openAiApi', data });
			Object.assign(openAi?.credentials?.openAiApi as object, { id: openAiId });
			const id = await host().importWorkflow(workflow);
			await n8n.rest.activate(id);
			const toolParameters = { order: '4711', amount: 12.5 };
			model.play([
				{ calls: [{ tool: 'Refund', arguments: { toolParameters, hitlParameters: {} } }] },
				{ text: 'Refunded' },
			]);
			await callWebhook(host(), 'refund-request', { request: 'Please refund order 4711' });
			await untilAsked(id);
			const [question] = sandbox.control.messages({ phone: MANAGER });
			expect(question.text).toContain('Order: 4711\nAmount: 12.5');
			expect(refunds).toEqual([]);
			await sandbox.control.reply(MANAGER, { reaction: { type: 'like', messageId: question.id } });
			const [execution] = await n8n.rest.executionsEnded(id, 1);
			expect(failureOf(execution)).toBe('');
			expect(refunds).toEqual([{ order: '4711', amount: 12.5 }]);
		} finally {
			await model.close();
			await shop.close();
		}
	});
}
