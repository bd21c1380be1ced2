import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { startN8n, type N8n } from '../hosts/n8n';
import { failureOf, outputOf, type Execution } from '../hosts/rest';
import { hostVersion, nodeOf } from '../hosts/versions';
import { OWNER } from '../test/support/stage';
import {
	collectGarbage,
	growth,
	held,
	keepCollecting,
	samplerEnvironment,
	type Growth,
} from './memory';

/** What a transfer leaves to the garbage collector still counts; samples come every few milliseconds. */
const AFTERGLOW_MS = 50;

export interface Transfer extends Growth {
	milliseconds: number;
	/** Buffers that could not be freed while the same was done again, in bytes */
	held: number;
}

interface Span {
	/** milliseconds since 1970 */
	from: number;
	to: number;
}

/** Warms up, measures, and does the same once more to see what is held. */
async function measure(
	samples: string,
	warmUp: () => Promise<Span>,
	transfer: () => Promise<Span>,
): Promise<Transfer> {
	await warmUp();
	await collectGarbage(samples);
	const { from, to } = await transfer();
	const grown = await growth(samples, from, to + AFTERGLOW_MS);
	keepCollecting(samples);
	await collectGarbage(samples);
	const again = await transfer();
	return { milliseconds: to - from, ...grown, held: await held(samples, again.from, again.to) };
}

/** A node of a workflow, as its JSON has it. */
export interface NodeSpec {
	type: string;
	typeVersion: number;
	parameters: IDataObject;
	credentials?: IDataObject;
}

/** One step: what goes in, and the node that works on it. */
export interface Step {
	items: INodeExecutionData[];
	node: NodeSpec;
}

const NODE = 'Node';
const START = 'Start';

/** Runs one node on one item list in a workflow of its own, as the editor's button does. */
export async function runNode(n8n: N8n, { items, node }: Step): Promise<Execution> {
	const workflowId = await n8n.rest.importWorkflow({
		name: 'Bench',
		nodes: [
			{
				id: 'start',
				name: START,
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{ id: 'node', name: NODE, position: [200, 0], ...node } as never,
		],
		connections: { [START]: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		pinData: { [START]: items },
	});
	const execution = await n8n.rest.executionEnded(
		await n8n.rest.run(workflowId, START),
		10 * 60_000,
	);
	const failure = failureOf(execution);
	if (failure) throw new Error(failure);
	return execution;
}

export const outputOfNode = (execution: Execution) => outputOf(execution, NODE);

/** Starts n8n on a home and signs in. */
export async function startSignedIn(home: string, env: Record<string, string> = {}): Promise<N8n> {
	const n8n = await startN8n({ home, env });
	await n8n.rest.signIn(OWNER);
	return n8n;
}

/** Runs a warm-up and then the step to be measured, in an n8n that was started for nothing else. */
export async function measureInN8n(home: string, warmUp: Step, step: Step): Promise<Transfer> {
	const folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));
	const samples = join(folder, 'samples.jsonl');
	const n8n = await startSignedIn(home, samplerEnvironment(samples, '/bin/n8n'));
	try {
		const run = async (what: Step): Promise<Span> => {
			const execution = await runNode(n8n, what);
			const [{ startTime, executionTime }] = execution.data.resultData.runData[NODE];
			return { from: startTime, to: startTime + executionTime };
		};
		return await measure(
			samples,
			async () => await run(warmUp),
			async () => await run(step),
		);
	} finally {
		await n8n.stop({ keepHome: true });
		rmSync(folder, { recursive: true, force: true });
	}
}

export interface RawTransfer {
	direction: 'upload' | 'download';
	/** Path of the file to read, or to write. */
	file: string;
	url: string;
	headers: Record<string, string>;
}

/** The same with undici, on the Node.js that n8n runs on. */
export async function measureUndici(warmUp: RawTransfer, transfer: RawTransfer): Promise<Transfer> {
	const folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));
	const samples = join(folder, 'samples.jsonl');
	const script = join(__dirname, 'undiciTransfer.cjs');
	const child = spawn(nodeOf(hostVersion('n8n-2')), [script], {
		env: { ...process.env, ...samplerEnvironment(samples, '/undiciTransfer.cjs') },
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const ask = async (order: RawTransfer): Promise<Span> => {
		child.stdin.write(`${JSON.stringify(order)}\n`);
		const { value, done } = await answers.next();
		if (done) throw new Error(`undici could not ${order.direction}`);
		return JSON.parse(value) as Span;
	};
	try {
		return await measure(
			samples,
			async () => await ask(warmUp),
			async () => await ask(transfer),
		);
	} finally {
		child.stdin.end();
		child.kill();
		if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
		rmSync(folder, { recursive: true, force: true });
	}
}
