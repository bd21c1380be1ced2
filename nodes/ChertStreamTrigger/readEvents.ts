import { NodeApiError } from 'n8n-workflow';
import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	INode,
	JsonObject,
} from 'n8n-workflow';

import type { ChertResponse } from '../shared/apiError';
import { Cancellation } from '../shared/cancellation';
import { credentialError, readCredential } from '../shared/credential';
import { describeAttemptError } from '../shared/errorMessages';
import { listEvents, toPage } from '../shared/events/eventLog';
import type { TimedPage } from '../shared/events/eventLog';
import { readRow } from '../shared/events/eventRow';
import type { EventRow } from '../shared/events/eventRow';
import { CREDENTIAL_TYPE, sendRequest } from '../shared/request';
import { BACKOFF, MAX_BLOCK_MS, retry } from '../shared/retry';
import type { AttemptError, AttemptResult, RetryDecision } from '../shared/retry';
import { WaitBudget } from '../shared/waitBudget';
import { Outage } from './outage';
import type { Position } from './position';
import { SseParser } from './sse';

/** Chert ends the stream after 60 s (API section 6.4); a dead connection is given up a little later. */
const STREAM_TIMEOUT_MS = 90_000;

/** A proxy that ends each stream at once must not cause requests without a pause. */
const SHORTEST_STREAM_MS = 1_000;

/** Where a person has to change something, one request in five minutes is enough. */
const REJECTED_PAUSE_MS = 5 * 60_000;

export type ReadContext = Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials'> & {
	getNode(): INode;
};

export interface EventListener {
	/** ISO 8601: where to begin reading */
	since(): string;
	/** Gets each event, the same one possibly several times. The next one waits for it. */
	onEvent(row: EventRow): Promise<void>;
	/** All events that were created before a time, in milliseconds, were passed on */
	onReadUntil(time: number): void;
	/** Chert gives no events: called once, when it lasts or when a person has to change something */
	onOutage(error: NodeApiError): void;
	/** Chert gives events again after an outage that was reported */
	onRecovery(): void;
}

/**
 * Where to begin for events that come from now on, by Chert's clock.
 *
 * @throws NodeApiError when events cannot be read
 */
export async function readNow(
	ctx: ReadContext,
	signal: AbortSignal,
): Promise<Omit<Position, 'settings'>> {
	const reader = new EventReader(ctx, signal);
	const result = await reader.getPage('/events?limit=50');
	if ('error' in result) throw reader.explained;
	// Chert tells its time in whole seconds, so the events of this second count too.
	const { rows, readAt: now } = result.value;
	const times = rows.map(({ createdAt }) => createdAt).filter((time) => time < now + 1_000);
	const time = Math.max(now, ...times);
	const known = rows.filter(({ createdAt }) => createdAt === time).map(({ key }) => key);
	const from = new Date(time).toISOString();
	return { from, known, since: from };
}

/**
 * Reads events until it is aborted: first the pages of `GET /events`, then the stream until it ends, and so on.
 *
 * Source: API sections 6.1 and 6.4.
 */
export async function readEvents(
	ctx: ReadContext,
	listener: EventListener,
	signal: AbortSignal,
): Promise<void> {
	const reader = new EventReader(ctx, signal);
	const cancellation = new Cancellation(signal);
	const outage = new Outage(ctx.getNode(), {
		outage: (error) => listener.onOutage(error),
		recovery: () => listener.onRecovery(),
	});
	let pauseMs = 0;
	const round = async () => {
		await cancellation.wait(pauseMs);
		pauseMs = 0;
		if (signal.aborted) return { value: undefined };
		return await reader.readRound(listener, () => outage.ends());
	};
	while (!signal.aborted) {
		await retry(round, {
			repeatable: true,
			maxRetries: Infinity,
			budget: new WaitBudget(Infinity, cancellation),
			onError: (_error, decision) => {
				if (signal.aborted) return 'stop';
				pauseMs = pauseAfter(decision);
				outage.continues(reader.explained, pauseMs, !decision.retry);
				return 'waited';
			},
		});
	}
}

/** Milliseconds until the next attempt: at least a second, and at most an hour, whatever Chert responded. */
export function pauseAfter(decision: RetryDecision): number {
	return decision.retry
		? Math.min(Math.max(decision.delayMs, BACKOFF.firstMs), MAX_BLOCK_MS)
		: REJECTED_PAUSE_MS;
}

class EventReader {
	/** The last error, for people */
	explained: NodeApiError;

	private readonly cancellation: Cancellation;

	constructor(
		private readonly ctx: ReadContext,
		private readonly signal: AbortSignal,
	) {
		this.explained = new NodeApiError(ctx.getNode(), {}, { message: 'No request was made yet' });
		this.cancellation = new Cancellation(signal);
	}

