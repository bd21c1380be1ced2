/**
 * `npm run bench:sends`: what a send costs n8n, through the Chert node, through the HTTP Request node and without n8n; and
 * how that grows with the number of items. All of it on one n8n, in one run, against one server that answers after 5 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command, Option } from 'commander';

import { startN8n } from '../hosts/n8n';
import { installPackage, packPackage } from '../hosts/package';
import { OWNER } from '../test/support/stage';
import { positive } from './arguments';
import { median } from './median';
import { measureHeap, type HeapReport } from './sends/heap';
import { senders, type Sender } from './sends/senders';
import { startSendServer } from './sends/serverProcess';

/** Messages of one measurement. */
const COUNT = 1000;

/** Loads what is loaded at the first use only. */
const WARM_UP = 200;

const GROWTH = [1000, 50_000];

/** Bytes for each further item, by which the peak of memory is above that of input and output: a few words to find it by. */
const GOALS = { timesHttpRequest: 3, timesUndici: 2.5, perItem: 1.2, bytesPerFurtherItem: 32 };

const { runs, growth, engine } = new Command('bench:sends')
	.description('Measures what a send costs n8n.')
	.option(
		'--runs <number>',
		'measurements of each sender, in turn; their median counts',
		positive,
		5,
	)
	.option('--no-growth', 'leave out the growth to 50,000 items')
	.addOption(
		new Option('--engine <name>', "n8n's expression engine")
			.choices(['vm', 'legacy'])
			.default('vm'),
	)
	.parse()
	.opts<{ runs: number; growth: boolean; engine: string }>();

/** Milliseconds per 1,000 sends, by sender: each in turn, so that whatever else the machine does hits all of them. */
async function compare(all: Sender[]): Promise<number[]> {
	for (const { send } of all) await send(WARM_UP);
	const times = all.map((): number[] => []);
	for (let run = 0; run < runs; run++) {
		for (const [index, { send }] of all.entries()) times[index].push(await send(COUNT));
	}
	return times.map((each) => (median(each) / COUNT) * 1000);
}

function goal(what: string, figure: number, limit: number, isMet: boolean): void {
	console.log(`${isMet ? 'met    ' : 'NOT met'}  ${what}: ${figure.toFixed(2)} (goal: ${limit})`);
	if (!isMet) process.exitCode = 1;
}

function judgeHeap(reports: HeapReport[]): void {
	const above = reports.map(({ peakBytes, outputBytes }) => peakBytes - outputBytes);
	console.table(
		reports.map(({ items, outputBytes }, index) => ({
			items,
			'output, MB': Number((outputBytes / 1e6).toFixed(1)),
			'peak above input and output, MB': Number((above[index] / 1e6).toFixed(1)),
		})),
	);
	const [few, many] = reports;
	const perItem = (above[1] - above[0]) / (many.items - few.items);
	goal(
		'bytes of peak memory for each further item, above its input and output',
		perItem,
		GOALS.bytesPerFurtherItem,
		perItem <= GOALS.bytesPerFurtherItem,
	);
}

async function main(): Promise<void> {
	const server = await startSendServer();
	const home = mkdtempSync(join(tmpdir(), 'chert-bench-'));
	await installPackage(await packPackage(), home);
	const n8n = await startN8n({ home, env: { N8N_EXPRESSION_ENGINE: engine } });
	try {
		await n8n.rest.signIn(OWNER);
		const all = await senders(n8n, server.apiUrl);
		const list = Object.values(all);
		const times = await compare(list);
		console.table(
			list.map(({ name }, index) => ({
				sender: name,
				'ms per 1,000 sends': Math.round(times[index]),
			})),
		);
		const [bearer, hmac, httpBearer, , , undici] = times;
		const slower = Math.max(bearer, hmac);
		goal(
			'times faster than the HTTP Request node with its credential',
			httpBearer / slower,
			GOALS.timesHttpRequest,
			httpBearer / slower >= GOALS.timesHttpRequest,
		);
		goal(
			'times the time of undici',
			slower / undici,
			GOALS.timesUndici,
			slower / undici <= GOALS.timesUndici,
		);

		if (growth) {
			const perItem: number[] = [];
			for (const count of GROWTH) {
				const rounds = count > COUNT ? 1 : runs;
				const each: number[] = [];
				for (let round = 0; round < rounds; round++)
					each.push((await all.bearer.send(count)) / count);
				perItem.push(median(each));
			}
			console.table(
				GROWTH.map((items, index) => ({ items, 'ms per item': Number(perItem[index].toFixed(3)) })),
			);
			const grown = perItem[perItem.length - 1] / perItem[0];
			goal('times the time per item at 50,000 items', grown, GOALS.perItem, grown <= GOALS.perItem);
		}
		if (growth) judgeHeap(await measureHeap(server, GROWTH));
	} finally {
		await n8n.stop();
		rmSync(home, { recursive: true, force: true });
		await server.close();
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
