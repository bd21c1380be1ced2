/**
 * Whether every event is processed once although n8n is killed.
 *
 *   npm run bench:durability -- webhook|queue|stream [--events 1000] [--seed 1] [--workers kill|stop]
 *   npm run bench:durability -- pause [--chats 200] [--kills 3] [--pause 5] [--seed 1]
 *
 * Each event is delivered 1 to 5 times, in random order and in bursts, until each copy is acknowledged; n8n is killed
 * (SIGKILL) and started again three times. An execution that was running at that moment is kept by n8n as
 * "crashed" or failed: it is retried in the end, as a person would, where its work was not done. In queue mode n8n 2
 * discards the event of such an execution (`discarded`), so that `lost` can be more than 0 there; `--workers stop` ends
 * workers as n8n itself does (SIGTERM) and kills webhook processors only.
 *
 * `pause` measures the option Wait for Pause: see `pause.ts`.
 */
import { Command, Option } from 'commander';

import { chertCredential } from '../../hosts/chertCredential';
import { until } from '../../hosts/ready';
import type { Rest } from '../../hosts/rest';
import { seededRandom, startSandbox, type Sandbox } from '../../sandbox';
import { BadLine } from '../../test/support/triggerStream';
import { parseCount } from '../arguments';
import {
	startBreakableN8n,
	startBreakableQueue,
	type BreakableN8n,
	type End,
} from '../breakableN8n';
import { CUT_OFF, idsByStatus, startRetry, workOf } from '../cutOffExecutions';
import { progress } from '../progress';
import { startCounter, type Counter } from './counter';
import { measurePause } from './pause';
import { Sender } from './sender';
import { reportingWorkflow } from './workflows';

const KILLS = 3;
const MOST_COPIES = 5;
const BURST = 20;
const RETRY_TIMEOUT_MS = 2 * 60_000;
const SETTLED_TIMEOUT_MS = 20 * 60_000;

interface Options {
	events: number;
	seed: number;
	/** How a worker ends, in queue mode. */
	workers: End;
	chats: number;
	kills: number;
	/** Seconds */
	pause: number;
}

const EVENT = /"event_id":"([^"]+)"/;

interface Result {
	events: number;
	deliveries: number;
	executions: number;
	/** Left behind by a kill. */
	crashed: number;
	retried: number;
	/** Left behind without the event, so that nobody can retry them. */
	discarded: number;
	once: number;
	twice: number;
	lost: number;
}

async function prepareWorkflow(
	rest: Rest,
	sandbox: Sandbox,
	counter: Counter,
	type: 'chertTrigger' | 'chertStreamTrigger',
	baseUrl: string,
) {
	const credentialId = await rest.createCredential(chertCredential(sandbox, { baseUrl }));
	const workflowId = await rest.importWorkflow(reportingWorkflow(type, credentialId, counter.url));
	await rest.activate(workflowId);
	return workflowId;
}

async function startSetup(mode: string, workers: End): Promise<BreakableN8n> {
	if (mode !== 'queue') return await startBreakableN8n();
	return await startBreakableQueue({
		victims: (queue) => [queue.workers[0], queue.webhookProcessors[1], queue.workers[1]],
		workersEnd: workers,
	});
}

/** Copies of all events in random order, in bursts; kills in between. */
async function deliverAll(
	setup: BreakableN8n,
	path: string,
	secret: string,
	eventIds: string[],
	random: () => number,
): Promise<number> {
	const sender = new Sender(secret);
	const copies = eventIds.flatMap((eventId) =>
		Array.from({ length: 1 + Math.floor(random() * MOST_COPIES) }, () => eventId),
	);
	for (let index = copies.length - 1; index > 0; index--) {
		const other = Math.floor(random() * (index + 1));
		[copies[index], copies[other]] = [copies[other], copies[index]];
	}
	const addresses = () => setup.addresses().map((address) => `${address}${path}`);
	let next = 0;
	let kills = 0;
	let killing: Promise<void> = Promise.resolve();
	while (next < copies.length) {
		const burst = copies.slice(next, next + 1 + Math.floor(random() * BURST));
		next += burst.length;
		const isDue = kills < KILLS && next > ((kills + 1) * copies.length) / (KILLS + 1);
		if (isDue) {
			await killing;
			// In the middle of the burst, while runs are under way.
			killing = setup.endOne(kills++, 'kill');
		}
		await Promise.all(
			burst.map(
				async (eventId) => await sender.deliver(addresses, eventId, async () => await killing),
			),
		);
		progress(`${sender.acknowledged} of ${copies.length} deliveries acknowledged, ${kills} kills`);
	}
	await killing;
	await sender.close();
	return copies.length;
}

/** The same for the stream: leads write, the line is cut at random, n8n is killed. */
async function writeAll(
	setup: BreakableN8n,
	sandbox: Sandbox,
	line: BadLine,
	counter: Counter,
	count: number,
	random: () => number,
): Promise<string[]> {
	const eventIds: string[] = [];
	for (let kills = 0; eventIds.length < count;) {
		const { events } = await sandbox.control.reply('+15550100123', {
			text: `Message ${eventIds.length}`,
		});
		eventIds.push(events[0].event_id);
		if (random() < 0.02) line.cut();
		if (kills < KILLS && eventIds.length > ((kills + 1) * count) / (KILLS + 1))
			await setup.endOne(kills++, 'kill');
		await until(async () => counter.work.size > eventIds.length - 100, {
			what: 'Progress',
			timeoutMs: SETTLED_TIMEOUT_MS,
		});
		progress(
			`${eventIds.length} of ${count} events, ${counter.work.size} worked on, ${kills} kills`,
		);
	}
	return eventIds;
}

