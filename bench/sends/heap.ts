import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { INodeType } from 'n8n-workflow';

import type { CustomOperation } from '../../nodes/Chert/transport';
import { declarative, runChert, type Input } from '../../test/support/engine';

/** When the heap is looked at in the course of a run, as shares of the answers; each look stops the process for a full collection. */
const LOOKS = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 0.99];

export interface HeapReport {
	items: number;
	/** Bytes in use above those when the node began, which are n8n's and the input's: the highest of all looks. */
	peakBytes: number;
	/** The same when the node has ended: its output items. */
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

/** The node of the package: what runs the sources for this bench gives every function a name, which takes memory of its own. */
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
 * Runs the node on n8n's engine in this process and looks at what it keeps in memory.
 *
 * @param server answers sends, and tells how many it has answered
 */
export async function measureHeap(
	server: { apiUrl: string; sent(): Promise<number> },
	counts: number[],
): Promise<HeapReport[]> {
	const credential = {
		authentication: 'bearer',
		signingSecret: '0123456789abcdef0123456789abcdef',
		tenant: '',
		baseUrl: server.apiUrl,
	};
	const parameters = {
		resource: 'message',
		operation: 'send',
		phone: '={{ $json.phone }}',
		body: '={{ $json.body }}',
	};
	const nodeType = builtNode();
	const { send } = nodeType.customOperations.message;
	let begin = 0;
	let end = 0;
	nodeType.customOperations.message.send = async function () {
		begin = heapInUse();
		const output = await send.call(this);
		end = heapInUse();
		return output;
	};
	const run = async (items: Input[]) => await runChert(parameters, { nodeType, credential, items });
	await run(itemsOf(100));

	const reports: HeapReport[] = [];
	for (const count of counts) {
		const sentBefore = await server.sent();
		let peak = 0;
		let isOver = false;
		const watch = async () => {
			for (const share of LOOKS) {
				// From the first answer on: all items are read by then.
				while (!isOver && (await server.sent()) - sentBefore <= count * share) await pause();
				if (isOver) return;
				peak = Math.max(peak, heapInUse());
			}
		};
		const watching = watch();
		const result = await run(itemsOf(count));
		isOver = true;
		await watching;
		if (result.error) throw result.error;
		reports.push({
			items: result.items.length,
			peakBytes: Math.max(peak, end) - begin,
			outputBytes: end - begin,
		});
	}
	return reports;
}

const pause = async () => await new Promise((resolve) => setTimeout(resolve, 20));

function itemsOf(count: number): Input[] {
	return Array.from({ length: count }, (_, index) => ({
		json: {
			phone: `+1555${String(index).padStart(7, '0')}`,
			body: `Thanks for having us in today! #${index}`,
		},
	}));
}
