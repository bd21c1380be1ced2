import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../hosts/ready';

const SAMPLER = join(__dirname, 'memorySampler.cjs');

const SAMPLER_TIMEOUT_MS = 10_000;

interface Sample {
	/** milliseconds since 1970 */
	at: number;
	pid: number;
	rss: number;
	arrayBuffers: number;
	external: number;
	collected?: boolean;
}

/** Highest values above those at the start, in bytes. */
export interface Growth {
	/** Buffers in use, and those that wait for the garbage collector */
	buffers: number;
	rss: number;
}

/**
 * The environment that makes a Node.js process note its memory.
 * @param samplesFile where to; one process each
 * @param script ending of the path of the script that the process runs
 */
export function samplerEnvironment(samplesFile: string, script: string): Record<string, string> {
	return { NODE_OPTIONS: `--require ${SAMPLER}`, BENCH_SAMPLES: samplesFile, BENCH_SCRIPT: script };
}

/** Has the process collect its garbage, and waits until it has. */
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

/** Has the process collect its garbage again and again from now on, for {@link held}. */
export function keepCollecting(samplesFile: string): void {
	writeFileSync(`${samplesFile}.collect`, '');
}

/**
 * What grew between two moments.
 * @param from, to milliseconds since 1970
 */
export async function growth(samplesFile: string, from: number, to: number): Promise<Growth> {
	const { start, during } = await samplesBetween(samplesFile, from, to);
	return { buffers: highestBuffers(start, during), rss: highest(start, during, 'rss') };
}

/**
 * Buffers held between two moments in a process that keeps collecting, in bytes: what nobody could have freed.
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
	counts: (sample: Sample) => boolean = () => true,
) {
	// Samples are written in batches.
	const isThere = async () => (read(samplesFile).at(-1)?.at ?? 0) > to;
	await until(isThere, { what: 'Memory samples', timeoutMs: SAMPLER_TIMEOUT_MS });
	const samples = read(samplesFile).filter(counts);
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
	// The last line is empty, or is being written.
	return lines.slice(0, -1).map((line) => JSON.parse(line) as Sample);
}
