import type { FastifyInstance, FastifyReply } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { contentResponse } from '../routes/attachments';
import {
	accountChange,
	clockChange,
	faultRules,
	httpRecipientReply,
	httpReplyScripts,
	messageFilter,
	redelivery,
	variantChange,
} from '../schemas/control';
import type { Context } from '../server/context';
import { openSse } from '../server/sse';
import { ApiError } from '../world/apiError';
import type { SandboxEventMap } from '../world/types';
import { VARIANTS } from '../world/variants';
import { ControlError, type Control } from './control';

/** Between heartbeats of the live stream. */
const LIVE_HEARTBEAT_MS = 15_000;

/** A file of 100 MB as base64, and some room. */
const MAX_REPLY_BYTES = 150 * 1024 * 1024;

/** What the live stream sends: all but `scriptFailed`, which concerns the process that runs the sandbox. */
const LIVE_EVENTS = [
	'message',
	'inbound',
	'edited',
	'reaction',
	'read',
	'chat',
	'groupChange',
	'typing',
	'event',
	'delivery',
	'reset',
] as const satisfies ReadonlyArray<keyof SandboxEventMap>;

/** Files of recipients open in pages of this origin, but must not run as one of them. */
const MEDIA_HEADERS = { 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' };

function streamLive(context: Context, reply: FastifyReply): void {
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

/** `/control`: JSON without authentication, for tests and for people; see the table in README.md. */
export function registerControl(
	instance: FastifyInstance,
	context: Context,
	control: Control,
): void {
	const app = instance.withTypeProvider<ZodTypeProvider>();
	app.setValidatorCompiler(validatorCompiler);
	app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
		const isInput = error instanceof ControlError;
		const status =
			error instanceof ApiError ? error.status : isInput ? 400 : (error.statusCode ?? 500);
		return reply.code(status).send({ error: error.message });
	});

	app.get('/', () => ({
		tenant: context.tenant,
		signingSecret: context.signingSecret,
		lines: context.lines,
		now: context.clock.iso(),
		account: context.account,
		variants: context.variants,
		note: context.note,
		workflowNames: context.workflowNames,
	}));
	app.get('/messages', { schema: { querystring: messageFilter } }, (request) =>
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
	app.post(
		'/leads/:phone/reply',
		{
			bodyLimit: MAX_REPLY_BYTES,
			schema: { params: z.object({ phone: z.string() }), body: httpRecipientReply },
		},
		async (request) => {
			const { chatId, message, events } = await control.reply(request.params.phone, request.body);
			return { chatId, messageId: message?.id ?? null, events };
		},
	);
	app.post('/scripts', { schema: { body: httpReplyScripts } }, (request) => {
		control.addScripts(request.body);
		return { added: true };
	});
	app.delete('/scripts', () => {
		control.clearScripts();
		return { cleared: true };
	});
	app.get('/faults', () => control.faults());
	app.post('/faults', { schema: { body: faultRules } }, (request) =>
		control.addFaults(request.body),
	);
	app.delete('/faults', () => {
		control.clearFaults();
		return { cleared: true };
	});
	app.get('/clock', () => control.clock());
	app.post('/clock', { schema: { body: clockChange } }, (request) => control.clock(request.body));
	app.get('/variants', () => ({ current: control.variants(), choices: VARIANTS }));
	app.post('/variants', { schema: { body: variantChange } }, (request) => ({
		current: control.variants(request.body),
		choices: VARIANTS,
	}));
	app.post('/account', { schema: { body: accountChange } }, (request) => ({
		state: control.account(request.body.state),
	}));
	app.post(
		'/redeliver',
		{ schema: { body: redelivery } },
		async (request) => await control.redeliver(request.body),
	);
	app.delete('/state', () => {
		control.reset();
		return { reset: true };
	});
	app.get('/live', (_request, reply) => streamLive(context, reply));
	app.get<{ Params: { id: string } }>('/media/:id', (request, reply) => {
		const { headers, stream } = contentResponse(context, request.params.id);
		return reply.headers({ ...headers, ...MEDIA_HEADERS }).send(stream);
	});
}
