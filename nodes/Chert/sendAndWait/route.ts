import type { IHookFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { latestRecord } from '../../shared/subscription/replacedRecords';
import { readRecord, type Wanted } from '../../shared/subscription/subscription';
import {
	createSubscription,
	deleteSubscription,
	ensureSubscription,
} from '../../shared/subscription/subscriptionLifecycle';
import { verifyDelivery } from '../../shared/subscription/verifyDelivery';
import { readEvent } from '../../shared/events/envelope';
import { readConnection } from '../transport/requestOptions';
import { ChertClient } from './chertClient';
import { findOpenQuestions } from './openQuestions';
import { toInstanceMark, toRouteUrl } from './record';
import { relayEvent } from './relay';
import { relayMissedAnswers } from './missedAnswers';
import { removeExpired } from './sweep';

/** What can be an answer. */
export const ANSWER_EVENTS = ['message.received', 'reaction.added'] as const;

/**
 * Checks whether the route's subscription exists. Removes questions whose time is over.
 *
 * @returns false when it has to be created
 * @throws NodeApiError when Chert rejects a request, NodeOperationError when Chert cannot reach this n8n
 */
export async function checkRoute(ctx: IHookFunctions): Promise<boolean> {
	const client = await ChertClient.open(ctx);
	const listed = await client.listSubscriptions();
	if (listed.ok) {
		const instanceMark = toInstanceMark(ctx.getInstanceId());
		await removeExpired(client, findOpenQuestions(listed.value, instanceMark, Date.now()).expired);
	}
	return await ensureSubscription(ctx, routeSubscription(ctx));
}

/** Creates the route's subscription and keeps its secret. */
export async function createRoute(ctx: IHookFunctions): Promise<boolean> {
	return await createSubscription(ctx, routeSubscription(ctx));
}

/** Deletes the route's subscription. Questions stay open: when the node is published again, it hears their answers. */
export async function deleteRoute(ctx: IHookFunctions): Promise<boolean> {
	return await deleteSubscription(ctx, routeSubscription(ctx));
}

/** Handles a delivery to the route: verifies it, and passes it on to the execution that waits for it. */
export async function receiveDelivery(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const delivery = await verifyDelivery(ctx);
	if (delivery === undefined) return { noWebhookResponse: true };
	const event = readEvent(delivery);
	if (event.isOwn || !ANSWER_EVENTS.some((name) => name === event.name)) return {};

	const stored = readRecord(ctx.getWorkflowStaticData('node'));
	if (stored === undefined) return {};
	const { id: subscriptionId, url } = latestRecord(stored);
	const route = { subscriptionId, url };
	const client = await ChertClient.open(ctx);
	const result = await relayEvent(ctx, client, event, route);
	const response = ctx.getResponseObject();
	if (result === 'done') response.status(200).end();
	else response.status(503).json({ message: 'Send this event again' });
	// Without a response, Chert would send the event again meanwhile.
	await relayMissedAnswers(ctx, client, route);
	return { noWebhookResponse: true };
}

function routeSubscription(ctx: IHookFunctions): Wanted {
	const identity = { workflowId: ctx.getWorkflow().id ?? '', nodeId: ctx.getNode().id };
	const webhookUrl = ctx.getNodeWebhookUrl('setup') ?? '';
	return {
		url: toRouteUrl(webhookUrl, toInstanceMark(ctx.getInstanceId()), identity),
		events: ANSWER_EVENTS,
		instanceId: ctx.getInstanceId(),
		connection: readConnection(ctx.getNode(), ctx.getNodeParameter('requestOptions', {})),
	};
}
