import { NodeApiError } from 'n8n-workflow';
import type { IAllExecuteFunctions, INode, JsonObject } from 'n8n-workflow';

import { Cancellation } from '../shared/cancellation';
import { BACKOFF, decide, MAX_BLOCK_MS } from '../shared/retry';
import type { Decision, RetryLimits, AttemptError } from '../shared/retry';
import { describeApiError, describeNoResponse } from '../shared/errorMessages';
import { credentialError, readCredential } from '../shared/credential';
import { readApiError } from '../shared/apiError';
import { CREDENTIAL_TYPE, sendRequest } from '../shared/request';
import { readStreamedJson } from '../shared/streamedJson';
import { readPage, readRow } from './rows';
import type { EventRow } from './rows';
import { SseParser } from './sse';

/** The stream ends after 60 s by itself (API section 6.4); one that is dead instead is given up a little later. */
const STREAM_LIMIT_MS = 90_000;

const SHORTEST_STREAM_MS = 1_000;

const PAGE_SIZE = 200;

/** A trigger never gives up: the network comes back some day. */
const RETRY_LIMITS: RetryLimits = { maxRetries: Infinity, maxWaitMs: Infinity };

/** Where a person has to do something, asking once in five minutes is often enough. */
const REFUSED_PAUSE_MS = 5 * 60_000;

type Ctx = Pick<IAllExecuteFunctions, 'helpers'> & {
	getNode(): INode;
	getCredentials: IAllExecuteFunctions['getCredentials'];
};

/** What a reader of events wants to know beside the events. */
export interface Follower {
	/** ISO 8601: where to begin reading. */
	resumeFrom(): string;
	/** All events created up to a time, in milliseconds, have been passed on. */
	caughtUp(until: number): void;
	/** Chert refused, and will until somebody changes something, or for some time. Called once for each reason. */
	refused(error: NodeApiError): void;
}

type Response = { body: unknown; date: string | undefined };

class TroubleError extends Error {
	constructor(
		readonly error: AttemptError,
		readonly explained: NodeApiError,
	) {
		super(explained.message);
	}
}

/**
 * Where a reader begins that wants only what comes from now on. Chert tells its time in whole seconds, so what it has
 * in that second already is told too.
 *
 * @returns Chert's time in ISO 8601, our own where it does not tell, and the events that are older than this call
 * @throws NodeApiError in the words of its reader, when events cannot be read
 */
export async function readStart(
	ctx: Ctx,
	signal: AbortSignal,
): Promise<{ time: string; older: EventRow[] }> {
	try {
		const { date } = await get(ctx, '/events?limit=1', signal);
		const told = Date.parse(date ?? '');
		const time = new Date(Number.isNaN(told) ? Date.now() : told).toISOString();
		return { time, older: await readRowsSince(ctx, time, signal) };
	} catch (error) {
		throw error instanceof TroubleError
			? error.explained
			: new NodeApiError(ctx.getNode(), error as JsonObject);
	}
}

/**
 * Gives events as they come, for as long as it is not aborted: first what the pages of `GET /events` hold, then the
 * stream until it ends, and so on. The same event may come several times.
 *
 * Source: API sections 6.1 and 6.4.
 */
export async function* follow(
	ctx: Ctx,
	follower: Follower,
	signal: AbortSignal,
): AsyncGenerator<EventRow> {
	const cancellation = new Cancellation(signal);
	let lastReason = '';
	for (let failures = 0; !signal.aborted;) {
		try {
			yield* readPages(ctx, follower, signal);
			const openedAt = Date.now();
			// Pages that can be had say nothing about the stream, which may fail each time.
			yield* readStream(ctx, follower.resumeFrom(), signal, () => (failures = 0));
			lastReason = '';
			// Something in between that ends streams at once must not be asked without a break.
			if (Date.now() - openedAt < SHORTEST_STREAM_MS) await cancellation.pause(SHORTEST_STREAM_MS);
		} catch (error) {
			if (signal.aborted) return;
			failures++;
			const { error, explained } = asTrouble(ctx, error);
			const decision = decide(error, true, failures, 0, RETRY_LIMITS, Math.random());
			const pauseMs = pauseAfter(decision);
			if (pauseMs >= REFUSED_PAUSE_MS && explained.message !== lastReason) {
				lastReason = explained.message;
				follower.refused(explained);
			}
			await cancellation.pause(pauseMs);
		}
	}
}

/** Milliseconds until Chert is asked again: neither at once nor only some day, whatever it received. */
export function pauseAfter(decision: Decision): number {
	return decision.retry
		? Math.min(Math.max(decision.delayMs, BACKOFF.firstMs), MAX_BLOCK_MS)
		: REFUSED_PAUSE_MS;
}

