import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { INodeType } from 'n8n-workflow';

import type { CustomOperation } from '../../nodes/Chert/transport';
import { declarative, runChert } from '../../test/support/engine';
import { sendItems } from './sendMethods';

/** When to measure the heap, as shares of the sent items. Each measurement stops the process for a full collection. */
const SAMPLE_POINTS = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 0.99];

const SAMPLE_POLL_MS = 20;

export interface HeapReport {
	items: number;
	/** Largest heap growth since the node started, in bytes. n8n and the input are not part of it. */
	peakBytes: number;
	/** Heap growth at the end of the node, in bytes: its output items. */
	outputBytes: number;
}

type BuiltNode = INodeType & {
	customOperations: Record<'message', Record<'send', CustomOperation>>;
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapInUse(): number {
	collect();
	return process.memoryUsage().heapUsed;
}

/** The built node: tsx names every function of the sources, which takes additional memory. */
function builtNode(): BuiltNode {
	// eslint-disable-next-line @typescript-eslint/no-require-imports
	const { Chert } = require('../../dist/nodes/Chert/Chert.node.js') as {
		Chert: new () => BuiltNode;
	};
	const node = new Chert();
	declarative(node);
	return node;
}

/**
 * Runs the node on n8n's engine in this process and measures the heap.
 * @param apiUrl base URL of the send server
 * @param sentCount returns how many messages the server has received
 * @param counts items of each run
 */
export async function measureHeap(
	apiUrl: string,
	sentCount: () => Promise<number>,
	counts: number[],
): Promise<HeapReport[]> {
	const credential = {
		authentication: 'bearer',
		signingSecret: '0123456789abcdef0123456789abcdef',
		tenant: '',
		baseUrl: apiUrl,
	};
	const parameters = {
		resource: 'message',
		operation: 'send',
		phone: '={{ $json.phone }}',
		body: '={{ $json.body }}',
	};
	const nodeType = builtNode();
	const { send } = nodeType.customOperations.message;
	let startBytes = 0;
	let endBytes = 0;
	nodeType.customOperations.message.send = async function () {
		startBytes = heapInUse();
		const output = await send.call(this);
		endBytes = heapInUse();
		return output;
	};
	const run = async (count: number) =>
		await runChert(parameters, { nodeType, credential, items: sendItems(count) });
	await run(100);

	const reports: HeapReport[] = [];
	for (const count of counts) {
		const sentBefore = await sentCount();
		let peakBytes = 0;
		let isDone = false;
		const sampleHeap = async () => {
			for (const share of SAMPLE_POINTS) {
				// The node has read all items before it sends the first one.
				while (!isDone && (await sentCount()) - sentBefore <= count * share)
					await sleep(SAMPLE_POLL_MS);
				if (isDone) return;
				peakBytes = Math.max(peakBytes, heapInUse());
			}
		};
		const sampling = sampleHeap();
		const result = await run(count);
		isDone = true;
		await sampling;
		if (result.error) throw result.error;
		reports.push({
			items: result.items.length,
			peakBytes: Math.max(peakBytes, endBytes) - startBytes,
			outputBytes: endBytes - startBytes,
		});
	}
	return reports;
}
