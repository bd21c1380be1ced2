import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import {
	describeApiError,
	describeNoResponse,
	type ErrorContext,
	type ErrorMessage,
} from '../../shared/errorMessages';
import type { ChertCredential } from '../../shared/credential';
import { readApiError, type ChertResponse, type ApiError } from '../../shared/apiError';
import type { Cancellation } from '../../shared/cancellation';
import { sendRequest, type ChertRequest, type RequestOutcome } from '../../shared/request';
import {
	decide,
	outcomeUnknown,
	type Decision,
	type RetryLimits,
	type AttemptError,
} from '../../shared/retry';
import { readStreamedJson } from '../../shared/streamedJson';
import type { Turn } from './lanes';
import type { Pace } from './pace';
import { ItemError } from './itemError';

type Unanswered = Extract<RequestOutcome, { kind: 'noResponse' }>;

/** What all items of a run have in common. */
export interface RunContext {
	functions: Parameters<typeof sendRequest>[0];
	credentialData: ICredentialDataDecryptedObject;
	credential: ChertCredential;
	pace: Pace;
	cancellation: Cancellation;
	/** '' when n8n does not save the execution */
	executionId: string;
	/** True when an AI agent calls the node. */
	isToolCall: boolean;
	/** What the user set for all requests of the node, e.g. a proxy */
	host: ChertRequest['host'];
	/** The user's own timeout, when there is one */
	timeoutMs?: number;
}

export interface Received {
	response: ChertResponse;
	body: IDataObject;
}

export interface AskOptions {
	/** True when a repetition cannot do the work twice. */
	safe: boolean;
	/** True when it is the idempotency key that makes it safe. */
	keyed?: boolean;
	/** Asked after each apiError; true ends the tries without a problem, for the caller to begin anew. */
	givesUp?: (apiError: ApiError | undefined) => boolean;
	/** True when any response with a 2xx status will do, whatever its body is. */
	anyBody?: boolean;
}

/** One item at work: its requests, each with its own tries, all with one retryLimits. */
export class ItemRun {
	/** Waits begun, those at the same time counted once; the last of them ends at `waitsUntil`. */
	private waitsMs = 0;

	private waitsUntil = 0;

	/** Requests under way: files of an item go up side by side. */
	private asking = 0;

	constructor(
		private readonly context: RunContext,
		private readonly turn: Turn,
		private readonly lane: string,
		private readonly retryLimits: RetryLimits,
		private readonly errorContext: ErrorContext,
	) {}

	/**
	 * Makes a request, again where that helps and harms nobody, at the times that Chert allows.
	 *
	 * @param request made anew for each try, because a stream can be read once only
	 * @param read turns the response into what the caller wants; where that is a stream, its rejection counts as a lost connection
	 * @returns undefined when the caller gave up
	 * @throws ItemError
	 */
	async ask(
		request: () => ChertRequest | Promise<ChertRequest>,
		options: AskOptions,
	): Promise<Received | undefined>;
	async ask<T>(
		request: () => ChertRequest | Promise<ChertRequest>,
		options: AskOptions,
		read: (received: Received) => T | Promise<T>,
	): Promise<T | undefined>;
	async ask<T>(
		request: () => ChertRequest | Promise<ChertRequest>,
		options: AskOptions,
		read?: (received: Received) => T | Promise<T>,
	): Promise<T | Received | undefined> {
		this.asking++;
		try {
			return await this.askUntilDecided(request, options, read);
		} finally {
			this.asking--;
		}
	}

	private async askUntilDecided<T>(
		request: () => ChertRequest | Promise<ChertRequest>,
		options: AskOptions,
		read?: (received: Received) => T | Promise<T>,
	): Promise<T | Received | undefined> {
		// Safe without a key: it changes nothing that anybody would notice.
		const leavesDoubt = options.keyed === true || !options.safe;
		let isInDoubt = false;
		for (let tries = 1; ; tries++) {
			await this.waitForPace(isInDoubt);
			this.stopIfCancelled(isInDoubt);
			const attempt = await this.tryOnce(await request(), options, read);
			if ('value' in attempt) return attempt.value;

			const { error } = attempt;
			// One try that may have done the work leaves the doubt, whatever the later ones say.
			isInDoubt ||= leavesDoubt && outcomeUnknown(error);
			this.stopIfCancelled(isInDoubt);
			if (options.givesUp?.(error.kind === 'apiError' ? error.apiError : undefined))
				return undefined;

			const decision = decide(
				error,
				options.safe,
				tries,
				this.waitedMs(),
				this.retryLimits,
				Math.random(),
			);
			this.holdOthers(decision);
			if (!decision.retry) throw this.problem(error, decision, options.safe, isInDoubt, tries);
			// The hold is waited for at the top, so that several holds do not add up.
			if (!decision.hold) await this.pause(decision.delayMs);
		}
	}

