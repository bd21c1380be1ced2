import { once } from 'node:events';
import type { Readable } from 'node:stream';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError, type ErrorDetails } from '../world/apiError';
import type { ActiveFault } from './faultInjector';
import type { FaultKind } from '../schemas/control';

/** A response that a proxy sends instead of Chert. */
export interface ProxyResponse {
	status: number;
	headers: Record<string, string>;
	text: string;
}

const DEFAULT_RETRY_AFTER_SECONDS = 1;

const html = (status: number): string =>
	[
		'<html>',
		`<head><title>${status}</title></head>`,
		'<body>',
		`<center><h1>${status}</h1></center>`,
		'<hr><center>nginx</center>',
		'</body>',
		'</html>',
		'',
	].join('\r\n');

function details(rule: ActiveFault): ErrorDetails {
	return {
		...(rule.status === undefined ? {} : { status: rule.status }),
		...(rule.retryable === undefined ? {} : { retryable: rule.retryable }),
		...(rule.retryAfter === undefined ? {} : { retryAfter: rule.retryAfter }),
	};
}

type FaultEffect = (rule: ActiveFault) => ApiError | ProxyResponse | 'cut' | undefined;

/** The response of each kind; undefined for kinds that run the route's handler. */
const EFFECTS: Record<FaultKind, FaultEffect> = {
	rateLimit: (rule) =>
		new ApiError(rule.code ?? 1007, { retryAfter: DEFAULT_RETRY_AFTER_SECONDS, ...details(rule) }),
	saturated: (rule) =>
		new ApiError(rule.code ?? 4002, { retryAfter: DEFAULT_RETRY_AFTER_SECONDS, ...details(rule) }),
	serverError: (rule) => new ApiError(rule.code ?? 3001, details(rule)),
	notRetryable: (rule) => new ApiError(rule.code ?? 3003, { retryable: false, ...details(rule) }),
	html: ({ status = 502 }) => ({
		status,
		headers: { 'content-type': 'text/html' },
		text: html(status),
	}),
	emptyError: ({ status = 500 }) => ({ status, headers: {}, text: '' }),
	slow: () => undefined,
	cutBefore: () => 'cut',
	cutAfter: () => undefined,
	cutMidBody: () => undefined,
};

/** What a fault sends instead of running the route's handler; undefined when the handler runs. */
export function responseOfFault(rule: ActiveFault): ApiError | ProxyResponse | 'cut' | undefined {
	return EFFECTS[rule.kind](rule);
}

/** Ends the connection without a response. */
export function cutConnection(request: FastifyRequest, reply: FastifyReply): FastifyReply {
	reply.hijack();
	request.raw.socket.destroy();
	return reply;
}

/** Sends half of a response whose length promises more, and ends the connection. */
export async function cutMidBody(
	reply: FastifyReply,
	status: number,
	body: Readable,
): Promise<FastifyReply> {
	reply.hijack();
	for await (const chunk of body as AsyncIterable<Buffer>) {
		reply.raw.writeHead(status, {
			'content-type': 'application/json',
			'content-length': chunk.length + 1,
		});
		if (!reply.raw.write(chunk.subarray(0, Math.ceil(chunk.length / 2))))
			await once(reply.raw, 'drain');
		break;
	}
	// The client must receive this half before the connection ends: wait until the socket has sent it.
	await new Promise((resolve) => reply.raw.write('', resolve));
	reply.raw.destroy();
	return reply;
}
