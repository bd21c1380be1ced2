import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { ZodTypeAny, z } from 'zod';

import { authenticate } from './auth';
import type { Context } from './context';
import { ApiError, errorBody, waitNotice, type ErrorCode, type ErrorShape } from './errors';
import { cutConnection, cutMidBody, faultAnswer, type ForeignAnswer } from './faultAnswers';
import type { ActiveFault } from './faults';
import type { RequestRecord } from './requestLog';
import { validationError } from './schemas/common';

/** What a route gets to see of a request. */
export interface Call<Body = unknown> {
	context: Context;
	params: Record<string, string>;
	query: Record<string, string>;
	headers: IncomingHttpHeaders;
	body: Body;
	/** Address by which the request came in, e.g. `http://127.0.0.1:4010`. */
	origin: string;
	/** Unread bytes, on a route with `streamed: true` only. */
	stream: Readable;
}

export interface Answer {
	/** Default: 200 for reads, else what the variant `successStatus` says. */
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
	/** Bytes to send instead of a JSON body. */
	stream?: Readable;
	/** Takes the connection over (server-sent events). */
	takeOver?: (response: ServerResponse) => void;
}

/** Who a request is about: `lane` is what must stay in order; `all` is what a fault rule may name. */
export interface Recipient {
	lane?: string;
	all: string[];
}

export interface RouteDefinition {
	/** Public name, used by fault rules and in the request log. */
	name: string;
	method: HTTPMethods;
	/** Under `/api/v1`. */
	path: string;
	errors?: ErrorShape;
	/** Refuses signatures (§1.3). */
	bearerOnly?: boolean;
	/** The body is handed on unread. */
	streamed?: boolean;
	/** No client needs the body of the answer, so variants may leave it out. */
	discardable?: boolean;
	body?: ZodTypeAny;
	/** Code for a missing field; 1001 unless the route's page says otherwise. */
	missingCode?: ErrorCode;
	recipient?: (context: Context, params: Record<string, string>, json: unknown) => Recipient;
	idempotencyKey?: (body: never) => string | undefined;
	handle: (call: Call<never>) => Answer | Promise<Answer>;
}

type TypedRoute<Schema extends ZodTypeAny | undefined> = Omit<
	RouteDefinition,
	'body' | 'handle' | 'idempotencyKey'
> & {
	body?: Schema;
	idempotencyKey?: (
		body: Schema extends ZodTypeAny ? z.output<Schema> : undefined,
	) => string | undefined;
	handle: (
		call: Call<Schema extends ZodTypeAny ? z.output<Schema> : undefined>,
	) => Answer | Promise<Answer>;
};

/** Defines one route, with the type of its body taken from its schema. */
export function route<Schema extends ZodTypeAny | undefined = undefined>(
	definition: TypedRoute<Schema>,
): RouteDefinition {
	return definition as RouteDefinition;
}

const NOTHING = Buffer.alloc(0);

/** Puts the routes on the server: bodies arrive as the raw bytes, because signatures are checked over them. */
export async function registerRoutes(
	app: FastifyInstance,
	context: Context,
	routes: RouteDefinition[],
): Promise<void> {
	for (const streamed of [false, true]) {
		await app.register(async (scope) => {
			scope.removeAllContentTypeParsers();
			if (streamed)
				scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
			else
				scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
					done(null, body),
				);
			for (const definition of routes.filter((each) => Boolean(each.streamed) === streamed)) {
				scope.route({
					method: definition.method,
					url: definition.path,
					handler: async (request, reply) =>
						await new Exchange(context, definition, request, reply).run(),
				});
			}
		});
	}
}

/** One request and its answer, from the first byte to the last. */
export class Exchange {
	private readonly traceId = randomBytes(6).toString('hex');
	private readonly record: RequestRecord;
	private readonly credential: string;
	private readonly raw: Buffer;
	private readonly json: { value?: unknown; isValid: boolean };
	private readonly recipient: Recipient;

	constructor(
		private readonly context: Context,
		private readonly definition: RouteDefinition,
		private readonly request: FastifyRequest,
		private readonly reply: FastifyReply,
	) {
		const params = request.params as Record<string, string>;
		this.record = context.log.open(request.method, request.url, definition.name);
		this.credential = credentialOf(request.headers, context);
		this.raw = Buffer.isBuffer(request.body) ? request.body : NOTHING;
		this.json = definition.body ? parseJson(this.raw) : { isValid: true };
		this.recipient = definition.recipient?.(context, params, this.json.value) ?? { all: [] };
		if (this.recipient.lane !== undefined) this.record.recipient = this.recipient.lane;
		const key = idempotencyKeyOf(this.json.value);
		if (key !== undefined) this.record.idempotencyKey = key;
		if (context.log.options.recordBodies && this.json.value !== undefined)
			this.record.body = this.json.value;
		reply.header('X-Trace-ID', this.traceId);
	}

	async run(): Promise<FastifyReply> {
		const { context, definition, record } = this;
		context.log.checkEarly(record, this.credential);
		const { delayMs, fault } = context.faults.decide({
			route: definition.name,
			method: this.request.method,
			recipients: this.recipient.all,
		});
		if (fault || delayMs > 0) record.fault = fault?.kind ?? 'slow';
		const instead = fault && faultAnswer(fault);
		if (instead !== undefined) {
			if (delayMs > 0) await sleep(delayMs);
			return this.answerInstead(instead);
		}
		try {
			return await this.finish(await this.work(delayMs), fault);
		} catch (error) {
			if (fault) return cutConnection(this.request, this.reply);
			return this.refuse(
				error instanceof ApiError ? error : new ApiError(3001, { message: String(error) }),
			);
		}
	}

