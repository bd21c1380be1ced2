import type { AddressInfo } from 'node:net';

import fastify from 'fastify';

import { fillExample } from '../../hosts/examples';
import { LOOPBACK } from '../../hosts/ports';
import { until } from '../../hosts/ready';
import { failureOf } from '../../hosts/rest';
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

	it.each([
		['yes', 'Great, see you Tuesday 9 am!'],
		['No.', 'No problem. We will call you to find another time.'],
	])('confirm-appointment continues with the answer %s', async (answer, reply) => {
		const { n8n, sandbox } = host();
		const id = await host().importExample('confirm-appointment');
		await n8n.rest.activate(id);
		await callWebhook(host(), 'appointment-booked', { customer: CUSTOMER, time: 'Tuesday 9 am' });
		await untilAsked(id);
		await sandbox.control.reply(ANA, { text: answer });
		const [execution] = await n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		expect(textsTo(ANA)).toEqual([expect.stringContaining('is Tuesday 9 am fine'), reply]);
	});

	it('confirm-appointment reminds when nobody answers in time', async () => {
		const { n8n, credentialId } = host();
		const workflow = fillExample('confirm-appointment', { credentialId });
		const ask = workflow.nodes.find(({ name }) => name === 'Ask');
		Object.assign(ask?.parameters.options as object, {
			limitWaitTime: {
				values: { limitType: 'afterTimeInterval', resumeAmount: 0.02, resumeUnit: 'minutes' },
			},
		});
		const id = await host().importWorkflow(workflow);
		await n8n.rest.activate(id);
		await callWebhook(host(), 'appointment-booked', { customer: CUSTOMER, time: 'Tuesday 9 am' });
		const [execution] = await n8n.rest.executionsEnded(id, 1, 100_000);
		expect(failureOf(execution)).toBe('');
		expect(textsTo(ANA).at(-1)).toContain('we have not heard from you');
	}, 120_000);

	it('approve-quote continues with the button of the page', async () => {
		const { n8n } = host();
		const id = await host().importExample('approve-quote');
		await n8n.rest.activate(id);
		const quote = { number: 1042, total: '$1,250' };
		await callWebhook(host(), 'quote-ready', { customer: CUSTOMER, quote });
		await untilAsked(id);
		const link = /https?:\S+/.exec(textsTo(ANA)[0])?.[0] ?? '';
		expect(await (await fetch(link)).text()).toContain('<h1 dir="auto">Quote 1042</h1>');
		await fetch(link, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) });
		const [execution] = await n8n.rest.executionsEnded(id, 1);
		expect(failureOf(execution)).toBe('');
		expect(textsTo(ANA).at(-1)).toBe('Thank you! We will start with the work.');
	});

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