	/**
	 * Reads the pages, then the stream until it ends. A stream that is cut counts as ended: the pages have what it lost.
	 *
	 * @param opened called when the stream is open
	 */
	async readRound(listener: EventListener, opened: () => void): Promise<AttemptResult<undefined>> {
		const list = await listEvents(async (path) => await this.getPage(path), {
			since: listener.since(),
		});
		if ('error' in list) return list;
		const { rows, readAt } = list.value;
		for (const row of rows) {
			if (this.signal.aborted) return { value: undefined };
			await listener.onEvent(row);
			// After a long outage, a restart must not begin again with events that n8n does not remember any more.
			listener.onReadUntil(Math.min(row.createdAt, readAt));
		}
		listener.onReadUntil(readAt);
		return await this.readStream(listener, opened);
	}

	async getPage(path: string): Promise<AttemptResult<TimedPage>> {
		return await this.get(path, toPage);
	}

	/** @param read reads the response; its error is explained too */
	private async get<T>(
		path: string,
		read: (result: AttemptResult<ChertResponse>) => AttemptResult<T>,
		options: { encoding?: 'stream'; signal?: AbortSignal } = {},
	): Promise<AttemptResult<T>> {
		const { encoding, signal = this.signal } = options;
		const credential = await this.readCredential();
		if ('error' in credential) return credential;
		const response = await sendRequest(this.ctx, credential.value, {
			method: 'GET',
			path,
			encoding,
			abortSignal: signal,
			headers: encoding && { accept: 'text/event-stream' },
			timeoutMs: STREAM_TIMEOUT_MS,
		});
		const result = read(response);
		if ('error' in result) {
			const { baseUrl } = readCredential(credential.value);
			this.explain(result.error, describeAttemptError(result.error, { baseUrl }));
		}
		return result;
	}

	private async readStream(
		listener: EventListener,
		opened: () => void,
	): Promise<AttemptResult<undefined>> {
		// A stream that waits for bytes ends only by this signal, not when it is destroyed.
		const connection = new AbortController();
		const timeout = AbortSignal.timeout(STREAM_TIMEOUT_MS);
		const query = new URLSearchParams({ since: listener.since() });
		const openedAt = Date.now();
		try {
			const path = `/events/stream?${query.toString()}`;
			const result = await this.get(path, (response) => response, {
				encoding: 'stream',
				signal: AbortSignal.any([this.signal, connection.signal, timeout]),
			});
			if ('error' in result) return result;
			opened();
			await readMessages(result.value.body as AsyncIterable<Uint8Array>, listener);
		} finally {
			connection.abort();
		}
		const lastedMs = Date.now() - openedAt;
		if (lastedMs < SHORTEST_STREAM_MS) {
			await this.cancellation.wait(SHORTEST_STREAM_MS);
		}
		return { value: undefined };
	}

	/** Read for each request, so that a corrected credential is used at once. */
	private async readCredential(): Promise<AttemptResult<ICredentialDataDecryptedObject>> {
		try {
			const data = await this.ctx.getCredentials(CREDENTIAL_TYPE);
			const message = credentialError(readCredential(data));
			if (message === undefined) return { value: data };
			return { error: this.explain(unusable(message), { message, description: '' }) };
		} catch (error) {
			const { message } = error as Error;
			const text = `The Chert API credential could not be read (${message})`;
			return { error: this.explain(unusable(text), { message: text, description: '' }) };
		}
	}

	private explain<T extends AttemptError>(
		error: T,
		explanation: { message: string; description: string },
	): T {
		const apiError = error.kind === 'apiError' ? error.apiError : undefined;
		this.explained = new NodeApiError(this.ctx.getNode(), { ...apiError } as JsonObject, {
			...explanation,
			...(apiError !== undefined && { httpCode: String(apiError.status) }),
		});
		return error;
	}
}

const unusable = (reason: string): AttemptError => ({
	kind: 'noResponse',
	reason,
	notSent: true,
	permanent: true,
});

/** Passes on the events of a stream until it ends or is cut. */
async function readMessages(
	body: AsyncIterable<Uint8Array>,
	listener: EventListener,
): Promise<void> {
	const parser = new SseParser();
	const chunks = body[Symbol.asyncIterator]();
	const nextMessages = async () => {
		const chunk = await chunks.next();
		return chunk.done ? undefined : parser.push(chunk.value);
	};
	for (;;) {
		const messages = await nextMessages().catch(() => undefined);
		if (messages === undefined) return;
		for (const { event, data } of messages) {
			if (event === 'close') return;
			const row = parseRow(data);
			if (row !== undefined) await listener.onEvent(row);
		}
	}
}

/** What cannot be read here is in the pages that are read next. */
function parseRow(data: string): EventRow | undefined {
	try {
		return readRow(JSON.parse(data));
	} catch {
		return undefined;
	}
}
