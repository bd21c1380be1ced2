import { createHash } from 'node:crypto';

import { splitList } from '../../shared/fieldValue';
import type { Respondents } from './respondents';

/**
 * An open question as all processes of this n8n see it: a webhook subscription at Chert whose URL is the signed resume
 * URL of the waiting execution, with these query parameters.
 */
export interface QuestionRecord {
	subscriptionId: string;
	/** The signed resume URL. It is a secret. */
	url: string;
	workflowId: string;
	nodeId: string;
	respondents: Respondents;
	/** Milliseconds since 1970 */
	askedAt: number;
	expiresAt: number;
	/** True when the node's route passes answers on; else Chert delivers to the resume URL itself. */
	isRelayed: boolean;
	/** IDs of messages that were passed on to it. A repeat of one must not answer another question. */
	events: string[];
	/** True when the record is kept only to recognize those repeats */
	isAnswered: boolean;
}

/** The subscription of a node's route, which hears the answers to all questions of that node. */
export interface RouteRecord {
	subscriptionId: string;
	url: string;
	workflowId: string;
	nodeId: string;
}

/** As much of a subscription as is needed here. */
export interface ListedSubscription {
	id?: string;
	url?: string;
	isActive?: boolean;
}

/** Path of a node's route below its webhook URL. */
export const ROUTE_PATH = 'answers';

/** Names an n8n installation without giving away its ID. */
export function toInstanceMark(instanceId: string): string {
	return createHash('sha256').update(instanceId).digest('hex').slice(0, 16);
}

/** What goes into the signed resume URL besides n8n's own parameters. */
export function recordParameters(
	instanceMark: string,
	round: string,
	record: Omit<QuestionRecord, 'subscriptionId' | 'url' | 'nodeId' | 'events' | 'isAnswered'>,
): Record<string, string> {
	const { phone, chatId, approvers } = record.respondents;
	return {
		n8n: instanceMark,
		workflow: record.workflowId,
		round,
		...(phone !== undefined && { phone }),
		...(chatId !== undefined && { chat: chatId }),
		...(approvers.length > 0 && { by: approvers.join(',') }),
		asked: String(record.askedAt),
		until: String(record.expiresAt),
		...(record.isRelayed && { relayed: '1' }),
	};
}

/** The URL of a node's route with the parameters that tell whose it is. n8n ignores them. */
export function toRouteUrl(
	webhookUrl: string,
	instanceMark: string,
	{ workflowId, nodeId }: Pick<RouteRecord, 'workflowId' | 'nodeId'>,
): string {
	const parameters = new URLSearchParams({ n8n: instanceMark, workflow: workflowId, node: nodeId });
	return `${webhookUrl}?${parameters.toString()}`;
}

/** @returns undefined when the subscription is anything but a question of this n8n */
export function parseQuestionRecord(
	{ id, url }: ListedSubscription,
	instanceMark: string,
): QuestionRecord | undefined {
	const parsed = parseOwnUrl(url, instanceMark);
	if (parsed === undefined || id === undefined) return undefined;
	const { pathname, searchParams } = parsed;
	const askedAt = Number(searchParams.get('asked') ?? NaN);
	const expiresAt = Number(searchParams.get('until') ?? NaN);
	const nodeId = pathname.split('/').at(-1) ?? '';
	if (Number.isNaN(askedAt) || Number.isNaN(expiresAt) || nodeId === '') return undefined;
	const events = searchParams.getAll('event');
	if (events.length > 0) searchParams.delete('event');
	return {
		subscriptionId: id,
		url: parsed.href,
		workflowId: searchParams.get('workflow') ?? '',
		nodeId: decodeURIComponent(nodeId),
		respondents: {
			phone: searchParams.get('phone') ?? undefined,
			chatId: searchParams.get('chat') ?? undefined,
			approvers: splitList(searchParams.get('by')),
		},
		askedAt,
		expiresAt,
		isRelayed: searchParams.has('relayed'),
		events,
		isAnswered: searchParams.has('answered'),
	};
}

/** As many messages as a person writes while Chert repeats one, in a URL that stays short. */
const MAX_EVENTS = 20;

/** The URL of an open question's record that notes the messages that were passed on to it, the oldest first. */
export function toNotedUrl(url: string, events: string[]): string {
	const noted = new URL(url);
	for (const event of events.slice(-MAX_EVENTS)) noted.searchParams.append('event', event);
	return noted.href;
}

/**
 * The URL of a record once its question is answered. Its signature is not valid any more.
 *
 * @param events that can be repeated
 * @param expiresAt milliseconds since 1970, until when that matters
 */
export function toAnsweredUrl(url: string, events: string[], expiresAt: number): string {
	const answered = new URL(toNotedUrl(url, events));
	answered.searchParams.set('answered', '1');
	answered.searchParams.set('until', String(expiresAt));
	return answered.href;
}

/** @returns undefined when the subscription is anything but an active route of this n8n */
export function parseRouteRecord(
	{ id, url, isActive }: ListedSubscription,
	instanceMark: string,
): RouteRecord | undefined {
	// Only a route's address has it, so that those of questions are not parsed twice.
	const parsed = url?.includes('node=') ? parseOwnUrl(url, instanceMark) : undefined;
	const nodeId = parsed?.searchParams.get('node');
	if (!parsed || !nodeId || id === undefined || isActive === false) return undefined;
	const workflowId = parsed.searchParams.get('workflow') ?? '';
	return { subscriptionId: id, url: parsed.href, workflowId, nodeId };
}

function parseOwnUrl(url: string | undefined, instanceMark: string): URL | undefined {
	if (!url?.includes(instanceMark) || !URL.canParse(url)) return undefined;
	const parsed = new URL(url);
	return parsed.searchParams.get('n8n') === instanceMark ? parsed : undefined;
}
