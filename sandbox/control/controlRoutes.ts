import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Context } from '../server/context';
import { ControlError, type Control, type MessageFilter } from './control';
import { ApiError } from '../world/apiError';
import { contentResponse } from '../routes/attachments';
import {
	accountChange,
	type ClockChange,
	type FaultRule,
	type RecipientReply,
	type ReplyScript,
	type Redelivery,
} from '../schemas/control';
import { openSse } from '../server/sse';
import type { SandboxEventMap } from '../world/types';
import { VARIANTS, type Variants } from '../world/variants';

/** Between heartbeats of the live stream. */
const LIVE_HEARTBEAT_MS = 15_000;

/** A file of 100 MB as base64, and some room. */
const MAX_REPLY_BYTES = 150 * 1024 * 1024;

const LIVE_EVENTS = [
	'message',
	'inbound',
	'edited',
	'reaction',
	'read',
	'chat',
	'typing',
	'event',
	'delivery',
	'reset',
] as const satisfies ReadonlyArray<keyof SandboxEventMap>;

/** What a lead sent is shown by pages of this origin; it must never act as one of them. */
const MEDIA_HEADERS = { 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' };

function live(context: Context, reply: FastifyReply): void {
	reply.hijack();
	const stream = openSse(reply.raw, LIVE_HEARTBEAT_MS);
	const listeners = LIVE_EVENTS.map((type) => ({
		type,
		send: (detail?: unknown): void => stream.send({ type, detail: detail ?? null }),
	}));
	for (const { type, send } of listeners) context.events.on(type, send);
	stream.onEnd(() => {
		for (const { type, send } of listeners) context.events.off(type, send);
	});
}

/** `/control`: plain JSON without authentication, for tests and for people; see the table in README.md. */
export function registerControl(app: FastifyInstance, context: Context, control: Control): void {
	app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
		const isInput = error instanceof ControlError || error.name === 'ZodError';
		const status =
			error instanceof ApiError ? error.status : isInput ? 400 : (error.statusCode ?? 500);
		return reply.code(status).send({ error: error.message });
	});
	const body = <Body>(request: FastifyRequest): Body => {
		if (typeof request.body !== 'object' || request.body === null)
			throw new ControlError('Send a JSON body');
		return request.body as Body;
	};

	app.get('/', () => ({
		tenant: context.tenant,
		signingSecret: context.signingSecret,
		lines: context.lines,
		now: context.clock.iso(),
		account: context.account,
		variants: context.variants,
	}));
	app.get<{ Querystring: MessageFilter }>('/messages', (request) =>
		control.messages(request.query),
	);
	app.get('/chats', () => control.chats());
	app.get('/events', () => control.eventRows());
	app.get('/requests', () => control.requests());
	app.get('/audit', () => control.audit());
	app.get('/subscriptions', () => control.subscriptions());
	app.get('/idle', async () => {
		await control.idle();
		return { idle: true };
	});
	app.post<{ Params: { phone: string } }>(
		'/leads/:phone/reply',
		{ bodyLimit: MAX_REPLY_BYTES },
		async (request) => {
			const { chatId, message, events } = await control.reply(
				request.params.phone,
				body<RecipientReply>(request),
			);
			return { chatId, messageId: message?.id ?? null, events };
		},
	);
	app.post('/scripts', (request) => {
		control.addScripts(body<ReplyScript | ReplyScript[]>(request));
		return { added: true };
	});
	app.delete('/scripts', () => {
		control.clearScripts();
		return { cleared: true };
	});
	app.get('/faults', () => control.faults());
	app.post('/faults', (request) => control.addFaults(body<FaultRule | FaultRule[]>(request)));
	app.delete('/faults', () => {
		control.clearFaults();
		return { cleared: true };
	});
	app.get('/clock', () => control.clock());
	app.post('/clock', (request) => control.clock(body<ClockChange>(request)));
	app.get('/variants', () => ({ current: control.variants(), choices: VARIANTS }));
	app.post('/variants', (request) => ({
		current: control.variants(body<Partial<Variants>>(request)),
		choices: VARIANTS,
	}));
	app.post('/account', (request) => ({
		state: control.account(accountChange.parse(body(request)).state),
	}));
	app.post('/redeliver', async (request) => await control.redeliver(body<Redelivery>(request)));
	app.delete('/state', () => {
		control.reset();
		return { reset: true };
	});
	app.get('/live', (_request, reply) => live(context, reply));
	app.get<{ Params: { id: string } }>('/media/:id', (request, reply) => {
		const { headers, stream } = contentResponse(context, request.params.id);
		return reply.headers({ ...headers, ...MEDIA_HEADERS }).send(stream);
	});
}