	/** Answers as the fault says, without doing the work. */
	private answerInstead(answer: ApiError | ForeignAnswer | 'cut'): FastifyReply {
		if (answer instanceof ApiError) return this.refuse(answer);
		if (answer === 'cut') return cutConnection(this.request, this.reply);
		this.record.status = answer.status;
		// It comes from a proxy, which knows nothing of Chert's traces.
		this.reply.removeHeader('X-Trace-ID');
		return this.reply.code(answer.status).headers(answer.headers).send(answer.text);
	}

	/**
	 * Authenticates, validates and does what the route is for, once per idempotency key.
	 *
	 * @param delayMs how long the work takes; a request with the same key that comes meanwhile waits for it
	 */
	private async work(delayMs: number): Promise<Answer> {
		const { context, definition, request } = this;
		authenticate(
			request.headers,
			this.raw,
			{
				signingSecret: context.signingSecret,
				tenant: context.tenant,
				requireTenant: context.variants.requireTenant,
				account: context.account,
				nowMs: context.clock.now(),
			},
			definition.bearerOnly,
		);
		const body = definition.body && this.validBody(definition.body);
		const call: Call = {
			context,
			params: request.params as Record<string, string>,
			query: request.query as Record<string, string>,
			headers: request.headers,
			body,
			origin: `${request.protocol}://${request.host}`,
			stream:
				definition.streamed && request.body instanceof Readable ? request.body : Readable.from([]),
		};
		const key = definition.idempotencyKey?.(body as never);
		const handle = async (): Promise<Answer> => {
			if (delayMs > 0) await sleep(delayMs);
			return await definition.handle(call as Call<never>);
		};
		if (key === undefined) return await handle();
		const slot =
			context.variants.idempotencyScope === 'tenant' ? key : `${definition.name}\n${key}`;
		const fingerprint = `${request.method} ${request.url}\n${JSON.stringify(this.json.value)}`;
		return await context.idempotency.once(slot, fingerprint, handle);
	}

	private validBody(schema: ZodTypeAny): unknown {
		const contentType = this.request.headers['content-type'] ?? '';
		if (!/^application\/json\b/i.test(contentType)) {
			throw new ApiError(1004, {
				message: `The body must be application/json, not ${contentType || 'untyped'}`,
			});
		}
		if (!this.json.isValid) throw new ApiError(1004);
		const result = schema.safeParse(this.json.value);
		if (!result.success) throw validationError(result.error, this.definition.missingCode);
		return result.data;
	}

	private async finish(answer: Answer, fault: ActiveFault | undefined): Promise<FastifyReply> {
		if (fault?.kind === 'cutAfter') {
			answer.stream?.destroy();
			return cutConnection(this.request, this.reply);
		}
		const { successStatus, emptyBodies } = this.context.variants;
		const discard = Boolean(this.definition.discardable) && (emptyBodies || successStatus === 204);
		const usual =
			this.definition.method === 'GET' || (successStatus === 204 && !this.definition.discardable)
				? 200
				: successStatus;
		const status = answer.status ?? usual;
		if (fault?.kind === 'cutMidBody') {
			const body = answer.stream ?? Readable.from([Buffer.from(JSON.stringify(answer.body ?? {}))]);
			return await cutMidBody(this.reply, status, body);
		}
		this.record.status = status;
		if (answer.takeOver) {
			this.reply.hijack();
			this.reply.raw.setHeader('X-Trace-ID', this.traceId);
			answer.takeOver(this.reply.raw);
			return this.reply;
		}
		this.reply.code(status).headers(answer.headers ?? {});
		if (answer.stream) return this.reply.send(answer.stream);
		if (discard || answer.body === undefined) return this.reply.send();
		return this.reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
	}

	private refuse(error: ApiError): FastifyReply {
		const { context, record } = this;
		const { variants } = context;
		const seconds = error.details.retryAfter;
		const notice =
			seconds === undefined ? undefined : waitNotice(seconds, variants.retryAfter, Date.now());
		if (notice?.header !== undefined) this.reply.header('Retry-After', notice.header);
		if (notice && error.code === 1007)
			context.log.told('rateLimit', this.credential, notice.untilMs, record);
		if (notice && error.code === 4002 && this.recipient.lane !== undefined) {
			context.log.told('saturated', this.recipient.lane, notice.untilMs, record);
		}
		record.status = error.status;
		record.code = error.code;
		const shape =
			variants.errors === 'documented' ? (this.definition.errors ?? 'standard') : variants.errors;
		const body = errorBody(
			error,
			shape,
			variants.errorTraceId ? this.traceId : undefined,
			notice?.bodySeconds,
		);
		return this.reply
			.code(error.status)
			.type('application/json; charset=utf-8')
			.send(JSON.stringify(body));
	}
}

function parseJson(raw: Buffer): { value?: unknown; isValid: boolean } {
	try {
		return { value: JSON.parse(raw.toString('utf8')), isValid: true };
	} catch {
		return { isValid: false };
	}
}

/** All requests with the account's credential share one rate limit, whichever way they carry it. */
function credentialOf(headers: IncomingHttpHeaders, context: Context): string {
	if (
		headers['x-chert-tenant'] === context.tenant ||
		headers.authorization === `Bearer ${context.signingSecret}`
	)
		return context.tenant;
	return headers.authorization ?? 'none';
}

/** The key wherever a route may carry it (§2.5); for the log, so bodies that are not valid are read too. */
function idempotencyKeyOf(json: unknown): string | undefined {
	const body = json as
		{ idempotency_key?: unknown; message?: { idempotency_key?: unknown } } | null | undefined;
	const key = body?.idempotency_key ?? body?.message?.idempotency_key;
	return typeof key === 'string' ? key : undefined;
}
