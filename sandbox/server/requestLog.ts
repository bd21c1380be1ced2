import { performance } from 'node:perf_hooks';

import type { SandboxEvents, SandboxMessage } from '../world/types';

/** One request as `GET /control/requests` lists it. */
export interface RequestRecord {
	sequence: number;
	/** `X-Trace-ID` of the response. */
	traceId: string;
	/** ISO 8601, real time. */
	at: string;
	/** Milliseconds since the sandbox started, with fractions, to measure the time between requests. */
	elapsedMs: number;
	method: string;
	path: string;
	/** Name of the route (`send`, `chats.create`, …). */
	route: string;
	/** Ordering key: the phone of a direct message, the chat id of a group. */
	recipient?: string;
	idempotencyKey?: string;
	/** HTTP status of the response; null while the request is handled, and when the connection was cut. */
	status: number | null;
	/** Chert's code, for errors. */
	code?: number;
	/** The fault that was applied. */
	fault?: string;
	/** Milliseconds until the next request, when the response asked to wait, and for which requests. */
	waitMs?: number;
	blocks?: 'credential' | 'recipient';
	body?: unknown;
}

export interface EarlyRequest {
	sequence: number;
	route: string;
	recipient?: string;
	/** ISO 8601, real time. */
	at: string;
	/** How long before the end of the wait the request came, in milliseconds. */
	earlyByMs: number;
	/** `rateLimit`: the whole credential was told to wait; `saturated`: this recipient was. */
	reason: 'rateLimit' | 'saturated';
}

export interface OrderViolation {
	recipient: string;
	/** Number at the end of the text that was delivered before. */
	after: number;
	/** Smaller number that was delivered later. */
	got: number;
	messageId: string;
}

export interface DuplicateDelivery {
	recipient: string;
	text: string;
	messageId: string;
}

export interface Audit {
	/** Messages delivered to phones. */
	delivered: number;
	duplicates: DuplicateDelivery[];
	orderViolations: OrderViolation[];
	earlyRequests: EarlyRequest[];
}

interface Wait {
	toldAtMs: number;
	untilMs: number;
	/** Idempotency keys of the requests that were told to wait. */
	refusedKeys: Set<string>;
}

/** Timers fire a little early and clocks are rounded. */
const TIMER_SLACK_MS = 20;
/** A request that was sent before another one was told to wait is not early, unless it repeats the refused one. */
const IN_FLIGHT_MS = 20;

const SEQUENCE_AT_END = /#(\d+)\s*$/;

export interface RequestLogOptions {
	/** Keep the parsed body of each request. */
	recordBodies: boolean;
	/** Keep about this many of the latest requests. */
	limit: number;
}

/** Records each request, and audits what a good client keeps: order, no duplicates, the waits of rate limits. */
export class RequestLog {
	private readonly startedMs = performance.now();
	private records: RequestRecord[] = [];
	private nextSequence = 1;
	private credentialWaits = new Map<string, Wait>();
	private recipientWaits = new Map<string, Wait>();
	private lastNumber = new Map<string, number>();
	private seen = new Set<string>();
	private audited: Audit = { delivered: 0, duplicates: [], orderViolations: [], earlyRequests: [] };

	/** Audits every message that the world delivers. */
	constructor(
		readonly options: RequestLogOptions,
		events: SandboxEvents,
	) {
		events.on('message', (message) => this.recordDelivery(message));
	}

	/** Adds the record of a request; the caller completes it later. */
	open(request: Pick<RequestRecord, 'traceId' | 'method' | 'path' | 'route'>): RequestRecord {
		const record: RequestRecord = {
			sequence: this.nextSequence++,
			at: new Date().toISOString(),
			elapsedMs: performance.now() - this.startedMs,
			...request,
			status: null,
		};
		this.records.push(record);
		if (this.records.length > this.options.limit * 1.25)
			this.records = this.records.slice(-this.options.limit);
		return record;
	}

