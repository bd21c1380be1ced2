import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { INodeExecutionData } from 'n8n-workflow';
import { startN8n } from '../hosts/n8n';
import { hostVersion, nodeOf } from '../hosts/versions';
import {
	collectGarbage,
	growth,
	held,
	keepCollecting,
	samplerEnvironment,
	type Growth,
} from './memory';
import { executeNode, type NodeSpec } from './nodeExecution';

/** Includes the last samples: garbage of the transfer counts too. */
const TRAILING_MS = 50;

export interface Transfer extends Growth {
	milliseconds: number;
	/** Buffers in use during a repetition, without garbage, in bytes. */
	held: number;
}

interface Span {
	/** Milliseconds since 1970. */
	from: number;
	to: number;
}

/** Warms up, measures a transfer, and repeats it to measure the Buffers in use. */
async function measure(
	samples: string,
	warmUp: () => Promise<Span>,
	transfer: () => Promise<Span>,
): Promise<Transfer> {
	await warmUp();
	await collectGarbage(samples);
	const { from, to } = await transfer();
	const grown = await growth(samples, from, to + TRAILING_MS);
	keepCollecting(samples);
	await collectGarbage(samples);
	const repetition = await transfer();
	return {
		milliseconds: to - from,
		...grown,
		held: await held(samples, repetition.from, repetition.to),
	};
}

/** One node, and its input. */
export interface Step {
	items: INodeExecutionData[];
	node: NodeSpec;
}

/** Measures a step in a new n8n process. */
export async function measureInN8n(home: string, warmUp: Step, step: Step): Promise<Transfer> {
	const folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));
	const samples = join(folder, 'samples.jsonl');
	const n8n = await startN8n({ home, env: samplerEnvironment(samples, '/bin/n8n') });
	try {
		const run = async ({ node, items }: Step): Promise<Span> => {
			const { startTime, executionTime } = await executeNode(n8n, node, items);
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
	/** Path of the file to read or write. */
	file: string;
	url: string;
	headers: Record<string, string>;
}

/** Measures the same transfer with undici, on n8n's Node.js. */
export async function measureUndici(warmUp: RawTransfer, transfer: RawTransfer): Promise<Transfer> {
	const folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));
	const samples = join(folder, 'samples.jsonl');
	const script = join(__dirname, 'undiciTransfer.cjs');
	const child = spawn(nodeOf(hostVersion('n8n-2')), [script], {
		env: { ...process.env, ...samplerEnvironment(samples, '/undiciTransfer.cjs') },
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const responses = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const run = async (request: RawTransfer): Promise<Span> => {
		child.stdin.write(`${JSON.stringify(request)}\n`);
		const { value, done } = await responses.next();
		if (done) throw new Error(`undici's ${request.direction} failed`);
		return JSON.parse(value) as Span;
	};
	try {
		return await measure(
			samples,
			async () => await run(warmUp),
			async () => await run(transfer),
		);
	} finally {
		child.stdin.end();
		child.kill();
		if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
		rmSync(folder, { recursive: true, force: true });
	}
}
