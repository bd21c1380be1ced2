import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { ApiError, ChertResponse } from '../../shared/apiError';
import type { Cancellation } from '../../shared/cancellation';
import type { ChertCredential } from '../../shared/credential';
import { describeAttemptError, mayBeDone } from '../../shared/errorMessages';
import { sendRequest, type ChertRequest } from '../../shared/request';
import {
	blockScope,
	requestedDelayMs,
	retry,
	type AttemptError,
	type AttemptResult,
	type RetryDecision,
	type RetryResult,
} from '../../shared/retry';
import { WaitBudget } from '../../shared/waitBudget';
import type { FileSource, LoadedFile } from '../input/file';
import { InputError } from '../input/inputError';
import type { ConcurrencyLimiter } from './concurrencyLimiter';
import { ItemError } from './itemError';
import { emptyResponse } from './operation';
import type { JsonResponse, Plan, Repeat } from './operation';
import type { RateLimiter } from './rateLimiter';

/** What all items of a batch have in common. */
export interface BatchContext {
	functions: Parameters<typeof sendRequest>[0];
	credentialData: ICredentialDataDecryptedObject;
	credential: ChertCredential;
	rateLimiter: RateLimiter;
	concurrencyLimiter: ConcurrencyLimiter;
	cancellation: Cancellation;
	/** '' when n8n does not save the execution */
	executionId: string;
	/** True when an AI agent calls the node */
	isToolCall: boolean;
	/** The user's connection settings, e.g. a proxy */
	connection: ChertRequest['connection'];
	/** The user's own timeout, when there is one */
	timeoutMs?: number;
}

export interface SendOptions {
	repeat: Repeat;
	/** Codes that mean success once an earlier attempt may have done the work */
	doneOnRetry?: number[];
	/** Called after each failed attempt; true ends the attempts without an error, for the caller to start over. */
	stopsOn?: (error?: ApiError) => boolean;
	/** The one file of the item that the request is about, to name it */
	fileName?: string;
	/** True when any 2xx response counts as success, regardless of its body */
	ignoresBody?: boolean;
}

/** Sends the requests of one item: each with its own attempts, all within one wait budget and under the rate limits. */
export class RequestSender {
	private budget: WaitBudget;

	/** True once the item's work may have been done, although no response says so; also by an earlier execution */
	outcomeUnknown = false;

	/** @param plan whose requests are sent; a recipient block (4002) concerns its ordering key */
	constructor(
		private readonly context: BatchContext,
		private readonly plan: Pick<Plan, 'orderingKey' | 'repeat' | 'retryLimits' | 'errorContext'>,
	) {
		this.budget = new WaitBudget(plan.retryLimits.maxWaitMs, context.cancellation);
	}

	/** What people need to know while the outcome is unknown; else '' */
	get outcomeNote(): string {
		if (!this.outcomeUnknown) return '';
		const { repeat, errorContext = {} } = this.plan;
		if (repeat === 'singleWrite') return ` ${mayBeDone(errorContext)}`;
		return ` It may have been sent. ${errorContext.ifRetried ?? NOT_SENT_AGAIN}`;
	}

	/** Starts a new wait budget for the requests that follow. */
	renewBudget(): void {
		this.budget = new WaitBudget(this.plan.retryLimits.maxWaitMs, this.context.cancellation);
	}

	/**
	 * Sends a request, and again where that helps and cannot do the work twice, at the times that Chert allows.
	 *
	 * @param makeRequest called for each attempt, because a stream can be read only once
	 * @param read turns the response into the result; where the response is a stream, an error counts as a lost
	 * connection
	 * @returns undefined when `stopsOn` ended the attempts
	 * @throws ItemError
	 */
	async send(makeRequest: MakeRequest, options: SendOptions): Promise<JsonResponse | undefined>;
	async send<T>(
		makeRequest: MakeRequest,
		options: SendOptions,
		read: Read<T>,
	): Promise<T | undefined>;
	async send<T>(
		makeRequest: MakeRequest,
		options: SendOptions,
		read?: Read<T>,
	): Promise<T | JsonResponse | undefined> {
		const { repeat, stopsOn } = options;
		const { rateLimiter } = this.context;
		const { maxRetries } = this.plan.retryLimits;
		let acceptedBefore = rateLimiter.accepted;
		const result = await retry<T | JsonResponse>(
			async (outcomeUnknown) => {
				const attempt = await this.attempt(makeRequest, options, read);
				return outcomeUnknown && 'error' in attempt && isOneOf(options.doneOnRetry, attempt.error)
					? { value: emptyResponse() }
					: attempt;
			},
			{
				repeatable: repeat !== 'singleWrite',
				maxRetries,
				budget: this.budget,
				// Under a rate limit, a few items of a batch get through at a time. While some do, the others go on trying
				// as long as Max Retry Wait allows.
				isCounted: (error) => {
					const someGetThrough = rateLimiter.accepted > acceptedBefore;
					acceptedBefore = rateLimiter.accepted;
					return !(blockScope(error) === 'credential' && someGetThrough && maxRetries > 0);
				},
				onError: (error, decision, outcomeUnknown) => {
					this.outcomeUnknown ||= outcomeMatters(repeat) && outcomeUnknown;
					const isBlocked = this.block(error, decision);
					if (this.budget.isCanceled) return undefined;
					if (stopsOn?.(error.kind === 'apiError' ? error.apiError : undefined)) return 'stop';
					return isBlocked ? 'waited' : undefined;
				},
			},
		);
		if (result.ok) return result.value;
		this.throwIfCanceled();
		if (result.reason === 'stopped') return undefined;
		throw this.toItemError(result, options);
	}

