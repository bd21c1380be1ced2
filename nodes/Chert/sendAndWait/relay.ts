import { sleep, type IWebhookFunctions } from 'n8n-workflow';

import type { ChertEvent } from '../../shared/events/envelope';
import type { ChertClient } from './chertClient';
import { findOpenQuestions, questionsFor, routeOf } from './openQuestions';
import { toInstanceMark, type QuestionRecord } from './record';
import { readRelayOutcome, type RelayOutcome } from './relayOutcome';

/** An execution needs some time until it is stored as waiting. After these waits Chert sends the event again. */
const WAITS_MS = [50, 100, 200, 400, 800];

/** Longer than a follow-up to Chert takes. */
const TIMEOUT_MS = 20_000;

/** What was done with an event. */
export type RelayResult = 'done' | 'again';

/**
 * Passes an event on to the waiting execution that it answers, if there is one.
 *
 * @param routeId subscription of the route that received it
 * @returns `again` when Chert should deliver it again
 */
export async function relayEvent(
	ctx: IWebhookFunctions,
	client: ChertClient,
	event: ChertEvent,
	routeId: string,
): Promise<RelayResult> {
	const listed = await client.listSubscriptions();
	if (!listed.ok) return 'again';
	const instanceMark = toInstanceMark(ctx.getInstanceId());
	const { questions, routes } = findOpenQuestions(listed.value, instanceMark, Date.now());
	const origin = originOf(ctx);

	for (const question of questionsFor(event, questions)) {
		const isMine = question.isRelayed && routeOf(question, routes)?.subscriptionId === routeId;
		if (!isMine || new URL(question.url).origin !== origin) {
			// A message is about the newest question, wherever that waits. A tapback can be on any of them.
			if (event.name === 'message.received') return 'done';
			continue;
		}
		const outcome = await passOn(ctx, event, question);
		if (outcome === 'busy' || outcome === 'unreachable') return 'again';
		if (outcome === 'answered' || outcome === 'closed')
			await client.deleteSubscription(question.subscriptionId);
		if (outcome === 'answered' || outcome === 'unclear') return 'done';
	}
	return 'done';
}

/** A subscription's URL is only called where it leads to this n8n. */
function originOf(ctx: IWebhookFunctions): string {
	const url = ctx.getNodeWebhookUrl('setup') ?? '';
	return URL.canParse(url) ? new URL(url).origin : '';
}

async function passOn(
	ctx: IWebhookFunctions,
	event: ChertEvent,
	question: QuestionRecord,
): Promise<RelayOutcome> {
	for (const waitMs of [...WAITS_MS, undefined]) {
		const outcome = await post(ctx, event, question.url);
		if (outcome !== 'busy' || waitMs === undefined) return outcome;
		await sleep(waitMs);
	}
	return 'busy';
}

async function post(ctx: IWebhookFunctions, event: ChertEvent, url: string): Promise<RelayOutcome> {
	let reason: string;
	try {
		const response = (await ctx.helpers.httpRequest({
			method: 'POST',
			url,
			body: event.envelope,
			json: true,
			timeout: TIMEOUT_MS,
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: true,
			returnFullResponse: true,
		})) as { statusCode: number; body: unknown };
		const outcome = readRelayOutcome(response.statusCode, response.body);
		if (outcome !== 'unreachable') return outcome;
		reason = `it responded with HTTP ${response.statusCode}`;
	} catch (error) {
		// The message of the error can contain the signed URL, its code cannot.
		const { code } = error as { code?: unknown };
		reason = typeof code === 'string' ? code : 'there was no response';
	}
	logUnreachable(ctx, new URL(url).origin, reason);
	return 'unreachable';
}

function logUnreachable(ctx: IWebhookFunctions, origin: string, reason: string): void {
	ctx.logger.error(
		`${ctx.getNode().name} received an answer, but n8n does not reach itself at ${origin} (${reason}), so the execution goes on waiting. Check that WEBHOOK_URL is right, that this n8n can connect to it, and that all n8n processes have the same N8N_ENCRYPTION_KEY.`,
		{ workflowId: ctx.getWorkflow().id, nodeName: ctx.getNode().name },
	);
}