/**
 * Reads all events created after a time, oldest first. Pages come newest first and must be read to the end before the
 * oldest is known (API section 6.1).
 *
 * @param since ISO 8601
 */
export async function readRowsSince(
	ctx: Ctx,
	since: string,
	signal: AbortSignal,
): Promise<EventRow[]> {
	const rows = new Map<string, EventRow>();
	const cursors = new Set<string>();
	for (let cursor: string | undefined; ;) {
		const query = new URLSearchParams({
			since,
			limit: String(PAGE_SIZE),
			...(cursor !== undefined && { cursor }),
		});
		const { body } = await get(ctx, `/events?${query.toString()}`, signal);
		const page = readPage(body, new Date().toISOString());
		for (const row of page.rows) rows.set(row.key, row);
		cursor = page.nextCursor;
		if (cursor === undefined || cursors.has(cursor)) break;
		cursors.add(cursor);
	}
	return [...rows.values()].sort((left, right) => left.createdAt - right.createdAt);
}

async function* readPages(
	ctx: Ctx,
	follower: Follower,
	signal: AbortSignal,
): AsyncGenerator<EventRow> {
	for (const row of await readRowsSince(ctx, follower.resumeFrom(), signal)) {
		yield row;
		follower.caughtUp(row.createdAt);
	}
}

async function* readStream(
	ctx: Ctx,
	since: string,
	signal: AbortSignal,
	opened: () => void,
): AsyncGenerator<EventRow> {
	// A stream that waits for bytes ends by this signal only, not by being destroyed.
	const connection = new AbortController();
	const signals = [signal, connection.signal, AbortSignal.timeout(STREAM_LIMIT_MS)];
	try {
		const { body } = await get(
			ctx,
			`/events/stream?${new URLSearchParams({ since }).toString()}`,
			AbortSignal.any(signals),
			'stream',
		);
		opened();
		const parser = new SseParser();
		for await (const chunk of body as AsyncIterable<Uint8Array>) {
			for (const { event, data } of parser.push(chunk)) {
				if (event === 'close') return;
				const row = parseRow(data);
				if (row !== undefined) yield row;
			}
		}
	} finally {
		connection.abort();
	}
}

/** What cannot be read here is found when the pages are read the next time. */
function parseRow(data: string): EventRow | undefined {
	try {
		return readRow(JSON.parse(data), new Date().toISOString());
	} catch {
		return undefined;
	}
}

async function get(
	ctx: Ctx,
	path: string,
	signal?: AbortSignal,
	encoding?: 'stream',
): Promise<Response> {
	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const refusal = credentialError(readCredential(credential));
	if (refusal !== undefined) {
		const explained = new NodeApiError(ctx.getNode(), {}, { message: refusal, description: '' });
		throw new TroubleError({ kind: 'noResponse', notSent: true, permanent: true }, explained);
	}
	const result = await sendRequest(ctx, credential, {
		method: 'GET',
		path,
		encoding,
		abortSignal: signal,
		headers: encoding && { accept: 'text/event-stream' },
		timeoutMs: STREAM_LIMIT_MS,
	});
	const { baseUrl } = readCredential(credential);
	if (result.kind === 'noResponse') {
		throw new TroubleError(
			result,
			new NodeApiError(ctx.getNode(), {}, describeNoResponse(result, false, { baseUrl })),
		);
	}
	const { response } = result;
	const isStream = encoding === 'stream';
	const isFailed = response.statusCode < 200 || response.statusCode > 299;
	const apiError = readApiError(
		isStream
			? { ...response, body: isFailed ? await readStreamedJson(response.body) : undefined }
			: response,
	);
	if (apiError !== undefined) {
		const explained = new NodeApiError(ctx.getNode(), apiError as unknown as JsonObject, {
			...describeApiError(apiError, { baseUrl }),
			httpCode: String(apiError.status),
		});
		throw new TroubleError({ kind: 'apiError', apiError }, explained);
	}
	return {
		body: response.body,
		date: typeof response.headers.date === 'string' ? response.headers.date : undefined,
	};
}

/** Whatever else goes wrong, a connection that is cut above all, is passing. */
function asTrouble(ctx: Ctx, error: unknown): TroubleError {
	if (error instanceof TroubleError) return error;
	const noResponse = {
		kind: 'noResponse' as const,
		notSent: false,
		reason: (error as Error).message,
	};
	return new TroubleError(
		noResponse,
		new NodeApiError(ctx.getNode(), {}, describeNoResponse(noResponse, false)),
	);
}