	/**
	 * Loads a file, under the limit of concurrent requests: one at a web address is a request too.
	 *
	 * @throws InputError
	 */
	async load(source: FileSource): Promise<LoadedFile> {
		const { concurrencyLimiter, connection } = this.context;
		let sentence = '';
		const result = await retry(
			async () => {
				const loaded = await concurrencyLimiter.run(async () => await source.load(connection));
				if ('error' in loaded) sentence = loaded.sentence;
				return loaded;
			},
			{ repeatable: true, maxRetries: this.plan.retryLimits.maxRetries, budget: this.budget },
		);
		if (result.ok) return result.value;
		this.throwIfCanceled();
		throw new InputError(sentence);
	}

	/** Sends a request once, without a retry. It takes no concurrency slot: callers that need one have it. */
	async sendOnce(request: ChertRequest): Promise<AttemptResult<ChertResponse>> {
		const { functions, credentialData, connection, timeoutMs } = this.context;
		return await sendRequest(functions, credentialData, { timeoutMs, ...request, connection });
	}

	/** One attempt, in a concurrency slot. Waits for a recipient leave the slot to other items. */
	private async attempt<T>(
		makeRequest: MakeRequest,
		options: SendOptions,
		read?: Read<T>,
	): Promise<AttemptResult<T | JsonResponse>> {
		const { rateLimiter, concurrencyLimiter } = this.context;
		for (;;) {
			await this.waitWhileBlocked(() => this.recipientWaitMs(), 503);
			const result = await concurrencyLimiter.run(async () => {
				// The slot is kept: no other item could use it while the credential is blocked.
				await this.waitWhileBlocked(() => rateLimiter.credentialWaitMs(), 429);
				this.throwIfCanceled();
				if (this.recipientWaitMs() > 0) return undefined;
				return await this.sendAndRead(await makeRequest(), options, read);
			});
			if (result) {
				if ('value' in result) rateLimiter.accepted++;
				return result;
			}
		}
	}

	private async sendAndRead<T>(
		request: ChertRequest,
		{ ignoresBody }: SendOptions,
		read?: Read<T>,
	): Promise<AttemptResult<T | JsonResponse>> {
		const sent = await this.sendOnce(request);
		if ('error' in sent) return sent;

		const response = sent.value;
		if (request.encoding === 'stream') {
			return read ? await readStream(response, read) : { value: { response, body: {} } };
		}
		const body = ignoresBody ? {} : toJsonObject(response.body);
		// A web page with status 200 does not come from Chert.
		if (!body) {
			return {
				error: { kind: 'apiError', apiError: { status: response.statusCode, retryable: false } },
			};
		}
		return { value: read ? await read({ response, body }) : { response, body } };
	}

	private recipientWaitMs(): number {
		const { orderingKey } = this.plan;
		return orderingKey === undefined ? 0 : this.context.rateLimiter.recipientWaitMs(orderingKey);
	}

	/** @throws ItemError when the wait exceeds the budget */
	private async waitWhileBlocked(waitMs: () => number, status: number): Promise<void> {
		for (let left = waitMs(); left > 0 && !this.budget.isCanceled; left = waitMs()) {
			if (this.budget.isExceededBy(left))
				throw tooLongWait(left, this.plan.retryLimits.maxWaitMs, status, this.outcomeNote);
			await this.budget.wait(left);
		}
	}

