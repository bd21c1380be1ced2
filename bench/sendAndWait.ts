/**
 * What Send and Wait for Response costs when people answer in iMessage.
 *
 *   npm run bench:sendAndWait -- [--engine vm|legacy] [--open 1,100,1000] [--messages 60] [--people 100] [--single 20]
 *
 * Prints the processor time of n8n for a message that answers nothing, by the number of open questions; how many of
 * the people who answer at the same moment are heard, and how often; and the time from an answer to the next node.
 */
import { Command } from 'commander';

import { chertCredential } from '../hosts/chertCredential';
import { startN8n, type N8n } from '../hosts/n8n';
import { until } from '../hosts/ready';
import { failureOf, outputOf, type ExecutionSummary, type WorkflowFile } from '../hosts/rest';
import { startSandbox, type Sandbox } from '../sandbox';
import { parseCount } from './arguments';
import { cpuSecondsOf } from './events/cpu';
import { median } from './median';

const STRANGER = '+15550199999';
const WARM_UP = 30;
const ROUNDS = 3;
const WAIT_MS = 10 * 60_000;

interface Options {
	engine: string;
	open: number[];
	messages: number;
	people: number;
	single: number;
}

interface Bench {
	n8n: N8n;
	sandbox: Sandbox;
	workflowId: string;
}

const phoneOf = (index: number) => `+1555${String(1_000_000 + index)}`;

/** Asks the person whose number its webhook gets, and goes on to the node After. */
function askingWorkflow(credentialId: string): WorkflowFile {
	return {
		name: 'Ask',
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				id: 'start',
				name: 'Start',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				webhookId: 'ask',
				parameters: { path: 'ask', httpMethod: 'POST' },
			},
			{
				id: 'ask',
				name: 'Ask',
				type: 'n8n-nodes-chert.chert',
				typeVersion: 1,
				position: [200, 0],
				webhookId: 'answers',
				parameters: {
					resource: 'message',
					operation: 'sendAndWait',
					recipient: 'phone',
					phone: '={{ $json.body.phone }}',
					message: 'Is it fine?',
					answerBy: 'reply',
				},
				credentials: { chertApi: { id: credentialId, name: 'Chert account' } },
			},
			{
				id: 'after',
				name: 'After',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [400, 0],
				parameters: {},
			},
		],
		connections: {
			Start: { main: [[{ node: 'Ask', type: 'main', index: 0 }]] },
			Ask: { main: [[{ node: 'After', type: 'main', index: 0 }]] },
		},
	};
}

async function countOf({ n8n, workflowId }: Bench, status: string): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status: [status] }));
	const { count } = await n8n.rest.request<{ count: number; results: ExecutionSummary[] }>(
		'GET',
		`/executions?filter=${filter}&limit=1`,
	);
	return count;
}

/** Asks all of them, and waits until their executions wait. */
async function ask(bench: Bench, phones: string[]): Promise<void> {
	const expected = (await countOf(bench, 'waiting')) + phones.length;
	for (const phone of phones) {
		const response = await fetch(`${bench.n8n.url}/webhook/ask`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ phone }),
		});
		if (!response.ok) throw new Error(`n8n responded with ${response.status}`);
	}
	await until(async () => (await countOf(bench, 'waiting')) === expected, {
		what: `${expected} open questions`,
		timeoutMs: WAIT_MS,
	});
}

const questionsAtChert = ({ sandbox }: Bench) =>
	sandbox.control.subscriptions().filter(({ url }) => url.includes('/webhook-waiting/'));

async function callChert({ sandbox }: Bench, method: string, path: string, body?: object) {
	const response = await fetch(`${sandbox.apiUrl}${path}`, {
		method,
		headers: {
			authorization: `Bearer ${sandbox.signingSecret}`,
			'content-type': 'application/json',
		},
		body: body && JSON.stringify(body),
	});
	return (await response.json()) as { subscription?: { id: string } };
}

/** Copies the record of the one open question for other people, so that this many are open. */
async function openQuestions(bench: Bench, count: number): Promise<string[]> {
	const [{ url }] = questionsAtChert(bench);
	const ids: string[] = [];
	for (let index = 1; index < count; index++) {
		const copy = new URL(url);
		copy.searchParams.set('phone', phoneOf(100_000 + index));
		const created = await callChert(bench, 'POST', '/webhook-subscriptions', { url: copy.href });
		const id = created.subscription?.id ?? '';
		await callChert(bench, 'PATCH', `/webhook-subscriptions/${id}`, { is_active: false });
		ids.push(id);
	}
	return ids;
}

