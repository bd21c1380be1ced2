import { sleep, type IExecuteFunctions, type IWebhookFunctions } from 'n8n-workflow';

import type { ChertEvent } from '../../shared/events/envelope';
import { ConcurrencyLimiter } from '../transport/concurrencyLimiter';
import type { ChertClient } from './chertClient';
import { findOpenQuestions, questionsFor, questionsOfRoute } from './openQuestions';
import {
	toAnsweredUrl,
	toInstanceMark,
	toNotedUrl,
	type QuestionRecord,
	type RouteRecord,
} from './record';
import { readRelayOutcome, type RelayOutcome } from './relayOutcome';
import { writeLog } from '../../shared/log';

/** An execution needs some time until it is stored as waiting. After these waits Chert sends the event again. */
const WAITS_MS = [50, 100, 200, 400, 800];

/** Longer than a follow-up to Chert takes. */
const TIMEOUT_MS = 20_000;

/** Codes of axios that say little. */
const REASONS: Record<string, string> = {
	ECONNABORTED: `there was no response within ${TIMEOUT_MS / 1000} seconds`,
};

/** The functions that passing an event on needs, in an execution or a webhook. */
export type RelayContext = Pick<
	IExecuteFunctions | IWebhookFunctions,
	'getInstanceId' | 'getNode' | 'getWorkflow' | 'helpers' | 'logger'
>;

/** What was done with an event. */
export type RelayResult = 'done' | 'again';

/**
 * Events that one process passes on at the same time. For each, n8n makes a request to itself: of many at once, each
 * takes so long that it times out.
 */
const MAX_CONCURRENT_EVENTS = 4;

const limiter = new ConcurrencyLimiter(MAX_CONCURRENT_EVENTS);

/** How long a process remembers which events answered a question. */
const REMEMBER_MS = 10_000;

/**
 * When events answered a question in this process, in milliseconds. The next question to the same person can be asked
 * within the same second, and Chert's time of a question is to the second.
 */
const answeredAt = new Map<string, number>();

/** Events under way in this process, by route and event. */
const underWay = new Map<string, Promise<RelayResult>>();

/**
 * Passes an event on to the waiting execution that it answers, if there is one. A repeat that Chert sends meanwhile has
 * the same result.
 *
 * @param route the subscription that received the event
 * @returns `again` when Chert should deliver it again
 */
export async function relayEvent(
	ctx: RelayContext,
	client: ChertClient,
	event: ChertEvent,
	route: Pick<RouteRecord, 'subscriptionId' | 'url'>,
): Promise<RelayResult> {
	const key = `${route.subscriptionId} ${event.eventId}`;
	const earlier = event.eventId === null ? undefined : underWay.get(key);
	if (earlier !== undefined) return await earlier;
	const relayed = limiter.run(async () => await relay(ctx, client, event, route));
	underWay.set(key, relayed);
	try {
		return await relayed;
	} finally {
		underWay.delete(key);
	}
}

async function relay(
	ctx: RelayContext,
	client: ChertClient,
	event: ChertEvent,
	route: Pick<RouteRecord, 'subscriptionId' | 'url'>,
): Promise<RelayResult> {
	if (event.eventId !== null && answeredAt.has(event.eventId)) return 'done';
	const listed = await client.listSubscriptions();
	if (!listed.ok) return 'again';
	const instanceMark = toInstanceMark(ctx.getInstanceId());
	const open = findOpenQuestions(listed.value, instanceMark, Date.now());
	if (event.eventId !== null && open.answeredBy.has(event.eventId)) return 'done';

	const questions = questionsFor(event, open.questions);
	const candidates = questionsOfRoute(event, questions, open.routes, route.subscriptionId);
	const { origin } = new URL(route.url);
	const { result, closed } = await passOnInOrder(ctx, client, event, {
		candidates,
		questions,
		origin,
	});
	for (const question of closed) {
		// A repeat must find the same route, so the record then stays as it was.
		if (result === 'again') await note(client, question);
		else await close(client, question, without(questions, question));
	}
	return result;
}

interface Questions {
	/** To try one after the other */
	candidates: QuestionRecord[];
	/** All open questions to the person */
	questions: QuestionRecord[];
	/** Where this n8n is: a subscription's URL is requested only there */
	origin: string;
}