	private async tryOnce<T>(
		request: ChertRequest,
		{ anyBody }: AskOptions,
		read?: (received: Received) => T | Promise<T>,
	): Promise<
		{ value: T | Received } | { error: Unanswered | { kind: 'apiError'; apiError: ApiError } }
	> {
		const { functions, credentialData, host, timeoutMs } = this.context;
		const outcome = await sendRequest(functions, credentialData, { timeoutMs, ...request, host });
		if (outcome.kind === 'noResponse') return { error: outcome };

		const { response } = outcome;
		const isStream = request.encoding === 'stream';
		if (isStream && response.statusCode >= 300)
			response.body = await readStreamedJson(response.body);
		const apiError = readApiError(
			isStream && response.statusCode < 300 ? { ...response, body: undefined } : response,
		);
		if (apiError) return { error: { kind: 'apiError', apiError } };

		if (isStream) {
			if (!read) return { value: { response, body: {} } };
			let fault: unknown;
			try {
				return { value: await read({ response, body: {} }) };
			} catch (error) {
				fault = error;
			}
			if (fault instanceof ItemError) throw fault;
			return { error: { kind: 'noResponse', reason: 'the connection was cut', notSent: false } };
		}
		const body = anyBody ? {} : toObject(response.body);
		// A web page with status 200: whatever received, it was not Chert.
		if (!body)
			return {
				error: { kind: 'apiError', apiError: { status: response.statusCode, retryable: false } },
			};
		return { value: read ? await read({ response, body }) : { response, body } };
	}

	/** Waits until Chert wants to be asked again, or fails at once when that is too far away. */
	private async waitForPace(isInDoubt: boolean): Promise<void> {
		for (;;) {
			const { pace, cancellation } = this.context;
			const now = Date.now();
			const waitMs = pace.waitFor(this.lane, now);
			if (waitMs === 0 || cancellation.isCancelled) return;
			// All lanes wait for the credential, so nobody could use the place meanwhile.
			const everybodyWaits = pace.waitForAll(now) === waitMs;
			if (this.waitedMs() + waitMs > this.retryLimits.maxWaitMs) {
				const status = everybodyWaits ? 429 : 503;
				throw new ItemError(
					tooLong(waitMs, this.retryLimits, isInDoubt),
					{ status, retryable: true, retryAfter: waitMs / 1000 },
					isInDoubt,
				);
			}
			await this.pause(waitMs, everybodyWaits);
		}
	}

	/** What the item has waited up to now. */
	private waitedMs(): number {
		return this.waitsMs - Math.max(0, this.waitsUntil - Date.now());
	}

	private async pause(milliseconds: number, keepPlace = false): Promise<void> {
		const now = Date.now();
		this.waitsMs += Math.max(0, now + milliseconds - Math.max(now, this.waitsUntil));
		this.waitsUntil = Math.max(now + milliseconds, this.waitsUntil);
		const pause = this.context.cancellation.pause(milliseconds);
		// An item has one place to give away, however many of its requests wait.
		await (keepPlace || this.asking > 1 ? pause : this.turn.yieldDuring(pause));
	}

	private holdOthers({ hold, delayMs }: Decision): void {
		if (!hold || delayMs === undefined) return;
		const until = Date.now() + delayMs;
		if (hold === 'credential') this.context.pace.holdAll(until);
		else this.context.pace.holdLane(this.lane, until);
	}

	private stopIfCancelled(isInDoubt: boolean): void {
		if (!this.context.cancellation.isCancelled) return;
		const description = `This item was not finished.${isInDoubt ? DOUBT : ''}`;
		throw new ItemError(
			{ message: 'The execution was cancelled', description },
			undefined,
			isInDoubt,
		);
	}

	private problem(
		error: Unanswered | { kind: 'apiError'; apiError: ApiError },
		decision: Extract<Decision, { retry: false }>,
		safe: boolean,
		isInDoubt: boolean,
		tries: number,
	): ItemError {
		const errorContext = { ...this.errorContext, baseUrl: this.context.credential.baseUrl };
		const { message, description } =
			error.kind === 'apiError'
				? describeApiError(error.apiError, errorContext)
				: describeNoResponse(error, !safe && outcomeUnknown(error), errorContext);
		return new ItemError(
			{ message, description: description + afterword(error, decision, safe, isInDoubt, tries) },
			error.kind === 'apiError'
				? error.apiError
				: { status: 0, retryable: safe && !error.permanent },
			isInDoubt,
		);
	}
}

function afterword(
	error: AttemptError,
	{ why }: Extract<Decision, { retry: false }>,
	safe: boolean,
	isInDoubt: boolean,
	tries: number,
): string {
	if (why === 'unsafe')
		return ' It was not tried again, because it cannot be repeated without doing it twice.';
	const retryLimits =
		why === 'wait' && error.kind === 'apiError' && error.apiError.retryAfter !== undefined
			? ' That is longer than Max Retry Wait in the options allows.'
			: '';
	const effort = tries > 1 && safe ? ` It was tried ${tries} times.` : '';
	return retryLimits + effort + (isInDoubt && safe ? DOUBT : '');
}

const DOUBT =
	' Whether it was sent is not known: a retry of this execution does not send it twice, a new run of the workflow may.';

function tooLong(waitMs: number, { maxWaitMs }: RetryLimits, isInDoubt: boolean): ErrorMessage {
	const outcome = isInDoubt ? `.${DOUBT}` : ', so this item was not carried out.';
	return {
		message: `Chert asks to wait ${Math.ceil(waitMs / 1000)} seconds before the next request`,
		description: `That is longer than Max Retry Wait in the options allows (${Math.round(maxWaitMs / 1000)} seconds)${outcome} Raise it, or run it again later.`,
	};
}

/** The response's JSON object, `{}` for an empty response, undefined for anything else. */
function toObject(body: unknown): IDataObject | undefined {
	if (body === undefined || body === null || body === '') return {};
	return typeof body === 'object' && !Array.isArray(body) ? (body as IDataObject) : undefined;
}
