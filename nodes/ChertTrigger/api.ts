import { NodeApiError, sleep } from 'n8n-workflow';
import type { IHookFunctions, JsonObject } from 'n8n-workflow';

import { decide, mayBeDone } from '../shared/retry';
import type { Patience, Trouble } from '../shared/retry';
import { explainFailure, explainSilence } from '../shared/advice';
import type { Explanation } from '../shared/advice';
import { credentialRefusal, readCredential } from '../shared/credential';
import { readFailure } from '../shared/failure';
import { CREDENTIAL_TYPE, exchange } from '../shared/request';
import type { ChertRequest } from '../shared/request';

/** Activation has a person waiting, so it gives up soon; n8n tries again by itself after a restart. */
const PATIENCE: Patience = { maxRetries: 2, maxWaitMs: 10_000 };

/** What came of a call: a success with its body, or trouble that the caller may know how to take. */
export type Outcome =
	| { ok: true; body: unknown }
	| {
			ok: false;
			trouble: Trouble;
			/** True when Chert can have done it all the same. */
			isInDoubt: boolean;
			/** The trouble in the words of its reader, who has to look what came of it when it is in doubt. */
			toError(isInDoubt?: boolean): NodeApiError;
	  };

export interface SubscriptionApi {
	baseUrl: string;
	call(request: ChertRequest): Promise<Outcome>;
}

/**
 * Chert as the life cycle of a subscription sees it. Passing trouble is tried again where that is safe: creating a
 * subscription is not, because Chert would make a second one (API section 5.1).
 *
 * @throws NodeApiError when the credential is incomplete
 */
export async function openApi(ctx: IHookFunctions): Promise<SubscriptionApi> {
	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const refusal = credentialRefusal(readCredential(credential));
	if (refusal !== undefined)
		throw new NodeApiError(ctx.getNode(), {}, { message: refusal, description: '' });

	const { baseUrl } = readCredential(credential);
	const call = async (request: ChertRequest): Promise<Outcome> => {
		const isSafe = request.method !== 'POST';
		for (let tries = 1, waitedMs = 0; ; tries++) {
			const result = await exchange(ctx, credential, request);
			const failure = result.kind === 'answer' ? readFailure(result.answer) : undefined;
			if (result.kind === 'answer' && failure === undefined)
				return { ok: true, body: result.answer.body };

			const trouble: Trouble =
				result.kind === 'silence' ? result : { kind: 'failure', failure: failure! };
			const decision = decide(trouble, isSafe, tries, waitedMs, PATIENCE, Math.random());
			if (decision.retry) {
				waitedMs += decision.delayMs;
				await sleep(decision.delayMs);
				continue;
			}
			const toError = (isInDoubt = false) => {
				const explanation: Explanation =
					result.kind === 'silence'
						? explainSilence(result, isInDoubt, {
								baseUrl,
								seenIn: 'the webhook subscriptions of the Chert console',
							})
						: explainFailure(failure!, { baseUrl });
				return new NodeApiError(ctx.getNode(), { ...failure } as JsonObject, {
					...explanation,
					...(failure !== undefined && { httpCode: String(failure.status) }),
				});
			};
			return { ok: false, trouble, isInDoubt: !isSafe && mayBeDone(trouble), toError };
		}
	};
	return { baseUrl, call };
}
