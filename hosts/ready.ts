import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './children';

const POLL_MS = 100;

/** How many lines of its log an error shows. */
const ERROR_LINES = 15;

export interface UntilOptions {
	/** What is waited for, as the start of a sentence: `<what> did not come about in 5 s`. */
	what: string;
	timeoutMs: number;
	/** Called before each probe; throws when waiting has become pointless. */
	giveUp?: () => void;
}

/**
 * Waits for a condition by asking again and again.
 * @param probe gives a result, or `undefined` or `false` for "not yet"; one that throws counts as "not yet" too
 * @throws {Error} after the time limit, with what the last probe threw; and whatever `giveUp` throws
 */
export async function until<T>(
	probe: () => Promise<T | undefined | false>,
	options: UntilOptions,
): Promise<T> {
	const { what, timeoutMs, giveUp } = options;
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		giveUp?.();
		let reason = '';
		try {
			const result = await probe();
			if (result !== undefined && result !== false) return result;
		} catch (error) {
			reason = `: ${error instanceof Error ? error.message : String(error)}`;
		}
		if (Date.now() > deadline)
			throw new Error(`${what} did not come about in ${timeoutMs / 1000} s${reason}`);
		await delay(POLL_MS);
	}
}

/**
 * Waits until an n8n process answers.
 * @param url address of its HTTP server, without a slash at the end
 * @param options `hasEditor`: whether it serves the REST interface (a worker or webhook processor does not), whose routes
 *   n8n 1 adds only some seconds after its readiness address says yes
 * @throws {Error} with the last lines of its log: at once when the process ends, or after the time limit, and then it is ended
 */
export async function untilReady(
	child: Child,
	url: string,
	options: { hasEditor: boolean; timeoutMs: number },
): Promise<void> {
	const { hasEditor, timeoutMs } = options;
	const isReady = async () =>
		(await isJson(`${url}/healthz/readiness`)) &&
		(!hasEditor || (await isJson(`${url}/rest/settings`)));
	try {
		await until(isReady, {
			what: `An answer of ${child.name}`,
			timeoutMs,
			giveUp() {
				const status = child.exitCode();
				if (status !== undefined)
					throw new Error(`${child.name} ended with status ${status} before it was ready`);
			},
		});
	} catch (error) {
		await child.kill();
		const { message } = error as Error;
		throw new Error(
			`${message}\nIts last lines:\n${child.tail(ERROR_LINES)}\nThe whole log: ${child.logFile}`,
		);
	}
}

async function isJson(url: string): Promise<boolean> {
	const response = await fetch(url);
	await response.arrayBuffer();
	return response.ok && Boolean(response.headers.get('content-type')?.includes('json'));
}
