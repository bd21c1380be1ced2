/**
 * Loaded into a process under measurement (`node --require`): notes its memory every few milliseconds in the file that
 * BENCH_SAMPLES names, one JSON line each. On SIGUSR2 it collects garbage, so that a measurement starts from what is in use.
 * While a file of that name and `.collect` exists it does so again and again: those samples tell what is held and not
 * merely left to be collected.
 */
const { appendFileSync, existsSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

/** Milliseconds between two samples: 100 MB are on their way for some hundred. */
const PERIOD_MS = 5;

/** Samples that are written together, so that writing them does not show in what is measured. */
const BATCH = 40;

/** Samples between two collections: each stops n8n for some 100 ms. */
const COLLECT_EVERY = 20;

const file = process.env.BENCH_SAMPLES;

// The environment reaches helper processes too; only the one that was named is measured.
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
	const sampleHeld = () => {
		// V8 gives Buffers back beside the program; the second collection waits for what the first one found.
		collectGarbage();
		collectGarbage();
		sample({ collected: true });
	};
	let ticks = 0;
	const tick = () => {
		const isTime = ++ticks % COLLECT_EVERY === 0 && existsSync(`${file}.collect`);
		if (isTime) sampleHeld();
		else sample();
	};
	process.on('SIGUSR2', sampleHeld);
	process.on('exit', write);
	setInterval(tick, PERIOD_MS).unref();
	sample({ started: true });
}
