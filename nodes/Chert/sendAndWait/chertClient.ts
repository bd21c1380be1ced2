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
import { retry, type RetryResult } from '../../shared/retry';
import type { ChertResponse } from '../../shared/apiError';
import { unwrapList, unwrapObject } from '../../shared/responseBody';
import { WaitBudget } from '../../shared/waitBudget';
import type { ListedSubscription } from './record';

type Context = IExecuteFunctions | IHookFunctions | IWebhookFunctions;

/** How long a request may be retried; webhooks have a caller that waits. */
const LIMITS = { maxRetries: 2, maxWaitMs: 5_000 };

const SUBSCRIPTIONS = '/webhook-subscriptions';

/** A subscription; Chert tells its secret only when it is created. */
export interface Subscription extends ListedSubscription {
	secret?: string;
}

/** Chert as waiting for an answer needs it, besides the question itself. */
export class ChertClient {
	private constructor(
		private readonly ctx: Context,
		private readonly credentialData: ICredentialDataDecryptedObject,
	) {}

	/** @throws NodeOperationError when the credential is incomplete */
	static async open(ctx: Context): Promise<ChertClient> {
		const data = await ctx.getCredentials(CREDENTIAL_TYPE);
		const message = credentialError(readCredential(data));
		if (message !== undefined) throw new NodeOperationError(ctx.getNode(), message);
		return new ChertClient(ctx, data);
	}

	get baseUrl(): string {
		return readCredential(this.credentialData).baseUrl;
	}

	/** @param repeatable true when a second request cannot do the work twice */
	async send(request: ChertRequest, repeatable = true): Promise<RetryResult<ChertResponse>> {
		const { ctx, credentialData } = this;
		return await retry(async () => await sendRequest(ctx, credentialData, request), {
			repeatable,
			maxRetries: LIMITS.maxRetries,
			budget: new WaitBudget(LIMITS.maxWaitMs, new Cancellation(undefined)),
		});
	}

	/** All webhook subscriptions of the account. Source: API section 5.1. */
	async listSubscriptions(): Promise<RetryResult<Subscription[]>> {
		const result = await this.send({ method: 'GET', path: SUBSCRIPTIONS });
		if (!result.ok) return result;
		const list = unwrapList(result.value.body, 'subscriptions', 'webhook_subscriptions') ?? [];
		return { ok: true, value: list.map(toSubscription) };
	}

	/** Not repeated, because Chert would create a second one. */
	async createSubscription(json: IDataObject): Promise<RetryResult<Subscription>> {
		const result = await this.send({ method: 'POST', path: SUBSCRIPTIONS, json }, false);
		if (!result.ok) return result;
		const body = unwrapObject(result.value.body, 'subscription', 'webhook_subscription');
		return { ok: true, value: toSubscription(body) };
	}

	async updateSubscription(id: string, json: IDataObject): Promise<RetryResult<ChertResponse>> {
		return await this.send({ method: 'PATCH', path: pathOf(id), json });
	}

	/** One that is already gone counts as deleted. */
	async deleteSubscription(id: string): Promise<boolean> {
		const result = await this.send({ method: 'DELETE', path: pathOf(id) });
		return result.ok || (result.error.kind === 'apiError' && result.error.apiError.status === 404);
	}
}

const pathOf = (id: string) => `${SUBSCRIPTIONS}/${encodeURIComponent(id)}`;

function toSubscription({ id, url, secret, is_active: isActive }: IDataObject): Subscription {
	return {
		id: typeof id === 'string' ? id : undefined,
		url: typeof url === 'string' ? url : undefined,
		isActive: typeof isActive === 'boolean' ? isActive : undefined,
		secret: typeof secret === 'string' ? secret : undefined,
	};
}
