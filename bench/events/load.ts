/**
 * What a delivery costs: this trigger, n8n's Webhook node, and Webhook with a Code node that verifies the same
 * signature, on one n8n, by turns.
 *
 *   npm run bench:load -- [--engine vm|legacy] [--lazy] [--deliveries 200] [--connections 1,10,50]
 *
 * Prints accepted deliveries per second, the time to the acknowledgement, and the processor time of n8n per delivery,
 * its run included.
 */
import { Command } from 'commander';
import { Agent, request } from 'undici';

import { chertCredential } from '../../hosts/chertCredential';
import { startN8n, type N8n } from '../../hosts/n8n';
import { until } from '../../hosts/ready';
import { sign } from '../../nodes/shared/subscription/signature';
import { REMEMBERED_EVENTS } from '../../nodes/shared/events/claims';
import { startSandbox, type Sandbox } from '../../sandbox';
import { parseCount } from '../arguments';
import { cpuSecondsOf } from './cpu';
import { deliveryBody } from './sender';
import { receivingWorkflow, webhookAndCodeWorkflow, webhookWorkflow } from './workflows';

const CODE_SECRET = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const WARM_UP = 30;
const DRAIN_TIMEOUT_MS = 10 * 60_000;

interface Options {
	engine: string;
	lazy?: boolean;
	deliveries: number;
	connections: number[];
	rounds: number;
}

interface Receiver {
	name: string;
	url: string;
	secret: string;
	workflowId: string;
}

interface Measurement {
	seconds: number;
	latencies: number[];
	cpuSeconds: number;
	deliveries: number;
}

async function prepareReceivers(n8n: N8n, sandbox: Sandbox): Promise<Receiver[]> {
	const { rest, url } = n8n;
	const credentialId = await rest.createCredential(chertCredential(sandbox));
	const activate = async (file: Parameters<typeof rest.importWorkflow>[0]) => {
		const id = await rest.importWorkflow(file);
		await rest.activate(id);
		return id;
	};
	const chert = await activate(receivingWorkflow(credentialId));
	const [subscription] = sandbox.control.subscriptions();
	return [
		{
			name: 'Chert Trigger',
			url: subscription.url,
			secret: subscription.secret,
			workflowId: chert,
		},
		{
			name: 'Webhook',
			url: `${url}/webhook/plain`,
			secret: CODE_SECRET,
			workflowId: await activate(webhookWorkflow('plain')),
		},
		{
			name: 'Webhook + Code',
			url: `${url}/webhook/code`,
			secret: CODE_SECRET,
			workflowId: await activate(webhookAndCodeWorkflow('code', CODE_SECRET)),
		},
	];
}

let nextEvent = 1;

async function post(agent: Agent, { name, url, secret }: Receiver): Promise<number> {
	const body = deliveryBody(`chert:msg:load-${nextEvent++}`);
	const headers = {
		'content-type': 'application/json',
		'x-webhook-signature': sign(body, secret, Math.floor(Date.now() / 1000)),
	};
	const started = performance.now();
	const response = await request(url, { method: 'POST', headers, body, dispatcher: agent });
	await response.body.dump();
	if (response.statusCode !== 200) throw new Error(`${name} responded with ${response.statusCode}`);
	return performance.now() - started;
}

/** Waits until every run has ended, so that its cost counts for the delivery that started it. */
async function drained(n8n: N8n, { workflowId }: Receiver): Promise<void> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status: ['new', 'running'] }));
	const isDrained = async () => {
		const { results } = await n8n.rest.request<{ results: unknown[] }>(
			'GET',
			`/executions?filter=${filter}&limit=1`,
		);
		return results.length === 0;
	};
	await until(isDrained, { what: 'The end of all runs', timeoutMs: DRAIN_TIMEOUT_MS });
}

async function measure(
	n8n: N8n,
	receiver: Receiver,
	connections: number,
	deliveries: number,
): Promise<Measurement> {
	const agent = new Agent({ connections, pipelining: 1 });
	const latencies: number[] = [];
	const cpuBefore = cpuSecondsOf(n8n.home);
	const started = performance.now();
	let left = deliveries;
	const connection = async () => {
		while (left-- > 0) latencies.push(await post(agent, receiver));
	};
	await Promise.all(Array.from({ length: connections }, connection));
	const seconds = (performance.now() - started) / 1000;
	await drained(n8n, receiver);
	await agent.close();
	return { seconds, latencies, cpuSeconds: cpuSecondsOf(n8n.home) - cpuBefore, deliveries };
}

const percentile = (values: number[], share: number) =>
	[...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

function report(
	name: string,
	connections: number,
	rounds: Measurement[],
): Record<string, string | number> {
	const latencies = rounds.flatMap((round) => round.latencies);
	const total = (pick: (round: Measurement) => number) =>
		rounds.reduce((sum, round) => sum + pick(round), 0);
	const deliveries = total((round) => round.deliveries);
	return {
		receiver: name,
		connections,
		'accepted/s': Number((deliveries / total((round) => round.seconds)).toFixed(1)),
		'p50 ms': Math.round(percentile(latencies, 0.5)),
		'p99 ms': Math.round(percentile(latencies, 0.99)),
		'CPU ms/delivery': Number(
			((total((round) => round.cpuSeconds) * 1000) / deliveries).toFixed(1),
		),
	};
}

async function run({
	engine,
	lazy = false,
	deliveries,
	connections,
	rounds,
}: Options): Promise<void> {
	const sandbox = await startSandbox({ recordBodies: false });
	const env = {
		N8N_EXPRESSION_ENGINE: engine,
		N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: String(lazy),
		NODE_FUNCTION_ALLOW_BUILTIN: 'crypto',
	};
	const n8n = await startN8n({ env, withChert: true });
	try {
		const receivers = await prepareReceivers(n8n, sandbox);
		await measure(n8n, receivers[0], 50, REMEMBERED_EVENTS);
		process.stderr.write('the memory of the Chert Trigger is full, as it is in use\n');
		for (const receiver of receivers) await measure(n8n, receiver, 5, WARM_UP);
		const rows = [];
		for (const count of connections) {
			const measured = new Map<Receiver, Measurement[]>(
				receivers.map((receiver) => [receiver, []]),
			);
			for (let round = 0; round < rounds; round++) {
				for (const receiver of receivers)
					measured
						.get(receiver)!
						.push(await measure(n8n, receiver, count, Math.ceil(deliveries / rounds)));
			}
			for (const receiver of receivers)
				rows.push(report(receiver.name, count, measured.get(receiver)!));
			process.stderr.write(`${count} connections done\n`);
		}
		console.log(
			`expression engine ${engine}${lazy ? ' with isolates made when needed' : ''}, ${deliveries} deliveries of 1 kB each`,
		);
		console.table(rows);
	} finally {
		await n8n.stop();
		await sandbox.close();
	}
}

void new Command()
	.description("Compares what a delivery costs with the Chert Trigger and with n8n's Webhook node")
	.option('--engine <name>', 'expression engine of n8n: vm or legacy', 'vm')
	.option(
		'--lazy',
		'let the vm engine create an isolate only when an expression needs it (N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE)',
	)
	.option('--deliveries <count>', 'for each receiver and number of connections', parseCount, 200)
	.option(
		'--connections <list>',
		'numbers of connections',
		(list: string) => list.split(',').map(parseCount),
		[1, 10, 50],
	)
	.option('--rounds <count>', 'turns that the receivers take', parseCount, 4)
	.action(run)
	.parseAsync();