	/** Checks a new request against the waits of its credential and its recipient. */
	checkEarly(record: RequestRecord, credential: string): void {
		this.checkWait(this.credentialWaits, credential, 'rateLimit', record);
		if (record.recipient !== undefined)
			this.checkWait(this.recipientWaits, record.recipient, 'saturated', record);
	}

	/** Records that a credential or a recipient was told to wait until `untilMs` (real time). */
	waitTold(
		reason: EarlyRequest['reason'],
		who: string,
		untilMs: number,
		record: RequestRecord,
	): void {
		record.waitMs = untilMs - Date.now();
		record.blocks = reason === 'rateLimit' ? 'credential' : 'recipient';
		const waits = reason === 'rateLimit' ? this.credentialWaits : this.recipientWaits;
		const previous = waits.get(who);
		const refusedKeys =
			previous && previous.untilMs > Date.now() ? previous.refusedKeys : new Set<string>();
		if (record.idempotencyKey !== undefined) refusedKeys.add(record.idempotencyKey);
		waits.set(who, {
			toldAtMs: Date.now(),
			untilMs: Math.max(untilMs, previous?.untilMs ?? 0),
			refusedKeys,
		});
	}

	/** Audits a delivered message by recipient: the order of `#123` at the end of its text, and duplicates. */
	private recordDelivery(message: SandboxMessage): void {
		const recipient = message.isGroup ? message.chatId : message.recipients[0];
		this.audited.delivered += 1;
		const number = SEQUENCE_AT_END.exec(message.text)?.[1];
		if (number !== undefined) {
			const last = this.lastNumber.get(recipient);
			if (last !== undefined && Number(number) < last) {
				this.audited.orderViolations.push({
					recipient,
					after: last,
					got: Number(number),
					messageId: message.id,
				});
			}
			this.lastNumber.set(recipient, Math.max(last ?? 0, Number(number)));
		}
		const content = contentOf(message);
		if (content === undefined) return;
		const fingerprint = `${recipient}\n${content}`;
		if (this.seen.has(fingerprint))
			this.audited.duplicates.push({ recipient, text: message.text, messageId: message.id });
		else this.seen.add(fingerprint);
	}

	requests(): RequestRecord[] {
		return this.records.slice(-this.options.limit);
	}

	audit(): Audit {
		return structuredClone(this.audited);
	}

	clear(): void {
		this.records = [];
		this.credentialWaits.clear();
		this.recipientWaits.clear();
		this.lastNumber.clear();
		this.seen.clear();
		this.audited = { delivered: 0, duplicates: [], orderViolations: [], earlyRequests: [] };
	}

	private checkWait(
		waits: Map<string, Wait>,
		who: string,
		reason: EarlyRequest['reason'],
		record: RequestRecord,
	): void {
		const wait = waits.get(who);
		if (!wait) return;
		const nowMs = Date.now();
		const earlyByMs = wait.untilMs - nowMs;
		const repeats =
			record.idempotencyKey !== undefined && wait.refusedKeys.has(record.idempotencyKey);
		if (earlyByMs <= TIMER_SLACK_MS || (!repeats && nowMs - wait.toldAtMs < IN_FLIGHT_MS)) return;
		this.audited.earlyRequests.push({
			sequence: record.sequence,
			route: record.route,
			...(record.recipient === undefined ? {} : { recipient: record.recipient }),
			at: record.at,
			earlyByMs,
			reason,
		});
	}
}

/** Two messages with the same content are duplicates for their reader; undefined when there is nothing to compare. */
function contentOf(message: SandboxMessage): string | undefined {
	const others = message.parts.filter((part) => part.type !== 'text' && part.type !== 'media');
	const content = [
		message.text,
		...message.attachments.map(({ sha256 }) => sha256),
		...others.map((part) => JSON.stringify(part)),
	];
	return content.join('') === '' ? undefined : content.join('\n');
}
