import { NodeOperationError } from 'n8n-workflow';
import type { IHookFunctions } from 'n8n-workflow';

import { checkSettings, readSettings } from '../shared/events/options';
import { splitList } from '../shared/fieldValue';
import { openApi } from './api';
import type { Outcome, SubscriptionApi } from './api';
import {
	createBody,
	isOurs,
	planRepair,
	readRecord,
	readSubscription,
	readSubscriptions,
} from './subscription';
import type { RemoteSubscription, SubscriptionRecord, Wanted } from './subscription';
import { whyUnreachable } from './webhookUrl';

/** "Tenant not found" is a 404 as well, and says nothing about the subscription (API section 8). */
const TENANT_NOT_FOUND = 2001;

const COLLECTION = '/webhook-subscriptions';

/**
 * Looks whether our subscription is there and as it should be, and mends it where that can be done in place.
 *
 * @returns false when a new one has to be made; what could not be used is then gone, or left to whoever it belongs to
 * @throws NodeApiError when Chert cannot be asked, NodeOperationError when a filter cannot be used or Chert could not
 * reach the webhook URL
 */
export async function ensureSubscription(ctx: IHookFunctions): Promise<boolean> {
	checkSettings(ctx.getNode(), readSettings({ read: (name) => ctx.getNodeParameter(name) }));
	const staticData = ctx.getWorkflowStaticData('node');
	const record = readRecord(staticData);
	const wanted = readWanted(ctx);
	if (record === undefined) return false;
	if (!isOurs(record, wanted)) {
		leaveAlone(ctx, record, wanted);
		return false;
	}

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
	return true;
}

/**
 * Makes the subscription and keeps its id and secret, which Chert shows this once only.
 *
 * When the response is lost, the subscription may be there all the same, and its secret is gone for good: it would bring
 * nothing but deliveries that have to be refused. So it is removed again, if it is certain which one it is: the only one
 * with exactly our URL that was not there before the call. What was there before, or stands beside another new one, can
 * be somebody else's and stays.
 *
 * @throws NodeApiError when Chert refuses, NodeOperationError when the webhook URL or the response cannot be used
 */
