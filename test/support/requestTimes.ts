import type { ClientRequest, IncomingMessage } from 'node:http';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import type { RequestRecord } from '../../sandbox';

const REQUEST_START = 'http.client.request.start';
const RESPONSE_START = 'http.client.response.finish';

/** Timers fire up to a millisecond early, and clocks are rounded. */
const CLOCK_ERROR_MS = 2;

interface Times {
	startedMs: number;
	/** The end of the response */
	endedMs: number;
	/** When all code that waits for the response has run */
	handledMs: number;
}

/**
 * When this process started each request and had read its response. Unlike the sandbox's own clock it tells a request
 * that ignores a block from one that was already on its way, however busy the machine is.
 */
export class RequestTimes {
	private readonly started = new WeakMap<ClientRequest, number>();

	private readonly times = new Map<string, Times>();

	start(): this {
		subscribe(REQUEST_START, this.onRequest);
		subscribe(RESPONSE_START, this.onResponse);
		return this;
	}

	stop(): void {
		unsubscribe(REQUEST_START, this.onRequest);
		unsubscribe(RESPONSE_START, this.onResponse);
	}

	clear(): void {
		this.times.clear();
	}

	/**
	 * The requests that this process started during a block of their credential or recipient (API section 2.4).
	 * Requests whose connection was cut are left out: they have no response to find them by.
	 *
	 * @param records the sandbox's log of all requests under one credential
	 */
	duringBlock(records: RequestRecord[]): RequestRecord[] {
		const blocks = records.flatMap(({ traceId, blocks: scope, recipient, waitMs }) => {
			const times = this.times.get(traceId);
			if (scope === undefined || waitMs === undefined || !times) return [];
			const untilMs = times.endedMs + waitMs - CLOCK_ERROR_MS;
			return [{ fromMs: times.handledMs, untilMs, recipient: scope === 'recipient' && recipient }];
		});
		return records.filter(({ traceId, recipient }) => {
			const startedMs = this.times.get(traceId)?.startedMs;
			if (startedMs === undefined) return false;
			return blocks.some(
				(block) =>
					block.fromMs < startedMs &&
					startedMs < block.untilMs &&
					(block.recipient === false || block.recipient === recipient),
			);
		});
	}

	private readonly onRequest = (message: unknown): void => {
		this.started.set((message as { request: ClientRequest }).request, performance.now());
	};

	private readonly onResponse = (message: unknown): void => {
		const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
		const traceId = response.headers['x-trace-id'];
		const startedMs = this.started.get(request);
		if (typeof traceId !== 'string' || startedMs === undefined) return;
		response.once('end', () => {
			const endedMs = performance.now();
			setImmediate(() =>
				this.times.set(traceId, { startedMs, endedMs, handledMs: performance.now() }),
			);
		});
	};
}
