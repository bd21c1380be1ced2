import { NodeOperationError } from 'n8n-workflow';
import type { IHookFunctions } from 'n8n-workflow';

import { createdRecord, latestRecord, noteCreated, noteDeleted } from './replacedRecords';
import {
	createBody,
	findSuccessors,
	isOwn,
	planRepair,
	readRecord,
	readSubscription,
	readSubscriptions,
} from './subscription';
import type { RemoteSubscription, SubscriptionRecord, Wanted } from './subscription';
import { openApi, subscriptionPath, SUBSCRIPTIONS_PATH } from './subscriptionApi';
import type { SubscriptionApi, SubscriptionResult } from './subscriptionApi';
import { whyUnreachable } from './webhookUrl';
import { writeLog } from '../log';

/** "Tenant not found" is a 404 too, and says nothing about the subscription (API section 8). */
const TENANT_NOT_FOUND = 2001;

/** n8n registers again at its start. Otherwise a person had stopped the workflow, and older events are not for it. */
const RESTARTS = ['init', 'leadershipChange'];

/**
 * Checks whether our subscription exists as it should, and repairs it where that is possible.
 *
 * @returns false when a new one has to be created; one that cannot be used is deleted first
 * @throws NodeApiError when Chert rejects a request or does not respond, NodeOperationError when Chert cannot reach the
 *   webhook URL
 */
export async function ensureSubscription(ctx: IHookFunctions, wanted: Wanted): Promise<boolean> {
	const staticData = ctx.getWorkflowStaticData('node');
	const record = storedRecord(ctx, wanted);
	if (record === undefined) return false;
	if (!isOwn(record, wanted)) {
		leaveAlone(ctx, record, wanted);
		return false;
	}

	const api = await openApi(ctx, wanted.connection);
	assertReachable(ctx, wanted, api.baseUrl);
	const remote = await findRemote(api, record.id);
	const repair = planRepair(record, remote, wanted);
	if (
		repair.do === 'nothing' ||
		(repair.do === 'update' && (await updateRemote(api, record.id, repair.changes)))
	) {
		const isRestart = RESTARTS.includes(ctx.getActivationMode());
		const createdAt = isRestart ? record.createdAt : new Date().toISOString();
		staticData.subscription = { ...record, createdAt };
		return true;
	}

	// A subscription that Chert shows, but does not let us change, must not stay beside the new one.
	if (remote !== undefined) await deleteRemote(api, record.id);
	else await deleteSuccessors(api, record, wanted);
	delete staticData.subscription;
	noteDeleted(record);
	return false;
}

/**
 * Creates the subscription and stores its ID and secret, which Chert shows only this once.
 *
 * Without a response the subscription may exist all the same, but its secret is lost, so that its deliveries could not
 * be verified. It is deleted if it is certain which one it is: the only one with exactly our URL that did not exist
 * before the request.
 *
 * @throws NodeApiError when Chert rejects it, NodeOperationError when the webhook URL or the response cannot be used
 */
export async function createSubscription(ctx: IHookFunctions, wanted: Wanted): Promise<boolean> {
	const api = await openApi(ctx, wanted.connection);
	assertReachable(ctx, wanted, api.baseUrl);

	const listed = await api.request({ method: 'GET', path: SUBSCRIPTIONS_PATH });
	// Where Chert does not respond, the response to the next request would be lost too.
	if (!listed.ok && listed.error.kind === 'noResponse') throw listed.toError();
	const before = idsForUrl(wanted.url, listed);
	const json = createBody(wanted);
	const result = await api.request({ method: 'POST', path: SUBSCRIPTIONS_PATH, json });
	if (!result.ok) {
		const isUndone = result.outcomeUnknown && (await deleteLost(ctx, api, wanted.url, before));
		throw result.toError(result.outcomeUnknown && !isUndone);
	}

	const { id, secret, createdAt } = readSubscription(result.body);
	if (id === undefined || secret === undefined) {
		if (id !== undefined) await deleteRemote(api, id);
		throw new NodeOperationError(
			ctx.getNode(),
			'Chert created a webhook subscription but returned no secret',
			{
				description: `Without the secret, n8n cannot verify its deliveries, so the node does not use it. Check that Base URL in the Chert API credential (${api.baseUrl}) is the address of Chert, then publish the workflow again.`,
			},
		);
	}
	const { url, instanceId } = wanted;
	const record = { id, secret, url, instanceId, createdAt: createdAt ?? new Date().toISOString() };
	ctx.getWorkflowStaticData('node').subscription = record;
	noteCreated(record);
	return true;
}

/**
 * Deletes the subscription that this node created, and no other. One that Chert no longer has counts as deleted.
 *
 * @throws NodeApiError when Chert rejects it; the record is kept so that it can be deleted later
 */
