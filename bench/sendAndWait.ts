/**
 * What Send and Wait for Response costs when people answer in iMessage, and whether each answer counts once.
 *
 *   npm run bench:sendAndWait -- [--mode single|queue] [--engine vm|legacy] [--measure strangers,latency,people]
 *   npm run bench:sendAndWait -- --kills 5 [--questions 1000] [--asked 20] [--seed 1]
 *
 * Prints the processor time of n8n for a message that answers nothing, by the number of open questions; the time from
 * an answer to the next node; how many of the people who answer at the same moment are heard. With `--kills`, it asks
 * questions while n8n is killed and restarted that many times, instead. Exits with status 1 when a goal is missed.
 */
import { Command, Option } from 'commander';

import { startSandbox } from '../sandbox';
import { parseCount } from './arguments';
import { startBreakableN8n, startBreakableQueue, type BreakableN8n } from './breakableN8n';
import { startCounter } from './events/counter';
import { startAsking, type Asking } from './sendAndWait/asking';
import { measureKills, reportTo } from './sendAndWait/kills';
import { measureLatency } from './sendAndWait/latency';
import { measurePeople } from './sendAndWait/people';
import { measureStrangers } from './sendAndWait/strangers';

interface Options {
	mode: 'single' | 'queue';
	engine: string;
	measure: string[];
	open: number[];
	messages: number;
	people: number;
	single: number;
	kills?: number;
	questions: number;
	asked: number;
	seed: number;
}

interface Measurement {
	rows: object[];
	isMet: boolean;
}

type Measure = (asking: Asking, options: Options) => Promise<Measurement>;

const MEASURES: Record<string, Measure> = {
	strangers: async (asking, options) => await measureStrangers(asking, options),
	latency: async (asking, { single }) => await measureLatency(asking, single),
	people: async (asking, { people }) => await measurePeople(asking, people),
};

async function startMode({ mode, engine }: Options): Promise<BreakableN8n> {
	const env = { N8N_EXPRESSION_ENGINE: engine };
	if (mode === 'single') return await startBreakableN8n(env);
	return await startBreakableQueue({
		victims: ({ webhookProcessors, workers }) => [
			webhookProcessors[0],
			workers[0],
			webhookProcessors[1],
			workers[1],
		],
		// n8n 2 discards the data of an execution whose worker is killed; no node can do anything about it.
		workersEnd: 'stop',
		env,
	});
}

function report({ rows, isMet }: Measurement): void {
	console.table(rows);
	if (!isMet) process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
	const { mode, engine, kills, questions, asked, seed } = options;
	const sandbox = await startSandbox({ recordBodies: false, logLimit: 1000 });
	const counter = await startCounter();
	let n8n: BreakableN8n | undefined;
	try {
		n8n = await startMode(options);
		console.log(`mode ${mode}, expression engine ${engine}`);
		if (kills !== undefined) {
			const asking = await startAsking(n8n, sandbox, 'freeText', reportTo(counter));
			report(await measureKills(asking, counter, { questions, people: asked, kills, seed }));
			return;
		}
		const noOp = { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
		const asking = await startAsking(n8n, sandbox, 'approval', noOp);
		for (const name of options.measure) report(await MEASURES[name](asking, options));
	} finally {
		await n8n?.stop();
		await counter.close();
		await sandbox.close();
	}
}

const parseCounts = (list: string) => list.split(',').map(parseCount);

const program = new Command()
	.description(
		'Measures what answers in iMessage cost, and whether each one counts once. Exits with status 1 when a goal is missed.',
	)
	.addOption(
		new Option('--mode <name>', 'n8n in one process, or as several')
			.choices(['single', 'queue'])
			.default('single'),
	)
	.addOption(
		new Option('--engine <name>', 'expression engine of n8n')
			.choices(['vm', 'legacy'])
			.default('vm'),
	)
	.option(
		'--measure <list>',
		`what to measure: ${Object.keys(MEASURES).join(', ')}`,
		(list: string) => list.split(','),
		Object.keys(MEASURES),
	)
	.option('--open <list>', 'numbers of open questions', parseCounts, [1, 100, 1000])
	.option('--messages <count>', 'messages for each number of open questions', parseCount, 60)
	.option('--people <count>', 'people who answer at the same moment', parseCount, 100)
	.option('--single <count>', 'answers one at a time', parseCount, 20)
	.option(
		'--kills <count>',
		'how often n8n is killed, and how often restarted, while it asks',
		parseCount,
	)
	.option('--questions <count>', 'questions that are asked with --kills', parseCount, 1000)
	.option('--asked <count>', 'people who are asked at the same time with --kills', parseCount, 20)
	.option('--seed <number>', 'for the random order of --kills', parseCount, 1)
	.action(async (options: Options) => {
		const unknown = options.measure.find((name) => !(name in MEASURES));
		if (unknown !== undefined)
			program.error(
				`There is no measure "${unknown}": choose from ${Object.keys(MEASURES).join(', ')}`,
			);
		await run(options);
	});

void program.parseAsync();
