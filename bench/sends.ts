/**
 * `npm run bench:sends`: what a send costs n8n with the Chert node, with the HTTP Request node and without n8n, and how
 * the cost grows with the number of items. One n8n and one server, which responds after 5 ms, serve all measurements.
 */
import { Command, Option } from 'commander';

import { startN8n } from '../hosts/n8n';
import { parseCount } from './arguments';
import { median } from './median';
import { measureHeap, type HeapReport } from './sends/heap';
import { sendMethods, type SendMethod } from './sends/sendMethods';
import { startServerProcess } from './serverProcess';

/** Messages of one measurement. */
const COUNT = 1000;

/** Messages sent before the first measurement, so that everything is loaded and compiled. */
const WARM_UP = 200;

const GROWTH = [1000, 50_000];

/** `bytesPerFurtherItem`: growth of the memory peak, without the input and output items. */
const GOALS = { timesHttpRequest: 3, timesUndici: 2.5, perItem: 1.2, bytesPerFurtherItem: 32 };

const { runs, growth, engine } = new Command('bench:sends')
	.description('Measures what a send costs n8n.')
	.option('--runs <number>', 'measurements of each method; the median counts', parseCount, 5)
	.option('--no-growth', 'skip the measurements with 50,000 items')
	.addOption(
		new Option('--engine <name>', "n8n's expression engine")
			.choices(['vm', 'legacy'])
			.default('vm'),
	)
	.parse()
	.opts<{ runs: number; growth: boolean; engine: string }>();

/** Milliseconds per 1,000 sends for each method. The methods alternate, so that other load affects all of them. */
async function compare(methods: SendMethod[]): Promise<number[]> {
	for (const { send } of methods) await send(WARM_UP);
	const times = methods.map((): number[] => []);
	for (let run = 0; run < runs; run++) {
		for (const [index, { send }] of methods.entries()) times[index].push(await send(COUNT));
	}
	return times.map((each) => (median(each) / COUNT) * 1000);
}

function printGoal(name: string, figure: number, limit: number, isMet: boolean): void {
	console.log(`${isMet ? 'met    ' : 'NOT met'}  ${name}: ${figure.toFixed(2)} (goal: ${limit})`);
	if (!isMet) process.exitCode = 1;
}

function printHeap(reports: HeapReport[]): void {
	const overhead = reports.map(({ peakBytes, outputBytes }) => peakBytes - outputBytes);
	console.table(
		reports.map(({ items, outputBytes }, index) => ({
			items,
			'output, MB': Number((outputBytes / 1e6).toFixed(1)),
			'peak without input and output, MB': Number((overhead[index] / 1e6).toFixed(1)),
		})),
	);
	const [few, many] = reports;
	const perItem = (overhead[1] - overhead[0]) / (many.items - few.items);
	const goal = GOALS.bytesPerFurtherItem;
	printGoal('bytes of peak memory per further item', perItem, goal, perItem <= goal);
}

/** Compares the time per item for few and many items. */
async function compareCounts({ send }: SendMethod): Promise<void> {
	const perItem: number[] = [];
	for (const count of GROWTH) {
		const times: number[] = [];
		const rounds = count > COUNT ? 1 : runs;
		for (let round = 0; round < rounds; round++) times.push((await send(count)) / count);
		perItem.push(median(times));
	}
	console.table(
		GROWTH.map((items, index) => ({ items, 'ms per item': Number(perItem[index].toFixed(3)) })),
	);
	const ratio = perItem[1] / perItem[0];
	printGoal(
		'times the time per item at 50,000 items',
		ratio,
		GOALS.perItem,
		ratio <= GOALS.perItem,
	);
}

async function main(): Promise<void> {
	const server = await startServerProcess('bench/sends/sendServer.ts', '/sent');
	const apiUrl = `${server.origin}/api/v1`;
	const sentCount = async () => {
		const response = await fetch(`${server.origin}/sent`);
		return ((await response.json()) as { sent: number }).sent;
	};
	const n8n = await startN8n({ env: { N8N_EXPRESSION_ENGINE: engine }, withChert: true });
	try {
		const methods = await sendMethods(n8n, apiUrl);
		const list = Object.values(methods);
		const times = await compare(list);
		console.table(
			list.map(({ name }, index) => ({
				method: name,
				'ms per 1,000 sends': Math.round(times[index]),
			})),
		);
		const [bearer, hmac, httpBearer, , , undici] = times;
		const slower = Math.max(bearer, hmac);
		const timesHttp = httpBearer / slower;
		const timesUndici = slower / undici;
		const { timesHttpRequest: minHttp, timesUndici: maxUndici } = GOALS;
		printGoal('times faster than the HTTP Request node', timesHttp, minHttp, timesHttp >= minHttp);
		printGoal('times the time of undici', timesUndici, maxUndici, timesUndici <= maxUndici);

		if (growth) {
			await compareCounts(methods.bearer);
			printHeap(await measureHeap(apiUrl, sentCount, GROWTH));
		}
	} finally {
		await n8n.stop();
		await server.close();
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
