import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { runChert, type Input } from '../../test/support/engine';

/** Looks at the heap in the course of one run; each stops the process for a full collection. */
const LOOKS = 8;

export interface HeapReport {
	items: number;
	/** Bytes in use above the input items, at the highest of all looks. */
	highestBytes: number;
	/** Bytes in use above the input items once the node has ended: its output items. */
	outputBytes: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapInUse(): number {
	collect();
	return process.memoryUsage().heapUsed;
}

/**
 * Runs the node on n8n's engine in this process and looks at what it keeps in memory.
 *
 * @param server answers sends, and tells how many it has answered
 */
export async function measureHeap(server: { apiUrl: string; sent(): Promise<number> }, counts: number[]): Promise<HeapReport[]> {
	const credential = { authentication: 'bearer', signingSecret: '0123456789abcdef0123456789abcdef', tenant: '', baseUrl: server.apiUrl };
	const parameters = { resource: 'message', operation: 'send', phone: '={{ $json.phone }}', body: '={{ $json.body }}' };
	const run = async (items: Input[]) => await runChert(parameters, { credential, items });
	await run(itemsOf(100));

	const reports: HeapReport[] = [];
	for (const count of counts) {
		const items = itemsOf(count);
		const before = heapInUse();
		const sentBefore = await server.sent();
		let highest = before;
		let isOver = false;
		const watch = async () => {
			for (let look = 0; look < LOOKS && !isOver; look++) {
				while (!isOver && (await server.sent()) - sentBefore < (count / LOOKS) * look) await pause();
				highest = Math.max(highest, heapInUse());
			}
		};
		const watching = watch();
		const result = await run(items);
		isOver = true;
		await watching;
		if (result.error) throw result.error;
		const end = heapInUse();
		reports.push({ items: result.items.length, highestBytes: Math.max(highest, end) - before, outputBytes: end - before });
	}
	return reports;
}

const pause = async () => await new Promise((resolve) => setTimeout(resolve, 20));

function itemsOf(count: number): Input[] {
	return Array.from({ length: count }, (_, index) => ({
		json: { phone: `+1555${String(index).padStart(7, '0')}`, body: `Thanks for having us in today! #${index}` },
	}));
}
