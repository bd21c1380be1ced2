import { NodeApiError, sleep } from 'n8n-workflow';
import type { IHookFunctions, JsonObject } from 'n8n-workflow';

import { decide, outcomeUnknown } from '../shared/retry';
import type { RetryLimits, AttemptError } from '../shared/retry';
import { describeApiError, describeNoResponse } from '../shared/errorMessages';
import type { ErrorMessage } from '../shared/errorMessages';
import { credentialError, readCredential } from '../shared/credential';
import { readApiError } from '../shared/apiError';
import { CREDENTIAL_TYPE, sendRequest } from '../shared/request';
import type { ChertRequest } from '../shared/request';

/** Activation has a person waiting, so it gives up soon; n8n tries again by itself after a restart. */
const RETRY_LIMITS: RetryLimits = { maxRetries: 2, maxWaitMs: 10_000 };

/** What came of a call: a success with its body, or error that the caller may know how to take. */
export type Outcome =
	| { ok: true; body: unknown }
	| {
			ok: false;
			error: AttemptError;
			/** True when Chert can have done it all the same. */
			isInDoubt: boolean;
			/** The error in the words of its reader, who has to look what came of it when it is in doubt. */
			toError(isInDoubt?: boolean): NodeApiError;
	  };

export interface SubscriptionApi {
	baseUrl: string;
	call(request: ChertRequest): Promise<Outcome>;
}

/**
 * Chert as the life cycle of a subscription sees it. Passing error is tried again where that is safe: creating a
 * subscription is not, because Chert would make a second one (API section 5.1).
 *
 * @throws NodeApiError when the credential is incomplete
 */
export async function openApi(ctx: IHookFunctions): Promise<SubscriptionApi> {
	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const refusal = credentialError(readCredential(credential));
	if (refusal !== undefined)
		throw new NodeApiError(ctx.getNode(), {}, { message: refusal, description: '' });

	const { baseUrl } = readCredential(credential);
	const call = async (request: ChertRequest): Promise<Outcome> => {
		const isSafe = request.method !== 'POST';
		for (let tries = 1, waitedMs = 0; ; tries++) {
			const result = await sendRequest(ctx, credential, request);
			const apiError = result.kind === 'response' ? readApiError(result.response) : undefined;
			if (result.kind === 'response' && apiError === undefined)
				return { ok: true, body: result.response.body };

			const error: AttemptError =
				result.kind === 'noResponse' ? result : { kind: 'apiError', apiError: apiError! };
			const decision = decide(error, isSafe, tries, waitedMs, RETRY_LIMITS, Math.random());
			if (decision.retry) {
				waitedMs += decision.delayMs;
				await sleep(decision.delayMs);
				continue;
			}
			const toError = (isInDoubt = false) => {
				const explanation: ErrorMessage =
					result.kind === 'noResponse'
						? describeNoResponse(result, isInDoubt, {
								baseUrl,
								seenIn: 'the webhook subscriptions of the Chert console',
							})
						: describeApiError(apiError!, { baseUrl });
				return new NodeApiError(ctx.getNode(), { ...apiError } as JsonObject, {
					...explanation,
					...(apiError !== undefined && { httpCode: String(apiError.status) }),
				});
			};
			return { ok: false, error, isInDoubt: !isSafe && outcomeUnknown(error), toError };
		}
	};
	return { baseUrl, call };
}