/** Passes an event on until a question takes it. Returns also the questions that turned out to be closed. */
async function passOnInOrder(
	ctx: RelayContext,
	client: ChertClient,
	event: ChertEvent,
	{ candidates, questions, origin }: Questions,
): Promise<{ result: RelayResult; closed: QuestionRecord[] }> {
	const { eventId } = event;
	const isMessage = event.name === 'message.received';
	const closed: QuestionRecord[] = [];
	const end = (result: RelayResult) => ({ result, closed });
	for (const question of candidates) {
		if (!question.isRelayed || new URL(question.url).origin !== origin) {
			if (isMessage) return end('done');
			continue;
		}
		const others = without(questions, question);
		const wasPassedOn = eventId !== null && question.events.includes(eventId);
		const mustNote = isMessage && eventId !== null && !wasPassedOn && others.length > 0;
		const noted = mustNote ? { ...question, events: [...question.events, eventId] } : question;
		if (mustNote && !(await note(client, noted))) return end('again');

		const outcome = await passOn(ctx, event, question);
		if (outcome === 'busy' || outcome === 'unreachable') return end('again');
		if (outcome === 'unclear') return end('done');
		if (outcome === 'answered') {
			rememberAnswered(event);
			await close(client, noted, others);
			return end('done');
		}
		if (outcome === 'closed') {
			closed.push(question);
			// This message has answered the question before.
			if (wasPassedOn) return end('done');
		}
	}
	return end('done');
}

const without = (questions: QuestionRecord[], question: QuestionRecord) =>
	questions.filter((other) => other !== question);

function rememberAnswered({ eventId }: ChertEvent): void {
	const now = Date.now();
	for (const [id, time] of answeredAt) if (now - time > REMEMBER_MS) answeredAt.delete(id);
	if (eventId !== null) answeredAt.set(eventId, now);
}

/**
 * Notes the messages that were passed on to a question. It comes before the request to n8n: that can time out, or its
 * process be killed, although n8n has the answer.
 */
async function note(client: ChertClient, question: QuestionRecord): Promise<boolean> {
	const { subscriptionId, url, events } = question;
	return (await client.updateSubscription(subscriptionId, { url: toNotedUrl(url, events) })).ok;
}

/**
 * Removes the record of a question that is not open any more, or keeps it for repeats of its messages, as long as they
 * could answer another question of the person.
 */
async function close(
	client: ChertClient,
	{ subscriptionId, url, events }: QuestionRecord,
	others: QuestionRecord[],
): Promise<void> {
	if (others.length > 0 && events.length > 0) {
		const expiresAt = Math.max(...others.map((other) => other.expiresAt));
		const answeredUrl = toAnsweredUrl(url, events, expiresAt);
		const changed = await client.updateSubscription(subscriptionId, { url: answeredUrl });
		if (changed.ok) return;
	}
	await client.deleteSubscription(subscriptionId);
}

async function passOn(
	ctx: RelayContext,
	event: ChertEvent,
	question: QuestionRecord,
): Promise<RelayOutcome> {
	let wasBusy = false;
	for (const waitMs of [...WAITS_MS, undefined]) {
		const outcome = await post(ctx, event, question.url);
		// Another request may have answered it with the same event, and is about to note that.
		if (outcome === 'closed' && wasBusy) return 'busy';
		if (outcome !== 'busy') return outcome;
		wasBusy = true;
		if (waitMs !== undefined) await sleep(waitMs);
	}
	return 'busy';
}

async function post(ctx: RelayContext, event: ChertEvent, url: string): Promise<RelayOutcome> {
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
		reason = typeof code === 'string' ? (REASONS[code] ?? code) : 'there was no response';
	}
	logUnreachable(ctx, new URL(url).origin, reason);
	return 'unreachable';
}

function logUnreachable(ctx: RelayContext, origin: string, reason: string): void {
	writeLog(
		ctx,
		'error',
		`received an answer, but n8n cannot reach itself at ${origin} (${reason}), so the execution is still waiting. Check that WEBHOOK_URL is correct, that n8n can connect to it, and that all n8n processes have the same N8N_ENCRYPTION_KEY.`,
	);
}
