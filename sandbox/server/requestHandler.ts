import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z, type ZodTypeAny } from 'zod';

import {
	cutConnection,
	cutMidBody,
	responseOfFault,
	type ProxyResponse,
} from '../faults/faultEffects';
import type { ActiveFault } from '../faults/faultInjector';
import { validationError } from '../schemas/common';
import { ApiError } from '../world/apiError';
import { authenticate } from './auth';
import type { Context } from './context';
import { errorBody, waitNotice } from './errorBody';
import type { RequestRecord } from './requestLog';
import type { RequestTarget, RouteDefinition, RouteRequest } from './route';
import type { RouteResponse } from './routeResponse';

const EMPTY = Buffer.alloc(0);

const NO_QUERY = z.object({}).strict();

const JSON_TYPE = 'application/json; charset=utf-8';

/** Adds the routes to the server. Bodies stay raw bytes, because signatures are checked over them. */
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
						await new RequestHandler(context, definition, request, reply).run(),
				});
			}
		});
	}
}

/** Handles one request: faults, authentication, validation, idempotency, the route's own work, and the response. */
class RequestHandler {
	private readonly traceId = randomBytes(6).toString('hex');
	private readonly record: RequestRecord;
	private readonly credential: string;
	private readonly rawBody: Buffer;
	private readonly json: { value?: unknown; isValid: boolean };
	private readonly target: RequestTarget;

	constructor(
		private readonly context: Context,
		private readonly definition: RouteDefinition,
		private readonly request: FastifyRequest,
		private readonly reply: FastifyReply,
	) {
		const params = request.params as Record<string, string>;
		this.record = context.log.open({
			traceId: this.traceId,
			method: request.method,
			path: request.url,
			route: definition.name,
		});
		this.credential = credentialOf(request.headers, context);
		this.rawBody = Buffer.isBuffer(request.body) ? request.body : EMPTY;
		this.json = definition.body ? parseJson(this.rawBody) : { isValid: true };
		this.target = definition.target?.(context, params, this.json.value) ?? { addresses: [] };
		if (this.target.orderingKey !== undefined) this.record.recipient = this.target.orderingKey;
		const key = idempotencyKeyOf(this.json.value);
		if (key !== undefined) this.record.idempotencyKey = key;
		if (context.log.options.recordBodies && this.json.value !== undefined)
			this.record.body = this.json.value;
		reply.header('X-Trace-ID', this.traceId);
		reply.header('Date', new Date(context.clock.now()).toUTCString());
	}

	async run(): Promise<FastifyReply> {
		const { context, definition, record } = this;
		context.log.checkEarly(record, this.credential);
		const { delayMs, fault } = context.faults.decide({
			route: definition.name,
			method: this.request.method,
			addresses: this.target.addresses,
		});
		if (fault || delayMs > 0) record.fault = fault?.kind ?? 'slow';
		const faultResponse = fault && responseOfFault(fault);
		if (faultResponse !== undefined) {
			if (delayMs > 0) await sleep(delayMs);
			return this.sendFaultResponse(faultResponse);
		}
		try {
			return await this.sendResponse(await this.execute(delayMs), fault);
		} catch (error) {
			if (fault) return cutConnection(this.request, this.reply);
			return this.sendError(
				error instanceof ApiError ? error : new ApiError(3001, { message: String(error) }),
			);
		}
	}

	private sendFaultResponse(response: ApiError | ProxyResponse | 'cut'): FastifyReply {
		if (response instanceof ApiError) return this.sendError(response);
		if (response === 'cut') return cutConnection(this.request, this.reply);
		this.record.status = response.status;
		// A proxy's response has no trace ID.
		this.reply.removeHeader('X-Trace-ID');
		return this.reply.code(response.status).headers(response.headers).send(response.text);
	}

	/**
	 * Authenticates, validates and runs the route's handler, once per idempotency key.
	 *
	 * @param delayMs how long the handler takes; a concurrent request with the same key waits for it
	 */
	private async execute(delayMs: number): Promise<RouteResponse> {
		const { context, definition, request } = this;
		authenticate(
			request.headers,
			this.rawBody,
			{
				signingSecret: context.signingSecret,
				tenant: context.tenant,
				requireTenant: context.variants.requireTenant,
				account: context.account,
				nowMs: context.clock.now(),
			},
			definition.bearerOnly,
		);
		const body = definition.body ? this.validBody(definition.body) : this.noBody();
		const routeRequest: RouteRequest = {
			context,
			params: request.params as Record<string, string>,
			query: this.valid(definition.query ?? NO_QUERY, request.query),
			headers: request.headers,
			body,
			origin: `${request.protocol}://${request.host}`,
			stream:
				definition.streamed && request.body instanceof Readable ? request.body : Readable.from([]),
		};
		const key = definition.idempotencyKey?.(body as never);
		const handle = async (): Promise<RouteResponse> => {
			if (delayMs > 0) await sleep(delayMs);
			return await definition.handle(routeRequest as RouteRequest<never, never>);
		};
		if (key === undefined) return await handle();
		const scopedKey =
			context.variants.idempotencyScope === 'tenant' ? key : `${definition.name}\n${key}`;
		const fingerprint = `${request.method} ${request.url}\n${JSON.stringify(this.json.value)}`;
		return await context.idempotency.once(scopedKey, fingerprint, handle);
	}

