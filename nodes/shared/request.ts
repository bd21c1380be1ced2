import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { readApiError, type ChertResponse } from './apiError';
import { readCredential } from './credential';
import type { AttemptResult, NoResponse } from './retry';
import { readStreamedJson } from './streamedJson';

export const CREDENTIAL_TYPE = 'chertApi';

/** Long enough for a slow send, short enough to notice a dead connection while the workflow waits. */
const REQUEST_TIMEOUT_MS = 60_000;

export interface ChertRequest {
	method: IHttpRequestMethods;
	/** Path below the base URL, beginning with a slash, or an absolute address on the same origin. */
	path: string;
	/** A JSON body. It is serialized once, so that a retry sends the same bytes. */
	json?: IDataObject;
	/** A raw body: bytes or a readable stream. */
	raw?: IHttpRequestOptions['body'];
	headers?: IDataObject;
	/** `stream` leaves the body of a successful response unread. */
	encoding?: 'stream';
	timeoutMs?: number;
	/**
	 * Aborts the request, and the body of a response that is still being read. It replaces the execution's own signal,
	 * so include that one in it.
	 */
	abortSignal?: AbortSignal;
	/** For the request and the whole body of its response, where `timeoutMs` only limits the wait for the first byte. */
	totalTimeoutMs?: number;
	/** The user's connection settings, e.g. a proxy */
	connection?: Pick<IHttpRequestOptions, 'proxy' | 'skipSslCertificateValidation'>;
}

/** Codes of connections that were never made, so that Chert cannot have received the request. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPROTO']);

/** Codes that end a connection too, when its network goes away: never connected only if connecting failed. */
const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH']);

/** Codes for an address, a header, a redirect or a certificate that stays wrong. */
const PERMANENT = /^(ERR_INVALID_|ERR_FR_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * Sends one HTTP request to Chert. Never follows a redirect, never throws for an HTTP status or a lost connection.
 *
 * @param context the node's functions
 * @param credentialData the decrypted credential; reading it costs milliseconds, so callers read it once
 * @returns the response of a success (2xx, and no error in its body); else why there is none
 * Source: API section 2.
 */
export async function sendRequest(
	context: {
		readonly helpers: Pick<IExecuteFunctions['helpers'], 'httpRequestWithAuthentication'>;
	},
	credentialData: ICredentialDataDecryptedObject,
	request: ChertRequest,
): Promise<AttemptResult<ChertResponse>> {
	const { baseUrl } = readCredential(credentialData);
	const abortSignal = signalOf(request);
	const options: IHttpRequestOptions = {
		...request.connection,
		allowedDomains: allowedDomainsOf(credentialData),
		method: request.method,
		url: request.path.startsWith('/') ? `${baseUrl}${request.path}` : request.path,
		headers: { ...(request.json && { 'content-type': 'application/json' }), ...request.headers },
		body: request.json ? JSON.stringify(request.json) : request.raw,
		encoding: request.encoding,
		timeout: request.timeoutMs ?? REQUEST_TIMEOUT_MS,
		abortSignal,
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	};
	const startedAt = Date.now();
	let response: ChertResponse;
	try {
		response = (await context.helpers.httpRequestWithAuthentication.call(
			withSignal(context, abortSignal) as IAllExecuteFunctions,
			CREDENTIAL_TYPE,
			options,
			{
				credentialsDecrypted: {
					id: '',
					name: CREDENTIAL_TYPE,
					type: CREDENTIAL_TYPE,
					data: credentialData,
				},
			},
		)) as ChertResponse;
	} catch (error) {
		return { error: toNoResponse(error) };
	}
	response.durationMs = Date.now() - startedAt;
	if (request.encoding === 'stream') {
		if (isSuccess(response)) return { value: response };
		response.body = await readStreamedJson(response.body);
	}
	const apiError = readApiError(response);
	return apiError ? { error: { kind: 'apiError', apiError } } : { value: response };
}

const isSuccess = ({ statusCode }: ChertResponse) => statusCode >= 200 && statusCode < 300;

/** The domains that the owner of the credential allows, where n8n offers to limit them. */
function allowedDomainsOf({
	allowedHttpRequestDomains,
	allowedDomains,
}: ICredentialDataDecryptedObject): string | undefined {
	return allowedHttpRequestDomains === 'domains' ? String(allowedDomains ?? '') : undefined;
}

/** A new signal for each attempt, because a timeout starts with the attempt. */
function signalOf({ abortSignal, totalTimeoutMs }: ChertRequest): AbortSignal | undefined {
	if (totalTimeoutMs === undefined) return abortSignal;
	const timeout = AbortSignal.timeout(totalTimeoutMs);
	return abortSignal ? AbortSignal.any([abortSignal, timeout]) : timeout;
}

/** n8n's helper replaces the request's signal by the execution's, so the request's has to be found in its place. */
function withSignal<T extends object>(context: T, signal: AbortSignal | undefined): T {
	if (!signal) return context;
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as T;
}

const REASONS: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name is unknown',
	EAI_AGAIN: 'the host name could not be looked up',
	ECONNRESET: 'the connection was cut',
	EPIPE: 'the connection was cut',
	EPROTO: 'no secure connection was possible',
	ERR_BAD_RESPONSE: 'the connection was cut',
	ECONNABORTED: 'no response came in time',
	ETIMEDOUT: 'no response came in time',
	ERR_CANCELED: 'the execution was canceled',
};

/** Why a request got no response: what n8n's request helper threw, in words and with its consequences. */
export function toNoResponse(error: unknown): NoResponse {
	const code = networkCode(error);
	// Neither a code nor axios: n8n itself rejected the request, for example because of a domain that the credential
	// does not allow.
	const isRejected = code === '' && !causesOf(error).some(({ isAxiosError }) => isAxiosError);
	const permanent = isRejected || PERMANENT.test(code);
	const neverConnected =
		NEVER_CONNECTED.has(code) ||
		(UNREACHABLE.has(code) && causesOf(error).some(({ syscall }) => syscall === 'connect'));
	return {
		kind: 'noResponse',
		reason: networkReason(code, error),
		notSent: permanent || neverConnected,
		permanent,
	};
}

/** n8n replaces messages that have a code such as ECONNREFUSED by its own. */
function networkReason(code: string, error: unknown): string {
	// The helper's own message can hold the address, but never headers; the code is enough where it is known.
	return REASONS[code] ?? (code || (error instanceof Error ? error.message : 'unknown reason'));
}

interface Cause {
	code?: unknown;
	message?: unknown;
	cause?: unknown;
	syscall?: unknown;
	isAxiosError?: unknown;
}

/** Deep enough for every n8n version, and a limit for errors that are their own cause. */
const MAX_CAUSES = 5;

/** The error and what caused it: n8n wraps axios errors, at different depths in different versions. */
function causesOf(error: unknown): Cause[] {
	const causes: Cause[] = [];
	for (
		let at = error as Cause | undefined;
		at && causes.length < MAX_CAUSES;
		at = at.cause as Cause | undefined
	)
		causes.push(at);
	return causes;
}

function networkCode(error: unknown): string {
	for (const { code, message, cause } of causesOf(error)) {
		if (typeof code === 'string' && code !== '') return code;
		if (typeof message === 'string' && /\baborted\b|socket hang up/i.test(message) && !cause)
			return 'ECONNRESET';
	}
	return '';
}
