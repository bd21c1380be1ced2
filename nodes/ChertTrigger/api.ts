import { NodeApiError, sleep } from 'n8n-workflow';
import type { IHookFunctions, JsonObject } from 'n8n-workflow';

import { decide } from '../shared/retry';
import type { Patience } from '../shared/retry';
import { explainFailure, explainSilence } from '../shared/advice';
import { readCredential } from '../shared/credential';
import { readFailure } from '../shared/failure';
import type { ChertFailure } from '../shared/failure';
import { CREDENTIAL_TYPE, exchange } from '../shared/request';
import type { ChertRequest, Exchange } from '../shared/request';

type Silence = Extract<Exchange, { kind: 'silence' }>;

/** Activation has a person waiting, so it gives up soon; n8n tries again by itself after a restart. */
const PATIENCE: Patience = { maxRetries: 2, maxWaitMs: 10_000 };

/** What Chert answered: a success with its body, or a failure that the caller may know how to take. */
export type Outcome = { ok: true; body: unknown } | { ok: false; failure: ChertFailure };

export interface SubscriptionApi {
	baseUrl: string;
	call(request: ChertRequest): Promise<Outcome>;
	/** @throws NodeApiError in the words of its reader */
	refuse(failure: ChertFailure): never;
}

/**
 * Chert as the life cycle of a subscription sees it. Passing trouble is tried again where that is safe: creating a
 * subscription is not, because Chert would make a second one (API section 5.1).
 */
export async function openApi(ctx: IHookFunctions): Promise<SubscriptionApi> {
	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const { baseUrl } = readCredential(credential);
	const refuse = (failure: ChertFailure): never => {
		throw new NodeApiError(ctx.getNode(), failure as unknown as JsonObject, {
			...explainFailure(failure, { baseUrl }),
			httpCode: String(failure.status),
		});
	};

	const call = async (request: ChertRequest): Promise<Outcome> => {
		const isSafe = request.method !== 'POST';
		for (let tries = 1, waitedMs = 0; ; tries++) {
			const result = await exchange(ctx, credential, request);
			const failure = result.kind === 'answer' ? readFailure(result.answer) : undefined;
			if (result.kind === 'answer' && failure === undefined) return { ok: true, body: result.answer.body };

			const trouble = failure !== undefined ? { kind: 'failure' as const, failure } : (result as Silence);
			const decision = decide(trouble, isSafe, tries, waitedMs, PATIENCE, Math.random());
			if (decision.retry) {
				waitedMs += decision.delayMs;
				await sleep(decision.delayMs);
			} else if (failure !== undefined) {
				return { ok: false, failure };
			} else {
				throw new NodeApiError(ctx.getNode(), {}, explainSilence(result as Silence, false, { baseUrl }));
			}
		}
	};
	return { baseUrl, call, refuse };
}
