import type { IDataObject, INode } from 'n8n-workflow';

import { failureOf, outputOf, type Execution, type WorkflowFile } from '../../hosts/rest';
import { until } from '../../hosts/ready';
import { sign } from '../../nodes/ChertTrigger/signature';
import { createGroup } from './group';
import { callWebhook, type TestHost } from './testHost';

const ANA = '+15550100123';
const BEN = '+15550100124';
const ASK = 'Ask Ana';
const QUESTION = 'Is quote 1042 fine?';

/** Questions and their answers: on the page of this n8n, and in iMessage. */
export function sendAndWaitCases(host: () => TestHost): void {
	describe('by link', () => linkCases(host));
	describe('in iMessage', () => replyCases(host));
}

function linkCases(host: () => TestHost): void {
	it('continues with the approval once its button is clicked, and not before', async () => {
		const { id, link } = await askAna(host(), {
			responseType: 'approval',
			approvalOptions: { values: { approvalType: 'double', disapproveLabel: 'Not now' } },
			options: { pageTitle: 'Quote <1042>' },
		});
		const page = await fetch(link);
		expect(page.status).toBe(200);
		expect(page.headers.get('content-security-policy')).toContain('sandbox');
		const html = await page.text();
		expect(html).toContain('Quote &lt;1042&gt;');
		expect(html).toContain('>Not now</button>');
		await fetch(link, { method: 'HEAD' });
		expect(await statusOf(host(), id)).toBe('waiting');

		const answered = await submit(link, { decision: 'disapprove' });
		expect(answered.status).toBe(200);
		expect(answered.headers.get('content-type')).toContain('text/html');
		expect(await answered.text()).toContain('Thank you');
		const execution = await ended(host(), id);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK)).toEqual([
			expect.objectContaining({
				json: { data: { approved: false, respondedAt: expect.any(String) } },
				pairedItem: { item: 0 },
			}),
		]);
		expect(outputOf(execution, 'After')).toHaveLength(1);
	});

	it('asks for what is missing in a form, and continues with its values by label', async () => {
		const { id, link } = await askAna(host(), {
			responseType: 'customForm',
			formFields: {
				values: [
					{ fieldLabel: 'Room', fieldType: 'text', requiredField: true },
					{ fieldLabel: 'Windows', fieldType: 'number' },
					{ fieldLabel: 'Days', fieldType: 'checkbox', fieldOptions: 'Mon, Tue, Wed' },
				],
			},
		});
		const form = new FormData();
		form.set('field-1', 'many');
		form.append('field-2', 'Mon');
		form.append('field-2', 'Wed');
		const rejected = await fetch(link, { method: 'POST', body: form });
		expect(rejected.status).toBe(422);
		expect(await rejected.text()).toContain('Please enter a number.');
		expect(await statusOf(host(), id)).toBe('waiting');

		form.set('field-0', 'Küche 🍳');
		form.set('field-1', '3');
		expect((await fetch(link, { method: 'POST', body: form })).status).toBe(200);
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
			{ Room: 'Küche 🍳', Windows: 3, Days: ['Mon', 'Wed'], respondedAt: expect.any(String) },
		]);
	});

	it('continues with a free text', async () => {
		const { id, link } = await askAna(host(), { responseType: 'freeText' });
		await submit(link, { 'field-0': 'On Tuesday\r\nafter 9' });
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
			{ text: 'On Tuesday\nafter 9', respondedAt: expect.any(String) },
		]);
	});

	it('accepts neither a changed link nor another decision', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' });
		for (const changed of [
			link.replace(/round=0/, 'round=1'),
			link.replace(/signature=\w+/, `signature=${'0'.repeat(64)}`),
			link.replace(/&?signature=\w+/, ''),
		])
			expect((await submit(changed, { decision: 'approve' })).status).toBe(401);
		// The page has no such button.
		expect((await submit(link, { decision: 'disapprove' })).status).toBe(400);
		expect(await statusOf(host(), id)).toBe('waiting');
		await submit(link, { decision: 'approve' });
		await ended(host(), id);
	});

	it('has another link for each round of a loop, and shows that an old one is closed', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' }, { rounds: 3 });
		await submit(link, { decision: 'approve' });
		const [, second] = await questions(host(), 2);
		await untilWaiting(host(), id);
		const again = await submit(link, { decision: 'approve' });
		expect([again.status, await again.text()]).toEqual([
			410,
			expect.stringContaining('Already answered'),
		]);
		await submit(second, { decision: 'approve' });
		const [, , third] = await questions(host(), 3);
		await untilWaiting(host(), id);
		await submit(third, { decision: 'approve' });
		const execution = await ended(host(), id, 3);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK)).toHaveLength(3);
		expect(host().sandbox.control.messages()).toHaveLength(3);
	});

	it('continues once when several answers arrive at the same time', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' });
		const answers = Array.from(
			{ length: 5 },
			async () => await submit(link, { decision: 'approve' }),
		);
		const statuses = (await Promise.all(answers)).map(({ status }) => status);
		expect(statuses).toContain(200);
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK)).toHaveLength(1);
		expect(outputOf(execution, 'After')).toHaveLength(1);
	});

	it('continues after a restart of n8n', async () => {
		const { id, link } = await askAna(host(), { responseType: 'approval' });
		await host().restart();
		// n8n 1 is ready some seconds before its routes are.
		const isSubmitted = async () => (await submit(link, { decision: 'approve' })).status === 200;
		await until(isSubmitted, { what: 'The answer', timeoutMs: 30_000 });
		const execution = await ended(host(), id);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toMatchObject([
			{ approved: true },
		]);
	});

	it('gives one output with timedOut for several input items when the time is over', async () => {
		const options = {
			limitWaitTime: {
				values: { limitType: 'afterTimeInterval', resumeAmount: 0.02, resumeUnit: 'minutes' },
			},
		};
		const { id, link } = await askAna(host(), { responseType: 'approval', options }, { items: 3 });
		const late = await until(
			async () => {
				const response = await fetch(link);
				return response.status === 410 && (await response.text());
			},
			{ what: 'The end of the time limit', timeoutMs: 10_000 },
		);
		expect(late).toContain('Too late');
		const execution = await ended(host(), id, 1, 90_000);
		expect(failureOf(execution)).toBe('');
		expect(outputOf(execution, ASK)).toEqual([
			expect.objectContaining({ json: { data: { approved: false, timedOut: true } } }),
		]);
	}, 120_000);
}

