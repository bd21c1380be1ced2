import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { readEvent, type ChertEvent } from '../../shared/events/envelope';
import { ChertClient } from './chertClient';
import { sendAfterAnswer, sendUnclearReply } from './followUp';
import type { Question, ReplyAnswer } from './question';
import type { ReplyOutcome } from './relayOutcome';
import { interpretReply } from './reply';
import { writeLog } from '../../shared/log';

/**
 * Takes an event for a question that is answered in iMessage. The signed URL of the request is the proof of its origin.
 */
export async function answerInChat(
	ctx: IWebhookFunctions,
	question: Question | undefined,
): Promise<IWebhookResponseData> {
	const { round } = ctx.getQueryData() as IDataObject;
	if (question?.answer.by !== 'reply' || question.round !== round) return respond('closed');
	if (Date.now() >= question.expiresAt) return respond('closed');

	const { answer } = question;
	const respondedAt = new Date().toISOString();
	const body = (ctx.getBodyData() ?? {}) as IDataObject;
	const event = readEvent({ body, arrivedAt: respondedAt });
	const reply = interpretReply(event, answer, respondedAt);
	if (reply.kind === 'unclear')
		await attempt(ctx, async () => await sendUnclearReply(ctx, question.round, answer, event));
	if (reply.kind !== 'answer') return respond(reply.kind);

	await finish(ctx, question.round, answer, event);
	return {
		...respond('answered'),
		workflowData: [[{ json: { data: reply.data }, pairedItem: { item: 0 } }]],
	};
}

const respond = (outcome: ReplyOutcome): IWebhookResponseData => ({ webhookResponse: { outcome } });

async function finish(
	ctx: IWebhookFunctions,
	round: string,
	answer: ReplyAnswer,
	event: ChertEvent,
): Promise<void> {
	await attempt(ctx, async () => await sendAfterAnswer(ctx, round, answer, event));
	const { ownSubscriptionId } = answer;
	if (ownSubscriptionId === undefined) return;
	await attempt(ctx, async () => {
		const client = await ChertClient.open(ctx);
		await client.deleteSubscription(ownSubscriptionId);
	});
}

/** Does what follows an answer. The answer counts without it, e.g. when the credential was deleted. */
async function attempt(ctx: IWebhookFunctions, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		writeLog(
			ctx,
			'warn',
			`received an answer, but could not follow up: ${(error as Error).message}`,
		);
	}
}
