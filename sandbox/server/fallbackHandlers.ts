import { randomBytes } from 'node:crypto';

import type { FastifyInstance, FastifyReply } from 'fastify';

import type { Context } from './context';
import { ApiError } from '../world/apiError';
import { errorBody } from './errorBody';

const newTraceId = () => randomBytes(6).toString('hex');

function sendError(reply: FastifyReply, error: ApiError, traceId = newTraceId()): FastifyReply {
	return reply
		.code(error.status)
		.header('X-Trace-ID', traceId)
		.send(errorBody(error, 'standard', traceId, undefined));
}

/** Responds where no route does: to unknown paths (in the log as `unknown`) and to bodies over the limit. */
export function registerFallbackHandlers(app: FastifyInstance, context: Context): void {
	app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
		const isInput = (error.statusCode ?? 500) < 500;
		return sendError(reply, new ApiError(isInput ? 1002 : 3001, { message: error.message }));
	});
	app.setNotFoundHandler((request, reply) => {
		const error = new ApiError(2011, {
			message: `There is no route ${request.method} ${request.url}`,
		});
		const traceId = newTraceId();
		const { method, url: path } = request;
		const record = context.log.open({ traceId, method, path, route: 'unknown' });
		Object.assign(record, { status: error.status, code: error.code });
		return sendError(reply, error, traceId);
	});
}
