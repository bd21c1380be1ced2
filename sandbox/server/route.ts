import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

import type { HTTPMethods } from 'fastify';
import type { ZodTypeAny, z } from 'zod';

import type { ErrorCode } from '../world/apiError';
import type { Context } from './context';
import type { ErrorShape } from './errorBody';
import type { RouteResponse } from './routeResponse';

/** What a route's handler receives. */
export interface RouteRequest<Body = unknown, Query = unknown> {
	context: Context;
	params: Record<string, string>;
	/** Undefined on routes without a query schema. */
	query: Query;
	headers: IncomingHttpHeaders;
	body: Body;
	/** Address that the client used, e.g. `http://127.0.0.1:4010`. */
	origin: string;
	/** Unread bytes, on a route with `streamed: true` only. */
	stream: Readable;
}

/** Whom a request is about: requests with one ordering key must stay in order; a fault rule may name any address. */
export interface RequestTarget {
	orderingKey?: string;
	/** Phones and chat id. */
	addresses: string[];
}

export interface RouteDefinition {
	/** Public name, used by fault rules and in the request log. */
	name: string;
	method: HTTPMethods;
	/** Under `/api/v1`. */
	path: string;
	errors?: ErrorShape;
	/** Accepts no HMAC signature (§1.3). */
	bearerOnly?: boolean;
	/** The handler reads the body as a stream. */
	streamed?: boolean;
	/** No client needs the body of the response, so variants may omit it. */
	discardable?: boolean;
	body?: ZodTypeAny;
	query?: ZodTypeAny;
	/** Code for a missing field; 1001 unless the route's page says otherwise. */
	missingCode?: ErrorCode;
	target?: (context: Context, params: Record<string, string>, json: unknown) => RequestTarget;
	idempotencyKey?: (body: never) => string | undefined;
	handle: (request: RouteRequest<never, never>) => RouteResponse | Promise<RouteResponse>;
}

type OutputOf<Schema> = Schema extends ZodTypeAny ? z.output<Schema> : undefined;

type TypedRoute<Body, Query> = Omit<
	RouteDefinition,
	'body' | 'query' | 'handle' | 'idempotencyKey'
> & {
	body?: Body;
	query?: Query;
	idempotencyKey?: (body: OutputOf<Body>) => string | undefined;
	handle: (
		request: RouteRequest<OutputOf<Body>, OutputOf<Query>>,
	) => RouteResponse | Promise<RouteResponse>;
};

/** Defines one route; the types of its body and query come from their schemas. */
export function route<
	Body extends ZodTypeAny | undefined = undefined,
	Query extends ZodTypeAny | undefined = undefined,
>(definition: TypedRoute<Body, Query>): RouteDefinition {
	return definition as RouteDefinition;
}
