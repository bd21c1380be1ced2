import { asObject } from './object';

/** An HTTP response as n8n's request helper gives it. */
export interface ChertResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	/** Parsed JSON where it could be parsed, else text; undefined or '' when empty. */
	body?: unknown;
	/** Milliseconds from the request to this response */
	durationMs?: number;
}

/** The fields of an error response, whichever shape it came in. */
export interface ApiError {
	/** HTTP status */
	status: number;
	/** Chert's own code; absent when something other than Chert responded, a proxy for example. */
	code?: number;
	/** Chert's own words */
	message?: string;
	/** Chert's verdict; absent when it gave none */
	retryable?: boolean;
	/** seconds from now */
	retryAfter?: number;
	/** position in `attachments`, from 0 */
	attachmentIndex?: number;
	allowedEffects?: string[];
	traceId?: string;
}

/**
 * Reads the error out of a response: the standard envelope, the flat one of `/send`, the hybrid one of replay, HTML or
 * an empty body.
 *
 * @param response the HTTP response
 * @param now milliseconds, for a `Retry-After` that is a date
 * @returns undefined when the response is a success
 * Source: API sections 2.1, 2.2 and 2.3.
 */
export function readApiError(response: ChertResponse, now = Date.now()): ApiError | undefined {
	const body = asObject(response.body);
	const inner = asObject(body?.error);
	// "error" is a string in the hybrid shape, so its fields are looked for beside it.
	const fields = inner?.code === undefined ? { ...body, ...inner } : inner;
	const isSuccess = response.statusCode >= 200 && response.statusCode < 300;
	// A message can have the status "failed" too, but no code.
	const saysFailed =
		body?.success === false ||
		body?.ok === false ||
		(body?.status === 'failed' && body.code !== undefined);
	if (isSuccess && !saysFailed) return undefined;

	return withoutUndefined({
		status: response.statusCode,
		code: asNumber(fields?.code),
		message: asText(fields?.message) ?? asText(body?.error),
		retryable: typeof fields?.retryable === 'boolean' ? fields.retryable : undefined,
		retryAfter:
			atLeastZero(asNumber(fields?.retry_after)) ?? retryAfterHeader(response.headers, now),
		attachmentIndex: asNumber(fields?.attachment_index),
		allowedEffects: Array.isArray(fields?.allowed_effects)
			? fields.allowed_effects.map(String)
			: undefined,
		traceId:
			asText(body?.trace_id) ??
			asText(inner?.trace_id) ??
			asText(header(response.headers, 'x-trace-id')),
	});
}

/** `Retry-After` as seconds from now, whether it is written as seconds or as a date. */
export function retryAfterHeader(
	headers: Record<string, unknown>,
	now: number,
): number | undefined {
	const value = asText(header(headers, 'retry-after'));
	if (value === undefined) return undefined;
	const seconds = asNumber(value) ?? (Date.parse(value) - now) / 1000;
	return Number.isFinite(seconds) ? atLeastZero(seconds) : undefined;
}

function atLeastZero(seconds: number | undefined): number | undefined {
	return seconds === undefined ? undefined : Math.max(0, seconds);
}

function header(headers: Record<string, unknown>, name: string): unknown {
	return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function asNumber(value: unknown): number | undefined {
	if (typeof value === 'string' && value.trim() === '') return undefined;
	const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
	return Number.isFinite(number) ? number : undefined;
}

function asText(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function withoutUndefined<T extends object>(value: T): T {
	return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
