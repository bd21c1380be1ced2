import type { ApiError } from '../world/apiError';
import type { Variants } from '../world/variants';

export type ErrorShape = 'standard' | 'flat' | 'hybrid';

/** Header and body that tell a client how long to wait, and the time (real time, ms) until which it has to wait. */
export interface WaitNotice {
	header?: string;
	bodySeconds?: number;
	untilMs: number;
}

/**
 * Tells how long to wait in the places that the variant `retryAfter` names.
 *
 * @param seconds wait from `nowMs` on
 */
export function waitNotice(
	seconds: number,
	place: Variants['retryAfter'],
	nowMs: number,
): WaitNotice {
	if (place === 'headerDate') {
		// An HTTP date has whole seconds only: round up, or the client would retry early.
		const untilMs = Math.ceil((nowMs + seconds * 1000) / 1000) * 1000;
		return { header: new Date(untilMs).toUTCString(), untilMs };
	}
	return {
		...(place === 'body' ? {} : { header: String(seconds) }),
		...(place === 'header' ? {} : { bodySeconds: seconds }),
		untilMs: nowMs + seconds * 1000,
	};
}

/**
 * The JSON body of an error.
 *
 * @param shape standard envelope (§2.1), flat (§2.2) or hybrid (§2.3)
 * @param traceId left out of the body when undefined
 * @param retryAfterSeconds left out of the body when undefined
 */
export function errorBody(
	error: ApiError,
	shape: ErrorShape,
	traceId: string | undefined,
	retryAfterSeconds: number | undefined,
): Record<string, unknown> {
	const { attachmentIndex, allowedEffects, downstreamStatus } = error.details;
	const core = { code: error.code, message: error.message, retryable: error.retryable };
	const extras = {
		...(retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds }),
		...(attachmentIndex === undefined ? {} : { attachment_index: attachmentIndex }),
		...(allowedEffects === undefined ? {} : { allowed_effects: allowedEffects }),
	};
	const trace = traceId === undefined ? {} : { trace_id: traceId };
	switch (shape) {
		case 'standard':
			return { success: false, error: { status: error.status, ...core, ...extras }, ...trace };
		case 'flat':
			return { status: 'failed', ...core, ...extras, ...trace };
		case 'hybrid':
			return {
				ok: false,
				error: error.message,
				downstream_status: downstreamStatus ?? null,
				...core,
				...extras,
				...trace,
			};
	}
}
