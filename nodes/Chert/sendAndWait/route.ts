import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type IWebhookFunctions,
	type IWebhookResponseData,
	type JsonObject,
} from 'n8n-workflow';

import { verify } from '../../ChertTrigger/signature';
import { whyUnreachable } from '../../ChertTrigger/webhookUrl';
import { describeAttemptError } from '../../shared/errorMessages';
import { readEvent } from '../../shared/events/envelope';
import { asObject } from '../../shared/object';
import type { AttemptError } from '../../shared/retry';
import { ChertClient } from './chertClient';
import { findOpenQuestions } from './openQuestions';
import { toInstanceMark, toRouteUrl } from './record';
import { relayEvent } from './relay';
import { removeExpired } from './sweep';

/** What can be an answer. */
export const ANSWER_EVENTS = ['message.received', 'reaction.added'] as const;

/** The route's subscription, as the node keeps it in its static data. */
interface StoredRoute {
	id: string;
	secret: string;
	url: string;
}

/** True when the node is published, so that its route passes answers on. A run in the editor has the unpublished node. */
export function hasRoute(ctx: IExecuteFunctions): boolean {
	return ctx.getMode() !== 'manual' && storedRoute(ctx) !== undefined;
}

/**
 * Checks whether the route's subscription exists. Removes questions whose time is over.
 *
 * @returns false when it has to be created
 * @throws NodeApiError when Chert does not list the subscriptions
 */
export async function checkRoute(ctx: IHookFunctions): Promise<boolean> {
	const client = await ChertClient.open(ctx);
	const listed = await client.listSubscriptions();
	if (!listed.ok) throw toNodeError(ctx, listed.error, client);
	const instanceMark = toInstanceMark(ctx.getInstanceId());
	const { expired } = findOpenQuestions(listed.value, instanceMark, Date.now());
	await removeExpired(client, expired);

	const stored = storedRoute(ctx);
	const remote = listed.value.find(({ id }) => id === stored?.id);
	if (stored === undefined || remote === undefined) return false;
	if (stored.url === routeUrl(ctx) && remote.url === stored.url && remote.isActive !== false)
		return true;
	await deleteRoute(ctx);
	return false;
}

/**
 * Creates the route's subscription and keeps its secret, which Chert shows only this once.
 *
 * @throws NodeApiError when Chert rejects it, NodeOperationError when Chert cannot reach this n8n
 */
export async function createRoute(ctx: IHookFunctions): Promise<boolean> {
	const client = await ChertClient.open(ctx);
	const url = routeUrl(ctx);
	const reason = whyUnreachable(url, client.baseUrl);
	if (reason !== undefined) {
		throw new NodeOperationError(
			ctx.getNode(),
			`Chert cannot deliver answers to ${new URL(url).origin}, because ${reason}`,
			{
				description:
					'Set the environment variable WEBHOOK_URL to the public https address of this n8n, restart n8n, then publish the workflow again.',
			},
		);
	}
	const created = await client.createSubscription({ url, events: [...ANSWER_EVENTS] });
	if (!created.ok) throw toNodeError(ctx, created.error, client);
	const { id, secret } = created.value;
	if (id === undefined || secret === undefined)
		throw new NodeOperationError(
			ctx.getNode(),
			'Chert created a webhook subscription but returned no secret',
		);
	const route: StoredRoute = { id, secret, url };
	ctx.getWorkflowStaticData('node').route = { ...route };
	return true;
}

/** Deletes the route's subscription. Questions stay open: published again, the node hears their answers. */
export async function deleteRoute(ctx: IHookFunctions): Promise<boolean> {
	const stored = storedRoute(ctx);
	if (stored === undefined) return true;
	const client = await ChertClient.open(ctx);
	const isDeleted = await client.deleteSubscription(stored.id);
	if (isDeleted) delete ctx.getWorkflowStaticData('node').route;
	return isDeleted;
}

/** Handles a delivery to the route: verifies it, and passes it on to the execution that waits for it. */
export async function receiveDelivery(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const stored = storedRoute(ctx);
	const { rawBody } = ctx.getRequestObject();
	const headers = ctx.getHeaderData();
	const verification = verify({
		rawBody: rawBody ?? Buffer.alloc(0),
		headers,
		secrets: stored ? [stored.secret] : [],
		now: Math.floor(Date.now() / 1000),
	});
	if (stored === undefined || !verification.ok) return respond(ctx, stored ? 401 : 503);

	const body = (ctx.getBodyData() ?? {}) as IDataObject;
	const event = readEvent({ body, arrivedAt: new Date().toISOString() });
	if (event.isOwn || !ANSWER_EVENTS.some((name) => name === event.name)) return respond(ctx, 200);
	const client = await ChertClient.open(ctx);
	const result = await relayEvent(ctx, client, event, stored.id);
	return respond(ctx, result === 'again' ? 503 : 200);
}

function respond(ctx: IWebhookFunctions, status: number): IWebhookResponseData {
	ctx.getResponseObject().status(status).json({});
	return { noWebhookResponse: true };
}

function routeUrl(ctx: IHookFunctions): string {
	const identity = { workflowId: ctx.getWorkflow().id ?? '', nodeId: ctx.getNode().id };
	const webhookUrl = ctx.getNodeWebhookUrl('setup') ?? '';
	return toRouteUrl(webhookUrl, toInstanceMark(ctx.getInstanceId()), identity);
}

function storedRoute(
	ctx: Pick<IExecuteFunctions, 'getWorkflowStaticData'>,
): StoredRoute | undefined {
	const { id, secret, url } = asObject(ctx.getWorkflowStaticData('node').route) ?? {};
	return typeof id === 'string' && typeof secret === 'string' && typeof url === 'string'
		? { id, secret, url }
		: undefined;
}

function toNodeError(
	ctx: IHookFunctions,
	error: AttemptError,
	{ baseUrl }: ChertClient,
): NodeApiError {
	const details = error.kind === 'apiError' ? { ...error.apiError } : {};
	return new NodeApiError(ctx.getNode(), details as JsonObject, {
		...describeAttemptError(error, { baseUrl }),
	});
}