const eventOf = async (rest: Rest, executionId: string) => await workOf(rest, executionId, EVENT);

/**
 * Retries the executions that were cut off before their work was done.
 *
 * @returns how many were retried, and of how many n8n had discarded the event: in queue mode, where a worker is killed,
 *   the process that waits for its job writes an error in the place of the execution's data
 */
async function retryCrashed(
	rest: Rest,
	crashed: string[],
	counter: Counter,
): Promise<{ retried: number; discarded: number }> {
	let retried = 0;
	let discarded = 0;
	for (const id of crashed) {
		const eventId = await eventOf(rest, id);
		if (eventId === undefined) discarded++;
		if (eventId === undefined || counter.work.has(eventId)) continue;
		progress(`${++retried} executions retried that were cut off before their work was done`);
		startRetry(rest, id);
		await until(async () => counter.work.has(eventId), {
			what: `The retry of execution ${id}`,
			timeoutMs: RETRY_TIMEOUT_MS,
		});
	}
	return { retried, discarded };
}

async function measure(mode: string, { events, seed, workers }: Options): Promise<Result> {
	const random = seededRandom(seed);
	const sandbox = await startSandbox({
		recordBodies: false,
		logLimit: 1000,
		timing: { sseLifetimeMs: 10_000, sseHeartbeatMs: 2_000 },
	});
	const counter = await startCounter();
	const line = await BadLine.to(sandbox.origin);
	const setup = await startSetup(mode, workers);
	try {
		const isStream = mode === 'stream';
		const baseUrl = isStream ? `${line.origin}/api/v1` : sandbox.apiUrl;
		const workflowId = await prepareWorkflow(
			setup.rest(),
			sandbox,
			counter,
			isStream ? 'chertStreamTrigger' : 'chertTrigger',
			baseUrl,
		);
		let eventIds = Array.from({ length: events }, (_, index) => `chert:msg:${seed}-${index}`);
		let deliveries = events;
		if (isStream) {
			eventIds = await writeAll(setup, sandbox, line, counter, events, random);
		} else {
			const [{ url, secret }] = sandbox.control.subscriptions();
			deliveries = await deliverAll(setup, new URL(url).pathname, secret, eventIds, random);
		}

		const settled = async () =>
			(await idsByStatus(setup.rest(), workflowId, ['new', 'running'])).length === 0;
		// The last events may still be on their way over the stream; those of executions that were cut off are retried
		// below.
		const isAllHere = async () => {
			const cutOff = await idsByStatus(setup.rest(), workflowId, CUT_OFF);
			const left = await Promise.all(cutOff.map(async (id) => await eventOf(setup.rest(), id)));
			return (
				new Set([...counter.work.keys(), ...left.filter((eventId) => eventId !== undefined)])
					.size >= events
			);
		};
		const isComplete = async () => (await settled()) && (!isStream || (await isAllHere()));
		await until(isComplete, { what: 'The end of all executions', timeoutMs: SETTLED_TIMEOUT_MS });
		const crashed = await idsByStatus(setup.rest(), workflowId, CUT_OFF);
		const { retried, discarded } = await retryCrashed(setup.rest(), crashed, counter);
		await until(settled, { what: 'The end of the retries', timeoutMs: SETTLED_TIMEOUT_MS });

		const executions = await idsByStatus(setup.rest(), workflowId, ['success', ...CUT_OFF]);
		const work = eventIds.map((eventId) => counter.work.get(eventId) ?? []);
		return {
			events,
			deliveries,
			executions: executions.length,
			crashed: crashed.length,
			retried,
			discarded,
			once: work.filter((ids) => ids.length === 1).length,
			twice: work.filter((ids) => ids.length > 1).length,
			lost: work.filter((ids) => ids.length === 0).length,
		};
	} finally {
		await setup.stop();
		await line.close();
		await counter.close();
		await sandbox.close();
	}
}

const program = new Command()
	.description('Counts the work done for events while n8n is killed and started again')
	.argument(
		'<mode>',
		'webhook (one process), queue (two workers, two webhook processors), stream or pause',
	)
	.option('--events <count>', 'how many events', parseCount, 1000)
	.option('--chats <count>', 'pause: how many chats at once', parseCount, 200)
	.option('--kills <count>', 'pause: how often n8n is killed', parseCount, 3)
	.option('--pause <seconds>', 'pause: the value of Wait for Pause', parseCount, 5)
	.option('--seed <number>', 'for the random order', parseCount, 1)
	.addOption(
		new Option('--workers <end>', 'how workers end in queue mode')
			.choices(['kill', 'stop'])
			.default('kill'),
	)
	.action(async (mode: string, options: Options) => {
		if (!['webhook', 'queue', 'stream', 'pause'].includes(mode))
			program.error(`There is no mode "${mode}": choose webhook, queue, stream or pause`);
		const started = Date.now();
		const result = await (mode === 'pause' ? measurePause(options) : measure(mode, options));
		progress('\n');
		console.log(
			JSON.stringify({ mode, ...result, seconds: Math.round((Date.now() - started) / 1000) }),
		);
		process.exitCode = result.lost + result.twice === 0 ? 0 : 1;
	});

void program.parseAsync();
