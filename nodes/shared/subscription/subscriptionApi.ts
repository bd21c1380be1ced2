import { NodeApiError } from 'n8n-workflow';
import type { IHookFunctions, JsonObject } from 'n8n-workflow';

import { Cancellation } from '../cancellation';
import { credentialError, readCredential } from '../credential';
import { describeAttemptError } from '../errorMessages';
import { CREDENTIAL_TYPE, sendRequest } from '../request';
import type { ChertRequest } from '../request';
import { retry } from '../retry';
import type { AttemptError } from '../retry';
import { WaitBudget } from '../waitBudget';

/** A person waits for the activation, and n8n retries it after a restart. */
const MAX_RETRIES = 2;
const MAX_WAIT_MS = 10_000;

/** Source: API section 5.1. */
export const SUBSCRIPTIONS_PATH = '/webhook-subscriptions';

export const subscriptionPath = (id: string) => `${SUBSCRIPTIONS_PATH}/${encodeURIComponent(id)}`;

/** The result of a request: a success with its body, or an error that the caller may be able to handle. */
export type SubscriptionResult =
	| { ok: true; body: unknown }
	| {
			ok: false;
			error: AttemptError;
			/** True when Chert may have created the subscription all the same */
			outcomeUnknown: boolean;
			/** @param tellOutcome true tells the reader to check what was created */
			toError(tellOutcome?: boolean): NodeApiError;
	  };

export interface SubscriptionApi {
	baseUrl: string;
	request(request: ChertRequest): Promise<SubscriptionResult>;
}

/**
 * Chert's API for the life cycle of a subscription. Requests are retried, except POST: Chert would create a second
 * subscription (API section 5.1).
 *
 * @param connection the user's connection settings, e.g. a proxy
 * @throws NodeApiError when the credential is incomplete
 */
export async function openApi(
	ctx: IHookFunctions,
	connection: ChertRequest['connection'],
): Promise<SubscriptionApi> {
	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const message = credentialError(readCredential(credential));
	if (message !== undefined) {
		throw new NodeApiError(ctx.getNode(), {}, { message, description: '' });
	}
	const { baseUrl } = readCredential(credential);
	const context = { baseUrl, checkIn: 'the webhook subscriptions in the Chert console' };

	const request = async (options: ChertRequest): Promise<SubscriptionResult> => {
		const repeatable = options.method !== 'POST';
		const result = await retry(
			async () => await sendRequest(ctx, credential, { ...options, connection }),
			{
				repeatable,
				maxRetries: MAX_RETRIES,
				budget: new WaitBudget(MAX_WAIT_MS, new Cancellation(undefined)),
			},
		);
		if (result.ok) return { ok: true, body: result.value.body };

		const { error } = result;
		const apiError = error.kind === 'apiError' ? error.apiError : undefined;
		const toError = (tellOutcome = false) =>
			new NodeApiError(ctx.getNode(), { ...apiError } as JsonObject, {
				...describeAttemptError(error, context, tellOutcome),
				...(apiError !== undefined && { httpCode: String(apiError.status) }),
			});
		return { ok: false, error, outcomeUnknown: !repeatable && result.outcomeUnknown, toError };
	};
	return { baseUrl, request };
}
