import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../hosts/ready';

const SAMPLER = join(__dirname, 'memorySampler.cjs');

const SAMPLER_TIMEOUT_MS = 10_000;

interface Sample {
	/** Milliseconds since 1970. */
	at: number;
	pid: number;
	rss: number;
	arrayBuffers: number;
	external: number;
	collected?: boolean;
}

/** Peak minus the value at the start, in bytes. */
export interface Growth {
	/** Buffers in use, and garbage. */
	buffers: number;
	rss: number;
}

/**
 * The environment that makes a Node.js process record its memory.
 * @param samplesFile file for the samples of one process
 * @param script end of the path of the script that the process runs
 */
export function samplerEnvironment(samplesFile: string, script: string): Record<string, string> {
	return { NODE_OPTIONS: `--require ${SAMPLER}`, BENCH_SAMPLES: samplesFile, BENCH_SCRIPT: script };
}

/** Runs the garbage collector of the process and waits for it. */
export async function collectGarbage(samplesFile: string): Promise<void> {
	const before = read(samplesFile);
	const collections = before.filter(({ collected }) => collected).length;
	process.kill(before[0].pid, 'SIGUSR2');
	await until(
		async () => read(samplesFile).filter(({ collected }) => collected).length > collections,
		{
			what: 'Garbage collection in the measured process',
			timeoutMs: SAMPLER_TIMEOUT_MS,
		},
	);
}

/** From now on the process collects garbage repeatedly, for {@link held}. */
export function keepCollecting(samplesFile: string): void {
	writeFileSync(`${samplesFile}.collect`, '');
}

/**
 * Memory growth between two times.
 * @param from, to milliseconds since 1970
 */
export async function growth(samplesFile: string, from: number, to: number): Promise<Growth> {
	const { start, during } = await samplesBetween(samplesFile, from, to);
	return { buffers: highestBuffers(start, during), rss: highest(start, during, 'rss') };
}

/**
 * Buffers in use between two times, without garbage, in bytes. Call {@link keepCollecting} first.
 * @param from, to milliseconds since 1970
 */
export async function held(samplesFile: string, from: number, to: number): Promise<number> {
	const { start, during } = await samplesBetween(
		samplesFile,
		from,
		to,
		({ collected }) => collected === true,
	);
	return highestBuffers(start, during);
}

async function samplesBetween(
	samplesFile: string,
	from: number,
	to: number,
	filter: (sample: Sample) => boolean = () => true,
) {
	// The process writes samples in batches.
	const isComplete = async () => (read(samplesFile).at(-1)?.at ?? 0) > to;
	await until(isComplete, { what: 'Memory samples', timeoutMs: SAMPLER_TIMEOUT_MS });
	const samples = read(samplesFile).filter(filter);
	const start = samples.filter(({ at }) => at <= from).at(-1) ?? samples[0];
	return { start, during: samples.filter(({ at }) => at > from && at <= to) };
}

function highest(
	start: Sample,
	during: Sample[],
	key: 'arrayBuffers' | 'external' | 'rss',
): number {
	return Math.max(0, ...during.map((sample) => sample[key] - start[key]));
}

const highestBuffers = (start: Sample, during: Sample[]) =>
	Math.max(highest(start, during, 'arrayBuffers'), highest(start, during, 'external'));

function read(samplesFile: string): Sample[] {
	const lines = readFileSync(samplesFile, 'utf8').split('\n');
	// The last line is empty or incomplete.
	return lines.slice(0, -1).map((line) => JSON.parse(line) as Sample);
}
