import type { IWebhookFunctions } from 'n8n-workflow';

import type { ChertEvent } from '../../shared/events/envelope';
import type { ChertRequest } from '../../shared/request';
import { digest } from '../transport/idempotencyKey';
import { ChertClient } from './chertClient';
import type { ReplyAnswer } from './question';
import { writeLog } from '../../shared/log';

/** A courtesy must not hold up the answer for long. */
const TIMEOUT_MS = 5_000;

/** Writes back that an answer was neither yes nor no. Chert sends it once, by its idempotency key. */
export async function sendUnclearReply(
	ctx: IWebhookFunctions,
	round: string,
	{ unclearReply, chatId }: ReplyAnswer,
	event: ChertEvent,
): Promise<void> {
	if (unclearReply === '') return;
	await send(ctx, textRequest(ctx, `${round}.unclear`, event.chatId ?? chatId, unclearReply));
}

/** Confirms an answer to the person, if the workflow wants that. */
export async function sendAfterAnswer(
	ctx: IWebhookFunctions,
	round: string,
	{ afterAnswer, chatId }: ReplyAnswer,
	event: ChertEvent,
): Promise<void> {
	if (afterAnswer.kind === 'text') {
		const chat = event.chatId ?? chatId;
		await send(ctx, textRequest(ctx, `${round}.after`, chat, afterAnswer.text));
	}
	// A tapback is on our own question, which needs no like.
	if (afterAnswer.kind === 'reaction' && event.name === 'message.received' && event.messageId) {
		const path = `/messages/${encodeURIComponent(event.messageId)}/react`;
		await send(ctx, { method: 'POST', path, json: { reaction: 'like' } });
	}
}

/** @param purpose tells this text from others of the same execution and node */
function textRequest(
	ctx: IWebhookFunctions,
	purpose: string,
	chatId: string | undefined,
	text: string,
): ChertRequest | undefined {
	if (chatId === undefined) return undefined;
	const identity = [ctx.getInstanceId(), ctx.getExecutionId(), ctx.getNode().id, purpose];
	const parts = [{ type: 'text', value: text }];
	return {
		method: 'POST',
		path: `/chats/${encodeURIComponent(chatId)}/messages`,
		json: { message: { parts, idempotency_key: `n8n-${digest(identity)}` } },
	};
}

async function send(ctx: IWebhookFunctions, request: ChertRequest | undefined): Promise<void> {
	if (request === undefined) return;
	const client = await ChertClient.open(ctx);
	const result = await client.send({ ...request, timeoutMs: TIMEOUT_MS }, false);
	if (result.ok) return;
	const { error } = result;
	const reason = error.kind === 'apiError' ? `HTTP ${error.apiError.status}` : error.reason;
	writeLog(ctx, 'warn', `could not reply to the person: ${reason}`);
}