function replyCases(host: () => TestHost): void {
	const questionsAtChert = () =>
		host()
			.sandbox.control.subscriptions()
			.filter(({ url }) => url.includes('/webhook-waiting/'));

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
		expect(questionsAtChert()).toEqual([]);
		await host().n8n.rest.deactivate(workflowId);
		expect(sandbox.control.subscriptions()).toEqual([]);
	});

	it('continues with a tapback on the question, and not with one on another message', async () => {
		const { sandbox } = host();
		const { ids, messages } = await askByReply(host(), {});
		const { message: other } = await sandbox.control.reply(ANA, { text: 'Which quote?' });
		await sandbox.control.idle();
		await sandbox.control.reply(ANA, { reaction: { type: 'like', messageId: other?.id } });
		await sandbox.control.idle();
		expect(await statusOf(host(), ids[0])).toBe('waiting');
		await sandbox.control.reply(ANA, { reaction: { type: 'dislike', messageId: messages[0].id } });
		const execution = await ended(host(), ids[0]);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toEqual([
			{ approved: false, respondedAt: expect.any(String), by: ANA, reaction: 'dislike' },
		]);
	});

	it('writes back once when an answer is neither yes nor no, and confirms the answer', async () => {
		const { sandbox } = host();
		const options = { unclearReply: 'YES or NO?', afterAnswer: 'text', afterAnswerText: 'Thanks!' };
		const { ids } = await askByReply(host(), { options });
		for (const text of ['Hm', 'Let me think']) {
			await sandbox.control.reply(ANA, { text });
			await sandbox.control.idle();
		}
		expect(await statusOf(host(), ids[0])).toBe('waiting');
		await sandbox.control.reply(ANA, { text: 'ok' });
		await ended(host(), ids[0]);
		const texts = sandbox.control.messages({ phone: ANA }).map(({ text }) => text);
		expect(texts).toEqual(['Is quote 1042 fine?', 'YES or NO?', 'Thanks!']);
	});

	it('lists the files of a free text answer', async () => {
		const { sandbox } = host();
		const { ids } = await askByReply(host(), { responseType: 'freeText' });
		const attachment = { fileName: 'roof.png', mimeType: 'image/png', base64: 'iVBORw0KGgo=' };
		await sandbox.control.reply(ANA, { text: 'Like this', attachment });
		const execution = await ended(host(), ids[0]);
		expect(outputOf(execution, ASK).map(({ json }) => json.data)).toMatchObject([
			{
				text: 'Like this',
				by: ANA,
				attachments: [
					{
						attachmentId: expect.any(String),
						fileName: 'roof.png',
						mimeType: 'image/png',
						sizeBytes: 8,
					},
				],
			},
		]);
	});

	it('takes a text for the newest of two questions, and a tapback for the one that it is on', async () => {
		const { sandbox } = host();
		const { ids, messages } = await askByReply(host(), {}, 2);
		await sandbox.control.reply(ANA, { reaction: { type: 'like', messageId: messages[0].id } });
		const first = await ended(host(), ids[0]);
		expect(outputOf(first, ASK)[0].json.data).toMatchObject({ approved: true, reaction: 'like' });
		expect(await statusOf(host(), ids[1])).toBe('waiting');

		const third = await askAgain(host(), 3);
		const { events } = await sandbox.control.reply(ANA, { text: 'no' });
		const newest = await ended(host(), third);
		expect(outputOf(newest, ASK)[0].json.data).toMatchObject({ approved: false });
		expect(await statusOf(host(), ids[1])).toBe('waiting');
		await sandbox.control.idle();
		const [{ event_id: eventId }] = events;
		await sandbox.control.redeliver({ eventId, times: 2, concurrency: 2 });
		expect(await statusOf(host(), ids[1])).toBe('waiting');
		await sandbox.control.reply(ANA, { text: 'yes' });
		const second = await ended(host(), ids[1]);
		expect(outputOf(second, ASK)[0].json.data).toMatchObject({ approved: true });
	});

	it('takes the first answer of a group, and of its approvers only where they are named', async () => {
		const { sandbox } = host();
		const chatId = await createGroup(host(), [ANA, BEN]);
		const options = { approvers: BEN };
		const { ids } = await askByReply(host(), { recipient: 'chatId', chatId, options });
		await sandbox.control.reply(BEN, { text: 'yes' });
		await sandbox.control.reply(ANA, { text: 'yes', chatId });
		await sandbox.control.idle();
		expect(await statusOf(host(), ids[0])).toBe('waiting');
		await sandbox.control.reply(BEN, { text: 'ok', chatId });
		const execution = await ended(host(), ids[0]);
		expect(outputOf(execution, ASK)[0].json.data).toMatchObject({ approved: true, by: BEN });
	});

	it('lets nobody answer who is not asked: forged, unsigned and repeated deliveries', async () => {
		const { sandbox } = host();
		const { ids } = await askByReply(host(), {});
		const [route] = sandbox.control.subscriptions();
		const [{ url }] = questionsAtChert();
		const { events } = await sandbox.control.reply(BEN, { text: 'hello' });
		await sandbox.control.idle();
		const forged = JSON.stringify(events[0].payload).replaceAll(BEN, ANA).replace('hello', 'yes');
		const post = async (address: string, headers: Record<string, string> = {}) =>
			(
				await fetch(address, {
					method: 'POST',
					headers: { 'content-type': 'application/json', ...headers },
					body: forged,
				})
			).status;
		const seconds = Math.floor(Date.now() / 1000);
		const signed = sign(Buffer.from(forged), 'f'.repeat(64), seconds);
		expect(await post(route.url)).toBe(401);
		expect(await post(route.url, { 'x-webhook-signature': signed })).toBe(401);
		expect(await post(url.replace(/signature=\w+/, `signature=${'0'.repeat(64)}`))).toBe(401);
		expect(await post(url.replace(/until=\d+/, 'until=9999999999999'))).toBe(401);
		expect(await statusOf(host(), ids[0])).toBe('waiting');

		const { events: genuine } = await sandbox.control.reply(ANA, { text: 'no' });
		await ended(host(), ids[0]);
		await sandbox.control.idle();
		const { statuses } = await sandbox.control.redeliver({
			eventId: genuine[0].event_id,
			times: 3,
			concurrency: 3,
		});
		expect(statuses).toEqual([200, 200, 200]);
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
		expect(questionsAtChert()).toEqual([]);
	});

	it('removes expired questions of this n8n, and nothing else, when the next one is asked', async () => {
		const { sandbox, n8n } = host();
		const limitWaitTime = {
			values: { limitType: 'afterTimeInterval', resumeAmount: 0.01, resumeUnit: 'minutes' },
		};
		await askByReply(host(), { options: { limitWaitTime } });
		const [{ id: expiredId, url }] = questionsAtChert();
		const foreign = url.replace(/n8n=\w+/, 'n8n=0123456789abcdef');
		await fetch(`${sandbox.apiUrl}/webhook-subscriptions`, {
			method: 'POST',
			headers: {
				authorization: `Bearer ${sandbox.signingSecret}`,
				'content-type': 'application/json',
			},
			body: JSON.stringify({ url: foreign }),
		});
		await until(() => Date.now() > Number(new URL(url).searchParams.get('until')), {
			what: 'The end of the time limit',
			timeoutMs: 5_000,
		});
		await askAgain(host(), 2);
		const left = sandbox.control.subscriptions().map(({ id }) => id);
		expect(left).not.toContain(expiredId);
		expect(questionsAtChert().map((each) => each.url)).toContain(foreign);
		expect(n8n).toBeDefined();
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

/** Publishes a workflow that asks Ana to answer in iMessage whenever its webhook is called. */
async function publishAsking(host: TestHost, parameters: IDataObject): Promise<string> {
	const asking = workflow(
		host,
		{ answerBy: 'reply', responseType: 'approval', ...parameters },
		{ isPublished: true },
	);
	const workflowId = await host.importWorkflow(asking);
	await host.n8n.rest.activate(workflowId);
	return workflowId;
}

/** Publishes such a workflow and asks that many questions. */
async function askByReply(host: TestHost, parameters: IDataObject, count = 1) {
	const workflowId = await publishAsking(host, parameters);
	const ids: string[] = [];
	for (let asked = 1; asked <= count; asked++) ids.push(await askAgain(host, asked));
	const messages = host.sandbox.control.messages().filter(({ text }) => text === QUESTION);
	return { workflowId, ids, messages };
}

/** Asks another question; gives the execution that waits for its answer. */
async function askAgain(host: TestHost, total: number): Promise<string> {
	await callWebhook(host, 'ask', {});
	await until(
		() => host.sandbox.control.messages().filter(({ text }) => text === QUESTION).length >= total,
		{ what: `Question ${total}`, timeoutMs: 20_000 },
	);
	const { results } = await host.n8n.rest.request<{ results: Execution[] }>(
		'GET',
		'/executions?limit=1',
	);
	await untilWaiting(host, results[0].id);
	return results[0].id;
}

interface AskOptions {
	rounds?: number;
	items?: number;
	isPublished?: boolean;
}

/** Runs a workflow that asks Ana, up to the first question; gives the execution and the link. */
async function askAna(
	host: TestHost,
	parameters: IDataObject,
	options: AskOptions = {},
): Promise<{ id: string; link: string }> {
	const workflowId = await host.importWorkflow(workflow(host, parameters, options));
	const id = await host.n8n.rest.run(workflowId, 'Start');
	const [link] = await questions(host, 1);
	await untilWaiting(host, id);
	return { id, link };
}

async function untilWaiting(host: TestHost, id: string): Promise<void> {
	await until(async () => (await statusOf(host, id)) === 'waiting', {
		what: `Execution ${id} waiting for an answer`,
		timeoutMs: 20_000,
	});
}

/** The links of the questions that arrived, once there are that many. */
async function questions(host: TestHost, count: number): Promise<string[]> {
	const messages = await host.sandbox.control.waitForMessages(count, { phone: ANA }, 20_000);
	return messages.map(({ text }) => /https?:\S+/.exec(text)?.[0] ?? '');
}

/** The execution once it has ended with that many answers. n8n 1 shows the status before it has stored the data. */
async function ended(
	{ n8n }: TestHost,
	id: string,
	answers = 1,
	timeoutMs = 60_000,
): Promise<Execution> {
	const isComplete = async () => {
		const execution = await n8n.rest.executionEnded(id, timeoutMs);
		return outputOf(execution, ASK).length >= answers && execution;
	};
	return await until(isComplete, { what: `Answer ${answers} in execution ${id}`, timeoutMs });
}

async function statusOf(host: TestHost, id: string): Promise<string> {
	return (await host.n8n.rest.request<Execution>('GET', `/executions/${id}`)).status;
}

async function submit(link: string, fields: Record<string, string>): Promise<Response> {
	return await fetch(link, { method: 'POST', body: new URLSearchParams(fields) });
}

function workflow(
	host: TestHost,
	parameters: IDataObject,
	{ rounds = 1, items = 1, isPublished = false }: AskOptions,
): WorkflowFile {
	const node = (name: string, type: string, typeVersion: number, parameters: IDataObject) =>
		({ id: name, name, type, typeVersion, position: [0, 0], parameters }) as unknown as INode;
	const ask = node(ASK, 'n8n-nodes-chert.chert', 1, {
		resource: 'message',
		operation: 'sendAndWait',
		recipient: 'phone',
		phone: ANA,
		message: QUESTION,
		...parameters,
	});
	ask.webhookId = 'ask-ana';
	ask.credentials = { chertApi: { id: host.credentialId, name: 'Chert account' } };
	return {
		name: 'Ask',
		settings: { executionOrder: 'v1' },
		nodes: [
			isPublished
				? {
						...node('Start', 'n8n-nodes-base.webhook', 2, { path: 'ask', httpMethod: 'POST' }),
						webhookId: 'ask',
					}
				: node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Rows', 'n8n-nodes-base.code', 2, {
				jsCode: `return Array.from({ length: ${Math.max(rounds, items)} }, (_, row) => ({ json: { row } }));`,
			}),
			node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize: items, options: {} }),
			ask,
			node('After', 'n8n-nodes-base.noOp', 1, {}),
		],
		connections: {
			Start: { main: [[{ node: 'Rows', type: 'main', index: 0 }]] },
			Rows: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
			Loop: { main: [[], [{ node: ASK, type: 'main', index: 0 }]] },
			[ASK]: { main: [[{ node: 'After', type: 'main', index: 0 }]] },
			After: { main: [[{ node: 'Loop', type: 'main', index: 0 }]] },
		},
	};
}
