import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './children';

const DEFAULT_POLL_MS = 100;

/** Number of log lines that an error message shows. */
const ERROR_LINES = 15;

export interface UntilOptions {
	/** Starts the message of a timeout: `<what> did not happen within 5 s`. */
	what: string;
	timeoutMs: number;
	/** Milliseconds between two probes. Default: 100. */
	pollMs?: number;
	/** Called before each probe; throws when the condition can no longer come true. */
	failFast?: () => void;
}

type ProbeResult<T> = T | undefined | false;

/**
 * Waits for a condition.
 * @param probe returns the result, or `undefined` or `false` for "not yet"; a probe that throws counts as
 *   "not yet" too
 * @throws {Error} after the timeout, with what the last probe threw; and whatever `failFast` throws
 */
export async function until<T>(
	probe: () => ProbeResult<T> | Promise<ProbeResult<T>>,
	{ what, timeoutMs, pollMs = DEFAULT_POLL_MS, failFast }: UntilOptions,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		failFast?.();
		let reason = '';
		try {
			const result = await probe();
			if (result !== undefined && result !== false) return result;
		} catch (error) {
			reason = `: ${error instanceof Error ? error.message : String(error)}`;
		}
		if (Date.now() > deadline)
			throw new Error(`${what} did not happen within ${timeoutMs / 1000} s${reason}`);
		await sleep(pollMs);
	}
}

/**
 * Waits until a child process is ready.
 * @param isReady the probe of {@link until}
 * @throws {Error} with the last lines of its log: when the process ends, or after the timeout, which also kills it
 */
export async function untilReady(
	child: Child,
	isReady: () => Promise<boolean>,
	timeoutMs: number,
): Promise<void> {
	try {
		await until(isReady, {
			what: `The start of ${child.name}`,
			timeoutMs,
			failFast() {
				const status = child.exitCode();
				if (status !== undefined)
					throw new Error(`${child.name} ended with status ${status} before it was ready`);
			},
		});
	} catch (error) {
		await child.kill();
		const { message } = error as Error;
		const log = `Its last lines:\n${child.tail(ERROR_LINES)}\nFull log: ${child.logFile}`;
		throw new Error(`${message}\n${log}`);
	}
}

/**
 * Whether an n8n process serves requests. n8n 1 adds the routes of its editor some seconds after its readiness address
 * reports success.
 * @param url address of its HTTP server, without a trailing slash
 * @param hasEditor whether it serves the editor; workers and webhook processors do not
 */
export async function isN8nReady(url: string, hasEditor: boolean): Promise<boolean> {
	if (!(await isJson(`${url}/healthz/readiness`))) return false;
	return !hasEditor || (await isJson(`${url}/rest/settings`));
}

async function isJson(url: string): Promise<boolean> {
	const response = await fetch(url);
	await response.arrayBuffer();
	return response.ok && Boolean(response.headers.get('content-type')?.includes('json'));
}