export async function createSubscription(ctx: IHookFunctions): Promise<boolean> {
	const wanted = readWanted(ctx);
	const api = await openApi(ctx);
	refuseUnreachable(ctx, wanted.url, api.baseUrl);

	const listed = await api.call({ method: 'GET', path: COLLECTION });
	// Where nobody responses, a call whose response would be lost is better not made.
	if (!listed.ok && listed.error.kind === 'noResponse') throw listed.toError();
	const before = idsFor(wanted.url, listed);
	const outcome = await api.call({ method: 'POST', path: COLLECTION, json: createBody(wanted) });
	if (!outcome.ok) {
		const isUndone = outcome.isInDoubt && (await removeLost(ctx, api, wanted.url, before));
		throw outcome.toError(outcome.isInDoubt && !isUndone);
	}

	const { id, secret } = readSubscription(outcome.body);
	if (id === undefined || secret === undefined) {
		// Without its secret it would only bring deliveries that have to be refused.
		if (id !== undefined) await removeRemote(api, id);
		throw new NodeOperationError(
			ctx.getNode(),
			'Chert made a webhook subscription without telling its secret',
			{
				description: `Deliveries could not be verified, so it is not used. Check that Base URL in the Chert API credential (${api.baseUrl}) is the address of Chert, then activate the workflow again.`,
			},
		);
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
	if (record === undefined) return true;
	const wanted = readWanted(ctx);
	if (isOurs(record, wanted)) await removeRemote(await openApi(ctx), record.id);
	else leaveAlone(ctx, record, wanted);
	delete staticData.subscription;
	return true;
}

/**
 * A restored or moved copy of this n8n has the same record and the same instance id, and the subscription may still
 * serve the original. Only a person can tell.
 */
function leaveAlone(ctx: IHookFunctions, { id, url }: SubscriptionRecord, wanted: Wanted): void {
	ctx.logger.warn(
		`${ctx.getNode().name} leaves the webhook subscription ${id} for ${url} at Chert alone: it was made by another n8n, or before the webhook URL became ${wanted.url}. If nothing uses it any more, delete it in the Chert console.`,
		{ workflowId: ctx.getWorkflow().id, nodeName: ctx.getNode().name },
	);
}

function readWanted(ctx: IHookFunctions): Wanted {
	return {
		url: ctx.getNodeWebhookUrl('default') ?? '',
		events: splitList(ctx.getNodeParameter('events', [])),
		instanceId: ctx.getInstanceId(),
	};
}

async function findRemote(
	api: SubscriptionApi,
	id: string,
): Promise<RemoteSubscription | undefined> {
	const outcome = await api.call({ method: 'GET', path: pathOf(id) });
	if (outcome.ok) return readSubscription(outcome.body);
	if (isGone(outcome)) return undefined;
	throw outcome.toError();
}

/** @returns ids of the subscriptions with exactly this URL, whoever made them; undefined when Chert does not say */
function idsFor(url: string, listed: Outcome): string[] | undefined {
	if (!listed.ok) return undefined;
	const found = readSubscriptions(listed.body).filter((subscription) => subscription.url === url);
	return found.map(({ id }) => id).filter((id) => id !== undefined);
}

/**
 * Removes the subscription that a call made whose response was lost, where it is certain which one that is.
 *
 * @param before the ids for this URL before the call, where they are known
 * @returns whether one was removed; the call is then undone
 */
async function removeLost(
	ctx: IHookFunctions,
	api: SubscriptionApi,
	url: string,
	before: string[] | undefined,
): Promise<boolean> {
	if (before === undefined) return false;
	const after = idsFor(url, await api.call({ method: 'GET', path: COLLECTION }));
	const added = after?.filter((id) => !before.includes(id)) ?? [];
	if (added.length !== 1) return false;
	const [id] = added;
	const outcome = await api.call({ method: 'DELETE', path: pathOf(id) });
	if (!outcome.ok && !isGone(outcome)) return false;
	ctx.logger.warn(
		`${ctx.getNode().name} removed the webhook subscription ${id} for ${url} again: its secret was lost on the way`,
		{
			workflowId: ctx.getWorkflow().id,
			nodeName: ctx.getNode().name,
		},
	);
	return true;
}

/** @returns false when it is gone meanwhile */
async function changeRemote(
	api: SubscriptionApi,
	id: string,
	changes: ReturnType<typeof createBody>,
): Promise<boolean> {
	const outcome = await api.call({ method: 'PATCH', path: pathOf(id), json: changes });
	if (!outcome.ok && !isGone(outcome)) throw outcome.toError();
	return outcome.ok;
}

async function removeRemote(api: SubscriptionApi, id: string): Promise<void> {
	const outcome = await api.call({ method: 'DELETE', path: pathOf(id) });
	if (!outcome.ok && !isGone(outcome)) throw outcome.toError();
}

function isGone({ error }: Extract<Outcome, { ok: false }>): boolean {
	if (error.kind === 'noResponse') return false;
	const { status, code } = error.apiError;
	return (status === 404 || status === 410) && code !== TENANT_NOT_FOUND;
}

function pathOf(id: string): string {
	return `${COLLECTION}/${encodeURIComponent(id)}`;
}

function refuseUnreachable(ctx: IHookFunctions, url: string, apiBaseUrl: string): void {
	const reason = whyUnreachable(url, apiBaseUrl);
	if (reason === undefined) return;
	throw new NodeOperationError(
		ctx.getNode(),
		`Chert cannot deliver to the webhook URL ${url}, because ${reason}`,
		{
			description:
				'Set the environment variable WEBHOOK_URL to the public https address of this n8n, e.g. https://n8n.example.com/, restart n8n, then activate the workflow again. Where n8n has no public address, use the Chert Stream Trigger instead.',
		},
	);
}
