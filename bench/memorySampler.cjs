/**
 * Records the memory of a process (`node --require`): every few milliseconds, one JSON line in the file BENCH_SAMPLES.
 * SIGUSR2 collects garbage, so that a measurement starts without it. While the file `<BENCH_SAMPLES>.collect` exists,
 * the process collects garbage repeatedly; these samples show only memory in use.
 */
const { appendFileSync, existsSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

/** Milliseconds between two samples. A transfer of 100 MB takes a few hundred milliseconds. */
const PERIOD_MS = 5;

/** Samples per write, so that writing has no effect on the measurement. */
const BATCH = 40;

/** Samples between two collections. Each collection stops n8n for about 100 ms. */
const COLLECT_EVERY = 20;

const file = process.env.BENCH_SAMPLES;

// Helper processes inherit the environment; record only the process of the given script.
if (file && isMainThread && process.argv[1]?.endsWith(process.env.BENCH_SCRIPT ?? '')) {
	const pending = [];
	const write = () => {
		if (pending.length > 0) appendFileSync(file, pending.splice(0).join(''));
	};
	const sample = (note) => {
		const { rss, arrayBuffers, external } = process.memoryUsage();
		pending.push(
			`${JSON.stringify({ at: Date.now(), pid: process.pid, rss, arrayBuffers, external, ...note })}\n`,
		);
		if (note || pending.length >= BATCH) write();
	};
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc');
	const sampleInUse = () => {
		// V8 frees Buffers in the background. The second collection waits for the first one.
		collectGarbage();
		collectGarbage();
		sample({ collected: true });
	};
	let ticks = 0;
	const tick = () => {
		const isCollection = ++ticks % COLLECT_EVERY === 0 && existsSync(`${file}.collect`);
		if (isCollection) sampleInUse();
		else sample();
	};
	process.on('SIGUSR2', sampleInUse);
	process.on('exit', write);
	setInterval(tick, PERIOD_MS).unref();
	sample({ started: true });
}