	private noBody(): undefined {
		if (this.rawBody.length > 0) throw new ApiError(1002, { message: 'This route takes no body' });
	}

	private validBody(schema: ZodTypeAny): unknown {
		const contentType = this.request.headers['content-type'] ?? '';
		if (!/^application\/json\b/i.test(contentType)) {
			throw new ApiError(1004, {
				message: `The body must be application/json, not ${contentType || 'untyped'}`,
			});
		}
		if (!this.json.isValid) throw new ApiError(1004);
		return this.valid(schema, this.json.value);
	}

	private valid(schema: ZodTypeAny, input: unknown): unknown {
		const result = schema.safeParse(input);
		if (!result.success) throw validationError(result.error, this.definition.missingCode);
		return result.data;
	}

	private async sendResponse(
		response: RouteResponse,
		fault: ActiveFault | undefined,
	): Promise<FastifyReply> {
		if (fault?.kind === 'cutAfter') {
			response.stream?.destroy();
			return cutConnection(this.request, this.reply);
		}
		const { successStatus, emptyBodies } = this.context.variants;
		const { method, discardable = false } = this.definition;
		const isBodyOmitted = discardable && (emptyBodies || successStatus === 204);
		const usualStatus =
			method === 'GET' || (successStatus === 204 && !discardable) ? 200 : successStatus;
		const status = response.status ?? usualStatus;
		if (fault?.kind === 'cutMidBody') {
			const body =
				response.stream ?? Readable.from([Buffer.from(JSON.stringify(response.body ?? {}))]);
			return await cutMidBody(this.reply, status, body);
		}
		this.record.status = status;
		if (response.takeOver) {
			this.reply.hijack();
			this.reply.raw.setHeader('X-Trace-ID', this.traceId);
			response.takeOver(this.reply.raw);
			return this.reply;
		}
		this.reply.code(status).headers(response.headers ?? {});
		if (response.stream) return this.reply.send(response.stream);
		if (isBodyOmitted || response.body === undefined) return this.reply.send();
		return this.reply.type(JSON_TYPE).send(JSON.stringify(response.body));
	}

	private sendError(error: ApiError): FastifyReply {
		const { context, record } = this;
		const { variants } = context;
		const seconds = error.details.retryAfter;
		const notice =
			seconds === undefined ? undefined : waitNotice(seconds, variants.retryAfter, Date.now());
		if (notice?.header !== undefined) this.reply.header('Retry-After', notice.header);
		if (notice && error.code === 1007)
			context.log.waitTold('rateLimit', this.credential, notice.untilMs, record);
		if (notice && error.code === 4002 && this.target.orderingKey !== undefined) {
			context.log.waitTold('saturated', this.target.orderingKey, notice.untilMs, record);
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
		return this.reply.code(error.status).type(JSON_TYPE).send(JSON.stringify(body));
	}
}

function parseJson(raw: Buffer): { value?: unknown; isValid: boolean } {
	try {
		return { value: JSON.parse(raw.toString('utf8')), isValid: true };
	} catch {
		return { isValid: false };
	}
}

/** All requests with the account's credential share one rate limit, in bearer and in HMAC mode. */
function credentialOf(headers: IncomingHttpHeaders, context: Context): string {
	if (
		headers['x-chert-tenant'] === context.tenant ||
		headers.authorization === `Bearer ${context.signingSecret}`
	)
		return context.tenant;
	return headers.authorization ?? 'none';
}

/** The key in any of its places (§2.5). It is for the log, so bodies that are not valid count too. */
function idempotencyKeyOf(json: unknown): string | undefined {
	const body = json as
		{ idempotency_key?: unknown; message?: { idempotency_key?: unknown } } | null | undefined;
	const key = body?.idempotency_key ?? body?.message?.idempotency_key;
	return typeof key === 'string' ? key : undefined;
}