export async function deleteSubscription(ctx: IHookFunctions, wanted: Wanted): Promise<boolean> {
	const record = storedRecord(ctx, wanted);
	if (record === undefined) return true;
	if (isOwn(record, wanted)) {
		const api = await openApi(ctx, wanted.connection);
		const existed = await deleteRemote(api, record.id);
		if (!existed) await deleteSuccessors(api, record, wanted);
	} else {
		leaveAlone(ctx, record, wanted);
	}
	delete ctx.getWorkflowStaticData('node').subscription;
	noteDeleted(record);
	return true;
}

function storedRecord(ctx: IHookFunctions, { url }: Wanted): SubscriptionRecord | undefined {
	const stored = readRecord(ctx.getWorkflowStaticData('node')) ?? createdRecord(url);
	return stored && latestRecord(stored);
}

/**
 * A restored or moved copy of this n8n has the same record and the same instance ID, and the subscription may still
 * serve the original. Only a person can tell.
 */
function leaveAlone(ctx: IHookFunctions, { id, url }: SubscriptionRecord, wanted: Wanted): void {
	writeLog(
		ctx,
		'warn',
		`did not delete the webhook subscription ${id} for ${url}: another n8n instance created it, or n8n's webhook URL changed to ${wanted.url}. If it is no longer used, delete it in the Chert console.`,
	);
}

async function findRemote(
	api: SubscriptionApi,
	id: string,
): Promise<RemoteSubscription | undefined> {
	const result = await api.request({ method: 'GET', path: subscriptionPath(id) });
	if (result.ok) return readSubscription(result.body);
	if (isNotFound(result)) return undefined;
	throw result.toError();
}

/** @returns IDs of the subscriptions with exactly this URL, from any creator; undefined when Chert does not say */
function idsForUrl(url: string, listed: SubscriptionResult): string[] | undefined {
	if (!listed.ok) return undefined;
	const found = readSubscriptions(listed.body).filter((subscription) => subscription.url === url);
	return found.map(({ id }) => id).filter((id) => id !== undefined);
}

/**
 * Deletes the subscription of a request without a response, where it is certain which one that is.
 *
 * @param before the IDs for this URL before the request, where they are known
 * @returns whether one was deleted
 */
async function deleteLost(
	ctx: IHookFunctions,
	api: SubscriptionApi,
	url: string,
	before: string[] | undefined,
): Promise<boolean> {
	if (before === undefined) return false;
	const after = idsForUrl(url, await api.request({ method: 'GET', path: SUBSCRIPTIONS_PATH }));
	const added = after?.filter((id) => !before.includes(id)) ?? [];
	if (added.length !== 1) return false;
	const [id] = added;
	const result = await api.request({ method: 'DELETE', path: subscriptionPath(id) });
	if (!result.ok && !isNotFound(result)) return false;
	writeLog(
		ctx,
		'warn',
		`deleted the new webhook subscription ${id} for ${url}: the response with its secret was lost`,
	);
	return true;
}

/** Deletes what this node created after a record that was written back by a long run. */
async function deleteSuccessors(
	api: SubscriptionApi,
	record: SubscriptionRecord,
	wanted: Wanted,
): Promise<void> {
	const listed = await api.request({ method: 'GET', path: SUBSCRIPTIONS_PATH });
	if (!listed.ok) return;
	for (const id of findSuccessors(record, readSubscriptions(listed.body), wanted)) {
		await deleteRemote(api, id);
	}
}

/** @returns false when Chert does not have it, or has no such route */
async function updateRemote(
	api: SubscriptionApi,
	id: string,
	changes: ReturnType<typeof createBody>,
): Promise<boolean> {
	const result = await api.request({ method: 'PATCH', path: subscriptionPath(id), json: changes });
	if (!result.ok && !isNotFound(result)) throw result.toError();
	return result.ok;
}

/** @returns false when Chert did not have it */
async function deleteRemote(api: SubscriptionApi, id: string): Promise<boolean> {
	const result = await api.request({ method: 'DELETE', path: subscriptionPath(id) });
	if (!result.ok && !isNotFound(result)) throw result.toError();
	return result.ok;
}

function isNotFound({ error }: Extract<SubscriptionResult, { ok: false }>): boolean {
	if (error.kind === 'noResponse') return false;
	const { status, code } = error.apiError;
	return (status === 404 || status === 410) && code !== TENANT_NOT_FOUND;
}

function assertReachable(
	ctx: IHookFunctions,
	{ url, ifNotPublic = '' }: Wanted,
	apiBaseUrl: string,
): void {
	const reason = whyUnreachable(url, apiBaseUrl);
	if (reason === undefined) return;
	throw new NodeOperationError(
		ctx.getNode(),
		`Chert cannot deliver to the webhook URL ${url}, because ${reason}`,
		{
			description: `Set the environment variable WEBHOOK_URL to the public https address of n8n, e.g. https://n8n.example.com/, restart n8n, then publish the workflow again.${ifNotPublic}`,
		},
	);
}