	/** Blocks the credential or the recipient until the time that Chert names. @returns true when it does */
	private block(error: AttemptError, decision: RetryDecision): boolean {
		const scope = blockScope(error);
		// An item that gives up still blocks the others until that time.
		const delayMs = decision.retry ? decision.delayMs : requestedDelayMs(error);
		if (!scope || delayMs === undefined) return false;
		const until = Date.now() + delayMs;
		const { rateLimiter } = this.context;
		const { orderingKey } = this.plan;
		if (scope === 'credential') rateLimiter.blockCredential(until);
		else if (orderingKey !== undefined) rateLimiter.blockRecipient(orderingKey, until);
		else return false;
		return true;
	}

	private throwIfCanceled(): void {
		if (!this.context.cancellation.isCanceled) return;
		const { outcomeUnknown, outcomeNote } = this;
		const description = `This item was not finished.${outcomeNote}`;
		throw new ItemError({ message: 'The execution was canceled', description }, { outcomeUnknown });
	}

	private toItemError(
		{ error, reason, attempts }: Extract<RetryResult<unknown>, { ok: false }>,
		{ repeat, fileName }: SendOptions,
	): ItemError {
		const { outcomeUnknown } = this;
		const errorContext = {
			...this.plan.errorContext,
			...(fileName !== undefined && { attachments: [fileName] }),
			baseUrl: this.context.credential.baseUrl,
		};
		const isSingleWrite = repeat === 'singleWrite';
		const { message, description } = describeAttemptError(
			error,
			errorContext,
			isSingleWrite && outcomeUnknown,
		);

		const notes: string[] = [];
		if (reason === 'notRepeatable')
			notes.push(' The node did not retry, because that could repeat the action.');
		if (reason === 'wait' && requestedDelayMs(error) !== undefined) {
			notes.push(
				' The total wait would exceed Max Retry Wait in the options: increase it to wait longer.',
			);
		}
		if (attempts > 1 && !isSingleWrite) notes.push(` The node tried ${attempts} times.`);
		if (!isSingleWrite) notes.push(this.outcomeNote);
		const details =
			error.kind === 'apiError'
				? error.apiError
				: { status: 0, retryable: !isSingleWrite && !error.permanent };
		return new ItemError(
			{ message, description: description + notes.join('') },
			{ ...details, outcomeUnknown },
		);
	}
}

/** False where sending the request again does no harm in any case. */
function outcomeMatters(repeat: Repeat): boolean {
	return repeat === 'singleWrite' || typeof repeat === 'object';
}

type MakeRequest = () => ChertRequest | Promise<ChertRequest>;

type Read<T> = (response: JsonResponse) => T | Promise<T>;

function isOneOf(codes: number[] = [], error: AttemptError): boolean {
	return error.kind === 'apiError' && codes.includes(error.apiError.code ?? NaN);
}

const NOT_SENT_AGAIN = "Retrying this execution won't send it again, but a new execution might.";

const inSeconds = (seconds: number) => `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;

function tooLongWait(
	waitMs: number,
	maxWaitMs: number,
	status: number,
	outcomeNote: string,
): ItemError {
	const message = `Chert asks for a wait of ${inSeconds(Math.ceil(waitMs / 1000))} before the next request`;
	const limit = `The total wait would exceed Max Retry Wait in the options (${inSeconds(Math.round(maxWaitMs / 1000))})`;
	const outcome = outcomeNote === '' ? ', so this item was not sent.' : `.${outcomeNote}`;
	return new ItemError(
		{
			message,
			description: `${limit}${outcome} Increase Max Retry Wait, or run this item again later.`,
		},
		{ status, retryable: true, retryAfter: waitMs / 1000, outcomeUnknown: outcomeNote !== '' },
	);
}

async function readStream<T>(response: ChertResponse, read: Read<T>): Promise<AttemptResult<T>> {
	let error: unknown;
	try {
		return { value: await read({ response, body: {} }) };
	} catch (thrown) {
		error = thrown;
	}
	if (error instanceof ItemError) throw error;
	return { error: { kind: 'noResponse', reason: 'the connection was cut', notSent: false } };
}

/** A JSON object: `{}` for an empty body, `{ data }` for a list, undefined for anything else. */
function toJsonObject(body: unknown): IDataObject | undefined {
	if (body === undefined || body === null || body === '') return {};
	if (Array.isArray(body)) return { data: body };
	return typeof body === 'object' ? (body as IDataObject) : undefined;
}
