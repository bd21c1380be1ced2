import {
	NodeOperationError,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type IWebhookFunctions,
} from 'n8n-workflow';

import { Cancellation } from '../../shared/cancellation';
import { credentialError, readCredential } from '../../shared/credential';
import { CREDENTIAL_TYPE, sendRequest, type ChertRequest } from '../../shared/request';
import { retry, type AttemptResult, type RetryResult } from '../../shared/retry';
import type { ChertResponse } from '../../shared/apiError';
import { WaitBudget } from '../../shared/waitBudget';
import { readConnection } from '../transport/requestOptions';
import { subscriptionPath, SUBSCRIPTIONS_PATH } from '../../shared/subscription/subscriptionApi';
import { readSubscription, readSubscriptions } from '../../shared/subscription/subscription';
import type { RemoteSubscription } from '../../shared/subscription/subscription';

type Context = IExecuteFunctions | IHookFunctions | IWebhookFunctions;

/** How long a request may be retried; webhooks have a caller that waits. */
const LIMITS = { maxRetries: 2, maxWaitMs: 5_000 };

/** Chert as waiting for an answer needs it, besides the question itself. */
export class ChertClient {
	private constructor(
		private readonly ctx: Context,
		private readonly credentialData: ICredentialDataDecryptedObject,
		/** The user's connection settings, e.g. a proxy */
		readonly connection: ChertRequest['connection'],
	) {}

	/** @throws NodeOperationError when the credential or the proxy cannot be used */
	static async open(ctx: Context): Promise<ChertClient> {
		const data = await ctx.getCredentials(CREDENTIAL_TYPE);
		const message = credentialError(readCredential(data));
		if (message !== undefined) throw new NodeOperationError(ctx.getNode(), message);
		const options =
			'putExecutionToWait' in ctx
				? ctx.getNodeParameter('requestOptions', 0, {})
				: ctx.getNodeParameter('requestOptions', {});
		return new ChertClient(ctx, data, readConnection(ctx.getNode(), options));
	}

	get baseUrl(): string {
		return readCredential(this.credentialData).baseUrl;
	}

	/** When Chert last responded, by its own clock, to the second: milliseconds since 1970 */
	respondedAt?: number;

	/** @param repeatable true when a second request cannot do the work twice */
	async send(request: ChertRequest, repeatable = true): Promise<RetryResult<ChertResponse>> {
		const result = await retry(async () => await this.sendOnce(request), {
			repeatable,
			maxRetries: LIMITS.maxRetries,
			budget: new WaitBudget(LIMITS.maxWaitMs, new Cancellation(undefined)),
		});
		const date = result.ok ? Date.parse(String(result.value.headers.date ?? '')) : NaN;
		if (!Number.isNaN(date)) this.respondedAt = date;
		return result;
	}

	/** One attempt to read. */
	async get(path: string): Promise<AttemptResult<ChertResponse>> {
		return await this.sendOnce({ method: 'GET', path });
	}

	private async sendOnce(request: ChertRequest): Promise<AttemptResult<ChertResponse>> {
		const { ctx, credentialData, connection } = this;
		return await sendRequest(ctx, credentialData, { ...request, connection });
	}

	/** All webhook subscriptions of the account. Source: API section 5.1. */
	async listSubscriptions(): Promise<RetryResult<RemoteSubscription[]>> {
		const result = await this.send({ method: 'GET', path: SUBSCRIPTIONS_PATH });
		if (!result.ok) return result;
		return { ok: true, value: readSubscriptions(result.value.body) };
	}

	/** Not repeated, because Chert would create a second one. */
	async createSubscription(json: IDataObject): Promise<RetryResult<RemoteSubscription>> {
		const result = await this.send({ method: 'POST', path: SUBSCRIPTIONS_PATH, json }, false);
		if (!result.ok) return result;
		return { ok: true, value: readSubscription(result.value.body) };
	}

	async updateSubscription(id: string, json: IDataObject): Promise<RetryResult<ChertResponse>> {
		return await this.send({ method: 'PATCH', path: subscriptionPath(id), json });
	}

	/** What Chert does not delete now is deleted when its time is over. */
	async deleteSubscription(id: string): Promise<void> {
		// The execution's own signal would end the request when the execution is canceled.
		const { signal: abortSignal } = new AbortController();
		await this.send({ method: 'DELETE', path: subscriptionPath(id), abortSignal });
	}
}
