import type { ChertEvent } from '../../shared/events/envelope';
import {
	parseQuestionRecord,
	parseRouteRecord,
	type ListedSubscription,
	type QuestionRecord,
	type RouteRecord,
} from './record';
import { mayAnswer } from './respondents';

/** What this n8n has at Chert. */
export interface OpenQuestions {
	questions: QuestionRecord[];
	/** Questions whose time limit is over, to be removed */
	expired: QuestionRecord[];
	routes: RouteRecord[];
	/** IDs of messages that were passed on to questions that are answered now */
	answeredBy: Set<string>;
}

/**
 * Sorts the list of all webhook subscriptions.
 *
 * @param now milliseconds since 1970
 */
export function findOpenQuestions(
	subscriptions: ListedSubscription[],
	instanceMark: string,
	now: number,
): OpenQuestions {
	const records = subscriptions
		.map((subscription) => parseQuestionRecord(subscription, instanceMark))
		.filter((record) => record !== undefined);
	const current = records.filter(({ expiresAt }) => expiresAt > now);
	const answered = current.filter(({ isAnswered }) => isAnswered);
	return {
		questions: current.filter(({ isAnswered }) => !isAnswered),
		answeredBy: new Set(answered.flatMap(({ events }) => events)),
		expired: records.filter(({ expiresAt }) => expiresAt <= now),
		routes: subscriptions
			.map((subscription) => parseRouteRecord(subscription, instanceMark))
			.filter((route) => route !== undefined),
	};
}

/**
 * The questions that an event may answer, the newest first. A message is about the newest one; a tapback about the one
 * whose message it is on, which only the waiting executions know.
 */
export function questionsFor(event: ChertEvent, questions: QuestionRecord[]): QuestionRecord[] {
	return questions
		.filter(({ respondents }) => mayAnswer(event, respondents))
		.sort((a, b) => b.askedAt - a.askedAt);
}

/**
 * The questions that are left for a message when it may be a repeat: without those that are newer than the one that it
 * was passed on to before.
 *
 * @param questions the newest first
 */
export function questionsForRepeat(
	eventId: string | null,
	questions: QuestionRecord[],
): QuestionRecord[] {
	const before = questions.findIndex(({ events }) => eventId !== null && events.includes(eventId));
	return questions.slice(Math.max(before, 0));
}

/**
 * The route that passes answers to a question on: that of its node, or, where the node is not published any more, the
 * first one of this n8n, so that exactly one does.
 */
export function routeOf(
	{ workflowId, nodeId }: QuestionRecord,
	routes: RouteRecord[],
): RouteRecord | undefined {
	const own = routes.find((route) => route.nodeId === nodeId && route.workflowId === workflowId);
	const byId = [...routes].sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
	return own ?? byId[0];
}

/**
 * The questions that a route passes an event on to, in this order. A tapback can be on any question of the route. A
 * message is about the newest question: its route passes the message on, and if the question turns out to be closed,
 * also to older ones of other routes.
 *
 * @param questions that the event may answer, the newest first
 */
export function questionsOfRoute(
	event: ChertEvent,
	questions: QuestionRecord[],
	routes: RouteRecord[],
	subscriptionId: string,
): QuestionRecord[] {
	const isOfRoute = (question: QuestionRecord) =>
		question.isRelayed && routeOf(question, routes)?.subscriptionId === subscriptionId;
	if (event.name !== 'message.received') return questions.filter(isOfRoute);

	const left = questionsForRepeat(event.eventId, questions);
	// Where questions A and B are open and the route of B, the newer one, passed the message on before, a repeat of it
	// must not answer A.
	const newest = questions.slice(0, questions.length - left.length + 1);
	return newest.some(isOfRoute) ? left : [];
}
