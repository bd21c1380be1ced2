import type { IExecuteFunctions } from 'n8n-workflow';

import { describeAttemptError } from '../../shared/errorMessages';
import type { AttemptError } from '../../shared/retry';
import { ItemError } from '../transport/itemError';
import { ChertClient } from './chertClient';
import { findOpenQuestions } from './openQuestions';
import { recordParameters, toInstanceMark, type QuestionRecord, type RouteRecord } from './record';
import { relayMissedAnswers } from './missedAnswers';
import { ANSWER_EVENTS } from './route';
import type { Settings } from './questionSettings';
import { removeExpired } from './sweep';

/** An open question's record at Chert. */
export interface Registration {
	/** Milliseconds since 1970, by Chert's clock, to the second; the question is sent after it */
	registeredAt: number;
	/** Its ID, where Chert delivers to the waiting execution itself and not to the node's route */
	ownSubscriptionId?: string;
	/** Removes the record. */
	remove(): Promise<void>;
}

/**
 * While Chert creates a subscription, it is active. Nobody takes a tapback off a message that is not sent yet, so
 * nothing is delivered before it is made inactive.
 */
const QUIET_EVENT = 'reaction.removed';

/**
 * Makes the record of a question, before the question is sent. Source: API section 5.1.
 *
 * @throws ItemError when Chert does not keep it
 */
export async function registerQuestion(
	ctx: IExecuteFunctions,
	round: string,
	{ recipient, approvers, expiresAt }: Settings,
): Promise<Registration> {
	const client = await ChertClient.open(ctx);
	const instanceMark = toInstanceMark(ctx.getInstanceId());
	const listed = await client.listSubscriptions();
	if (!listed.ok) throw notRegistered(listed.error, client);
	const open = findOpenQuestions(listed.value, instanceMark, Date.now());
	await removeExpired(client, open.expired);

	const route = findRoute(ctx, open.routes);
	const isRelayed = route !== undefined;
	if (route !== undefined) await relayMissedAnswers(ctx, client, route);
	const parameters = recordParameters(instanceMark, round, {
		workflowId: ctx.getWorkflow().id ?? '',
		respondents: { ...recipient, approvers },
		askedAt: Date.now(),
		expiresAt,
		isRelayed,
	});
	const url = ctx.getSignedResumeUrl(parameters);
	const id = await create(client, url, isRelayed, open.questions);
	const remove = async () => await client.deleteSubscription(id);
	if (isRelayed) {
		const changed = await client.updateSubscription(id, {
			is_active: false,
			events: [...ANSWER_EVENTS],
		});
		if (!changed.ok) {
			await remove();
			throw notRegistered(changed.error, client);
		}
	}
	const registeredAt = client.respondedAt ?? Date.now();
	return { registeredAt, remove, ...(!isRelayed && { ownSubscriptionId: id }) };
}

/**
 * The route of this node, where it is published. The node's static data cannot tell: workers of n8n 2 do not have it. A
 * run in the editor has the unpublished node.
 */
function findRoute(ctx: IExecuteFunctions, routes: RouteRecord[]): RouteRecord | undefined {
	if (ctx.getMode() === 'manual') return undefined;
	const workflowId = ctx.getWorkflow().id ?? '';
	const nodeId = ctx.getNode().id;
	return routes.find((route) => route.nodeId === nodeId && route.workflowId === workflowId);
}

async function create(
	client: ChertClient,
	url: string,
	isRelayed: boolean,
	open: QuestionRecord[],
): Promise<string> {
	const events = isRelayed ? [QUIET_EVENT] : [...ANSWER_EVENTS];
	const created = await client.createSubscription({ url, events });
	if (created.ok && created.value.id !== undefined) return created.value.id;
	// Its response can be lost although Chert has it.
	const listed = await client.listSubscriptions();
	const found = listed.ok ? listed.value.find((each) => each.url === url) : undefined;
	if (found?.id !== undefined) return found.id;
	throw created.ok ? notRegistered(undefined, client) : notRegistered(created.error, client, open);
}

function notRegistered(
	error: AttemptError | undefined,
	{ baseUrl }: ChertClient,
	open: QuestionRecord[] = [],
): ItemError {
	const cause =
		error === undefined
			? { message: 'Chert returned no ID', description: '' }
			: describeAttemptError(error, { baseUrl });
	const count = `${open.length} ${open.length === 1 ? 'question is' : 'questions are'} open`;
	return new ItemError(
		{
			message: `The question was not sent, because Chert could not register it (${count}): ${cause.message}`,
			description: `Each open question is a webhook subscription at Chert. If there are too many, set a shorter Limit Wait Time, or set Answer By to Link. ${cause.description}`,
		},
		error?.kind === 'apiError' ? error.apiError : {},
	);
}