async function strangerMessages({ n8n, sandbox }: Bench, count: number): Promise<number> {
	const before = cpuSecondsOf(n8n.home);
	for (let sent = 0; sent < count; sent++) {
		await sandbox.control.reply(STRANGER, { text: `Hello ${sent}` });
		await sandbox.control.idle();
	}
	return ((cpuSecondsOf(n8n.home) - before) * 1000) / count;
}

async function measureStrangers(bench: Bench, { open, messages }: Options) {
	await ask(bench, [phoneOf(0)]);
	await strangerMessages(bench, WARM_UP);
	const measured = new Map<number, number[]>(open.map((count) => [count, []]));
	for (let round = 0; round < ROUNDS; round++) {
		for (const count of open) {
			const copies = await openQuestions(bench, count);
			measured.get(count)?.push(await strangerMessages(bench, Math.ceil(messages / ROUNDS)));
			for (const id of copies) await callChert(bench, 'DELETE', `/webhook-subscriptions/${id}`);
		}
	}
	return open.map((count) => ({
		'open questions': count,
		'CPU ms per message': Number(median(measured.get(count) ?? []).toFixed(1)),
	}));
}

/** Everybody answers at the same moment. */
async function measurePeople(bench: Bench, { people }: Options) {
	const { n8n, sandbox } = bench;
	const phones = Array.from({ length: people }, (_, index) => phoneOf(1_000 + index));
	const before = await countOf(bench, 'success');
	const earlier = new Set((await n8n.rest.executions(bench.workflowId)).map(({ id }) => id));
	await ask(bench, phones);
	const started = performance.now();
	await Promise.all(
		phones.map(async (phone) => await sandbox.control.reply(phone, { text: 'yes' })),
	);
	await sandbox.control.idle();
	await until(async () => (await countOf(bench, 'success')) >= before + people, {
		what: `The answers of ${people} people`,
		timeoutMs: WAIT_MS,
	}).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
	const seconds = (performance.now() - started) / 1000;
	const executions = await n8n.rest.executions(bench.workflowId);
	const ended = await Promise.all(
		executions
			.filter(({ id, status }) => status === 'success' && !earlier.has(id))
			.map(async ({ id }) => await n8n.rest.execution(id)),
	);
	const heard = ended.filter(
		(execution) => failureOf(execution) === '' && outputOf(execution, 'After').length === 1,
	);
	const deliveries = sandbox.control
		.eventRows()
		.filter(({ payload }) => phones.some((phone) => JSON.stringify(payload).includes(phone)));
	const attempts = deliveries.reduce((sum, row) => sum + row.delivery.attempts.length, 0);
	return { people, 'went on once': heard.length, seconds: Math.round(seconds * 10) / 10, attempts };
}

/** One at a time, with nothing else to do for n8n. */
async function measureLatency(bench: Bench, { single }: Options) {
	const latencies: number[] = [];
	for (let index = 0; index < single; index++) {
		const phone = phoneOf(10_000 + index);
		await ask(bench, [phone]);
		const [{ id }] = await bench.n8n.rest.executions(bench.workflowId);
		const answeredAt = Date.now();
		await bench.sandbox.control.reply(phone, { text: 'yes' });
		const { data } = await bench.n8n.rest.executionEnded(id);
		latencies.push((data.resultData.runData.After?.[0].startTime ?? NaN) - answeredAt);
		await bench.sandbox.control.idle();
	}
	return { answers: single, 'median ms': median(latencies), 'longest ms': Math.max(...latencies) };
}

async function run(options: Options): Promise<void> {
	const sandbox = await startSandbox({ recordBodies: false });
	const env = { N8N_EXPRESSION_ENGINE: options.engine };
	const n8n = await startN8n({ env, withChert: true });
	try {
		const credentialId = await n8n.rest.createCredential(chertCredential(sandbox));
		const workflowId = await n8n.rest.importWorkflow(askingWorkflow(credentialId));
		await n8n.rest.activate(workflowId);
		const bench = { n8n, sandbox, workflowId };
		console.log(`expression engine ${options.engine}`);
		console.table(await measureStrangers(bench, options));
		console.table([await measureLatency(bench, options)]);
		console.table([await measurePeople(bench, options)]);
	} finally {
		await n8n.stop();
		await sandbox.close();
	}
}

const parseCounts = (list: string) => list.split(',').map(parseCount);

void new Command()
	.description('Measures what answers in iMessage cost')
	.option('--engine <name>', 'expression engine of n8n: vm or legacy', 'vm')
	.option('--open <list>', 'numbers of open questions', parseCounts, [1, 100, 1000])
	.option('--messages <count>', 'messages for each number of open questions', parseCount, 60)
	.option('--people <count>', 'people who answer at the same moment', parseCount, 100)
	.option('--single <count>', 'answers one at a time', parseCount, 20)
	.action(run)
	.parseAsync();
