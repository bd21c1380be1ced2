import { NodeOperationError } from 'n8n-workflow';
import type { IHookFunctions } from 'n8n-workflow';

import type { ChertFailure } from '../shared/failure';
import { openApi } from './api';
import type { SubscriptionApi } from './api';
import { createBody, isOurs, planRepair, readRecord, readSubscription } from './subscription';
import type { RemoteSubscription, Wanted } from './subscription';
import { whyUnreachable } from './webhookUrl';

/** "Tenant not found" is a 404 as well, and says nothing about the subscription (API section 8). */
const TENANT_NOT_FOUND = 2001;

/**
 * Looks whether our subscription is there and as it should be, and mends it where that can be done in place.
 *
 * @returns false when a new one has to be made; what could not be used is then gone
 * @throws NodeApiError when Chert cannot be asked, NodeOperationError when Chert could not reach the webhook URL
 */
export async function ensureSubscription(ctx: IHookFunctions): Promise<boolean> {
	const staticData = ctx.getWorkflowStaticData('node');
	const record = readRecord(staticData);
	const wanted = readWanted(ctx);
	if (record === undefined || !isOurs(record, wanted)) return false;

	const api = await openApi(ctx);
	refuseUnreachable(ctx, wanted.url, api.baseUrl);
	const repair = planRepair(record, await findRemote(api, record.id), wanted);
	switch (repair.do) {
		case 'nothing':
			break;
		case 'update':
			if (!(await changeRemote(api, record.id, repair.changes))) {
				delete staticData.subscription;
				return false;
			}
			break;
		case 'replace':
			await removeRemote(api, record.id);
			delete staticData.subscription;
			return false;
		case 'create':
			delete staticData.subscription;
			return false;
	}
	if (record.url !== wanted.url) staticData.subscription = { ...record, url: wanted.url };
	return true;
}

/**
 * Makes the subscription and keeps its id and secret, which Chert shows this once only.
 *
 * @throws NodeApiError when Chert refuses, NodeOperationError when the webhook URL or the answer cannot be used
 */
export async function createSubscription(ctx: IHookFunctions): Promise<boolean> {
	const wanted = readWanted(ctx);
	const api = await openApi(ctx);
	refuseUnreachable(ctx, wanted.url, api.baseUrl);

	const outcome = await api.call({ method: 'POST', path: '/webhook-subscriptions', json: createBody(wanted) });
	if (!outcome.ok) return api.refuse(outcome.failure);

	const { id, secret } = readSubscription(outcome.body);
	if (id === undefined || secret === undefined) {
		// Without its secret it would only bring deliveries that have to be refused.
		if (id !== undefined) await removeRemote(api, id);
		throw new NodeOperationError(ctx.getNode(), 'Chert made a webhook subscription without telling its secret', {
			description: `Deliveries could not be verified, so it is not used. Check that Base URL in the Chert API credential (${api.baseUrl}) is the address of Chert, then activate the workflow again.`,
		});
	}
	const { url, instanceId } = wanted;
	ctx.getWorkflowStaticData('node').subscription = { id, secret, url, instanceId };
	return true;
}

/**
 * Removes the subscription that this trigger made, and no other. One that is gone already is as good as removed.
 *
 * @throws NodeApiError for anything else, and keeps the record so that it can be tried again
 */
export async function deleteSubscription(ctx: IHookFunctions): Promise<boolean> {
	const staticData = ctx.getWorkflowStaticData('node');
	const record = readRecord(staticData);
	if (record !== undefined && isOurs(record, readWanted(ctx))) await removeRemote(await openApi(ctx), record.id);
	delete staticData.subscription;
	return true;
}

function readWanted(ctx: IHookFunctions): Wanted {
	return {
		url: ctx.getNodeWebhookUrl('default') ?? '',
		events: ctx.getNodeParameter('events', []) as string[],
		instanceId: ctx.getInstanceId(),
	};
}

async function findRemote(api: SubscriptionApi, id: string): Promise<RemoteSubscription | undefined> {
	const outcome = await api.call({ method: 'GET', path: pathOf(id) });
	if (outcome.ok) return readSubscription(outcome.body);
	return isGone(outcome.failure) ? undefined : api.refuse(outcome.failure);
}

/** @returns false when it is gone meanwhile */
async function changeRemote(api: SubscriptionApi, id: string, changes: ReturnType<typeof createBody>): Promise<boolean> {
	const outcome = await api.call({ method: 'PATCH', path: pathOf(id), json: changes });
	return outcome.ok || (isGone(outcome.failure) ? false : api.refuse(outcome.failure));
}

async function removeRemote(api: SubscriptionApi, id: string): Promise<void> {
	const outcome = await api.call({ method: 'DELETE', path: pathOf(id) });
	if (!outcome.ok && !isGone(outcome.failure)) api.refuse(outcome.failure);
}

function isGone({ status, code }: ChertFailure): boolean {
	return (status === 404 || status === 410) && code !== TENANT_NOT_FOUND;
}

function pathOf(id: string): string {
	return `/webhook-subscriptions/${encodeURIComponent(id)}`;
}

function refuseUnreachable(ctx: IHookFunctions, url: string, apiBaseUrl: string): void {
	const reason = whyUnreachable(url, apiBaseUrl);
	if (reason === undefined) return;
	throw new NodeOperationError(ctx.getNode(), `Chert cannot deliver to the webhook URL ${url}, because ${reason}`, {
		description:
			'Set the environment variable WEBHOOK_URL to the public https address of this n8n, e.g. https://n8n.example.com/, restart n8n, then activate the workflow again. Where n8n has no public address, use the Chert Stream Trigger instead.',
	});
}
