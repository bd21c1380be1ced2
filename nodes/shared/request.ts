import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { readCredential } from './credential';
import type { ChertAnswer } from './failure';

export const CREDENTIAL_TYPE = 'chertApi';

/** Long enough for a slow send, short enough that a dead connection is noticed within a workflow's patience. */
export const REQUEST_TIMEOUT_MS = 60_000;

export interface ChertRequest {
	method: IHttpRequestMethods;
	/** Path below the base URL, beginning with a slash, or an absolute address on the same origin. */
	path: string;
	/** A JSON body. It is serialised once, so that a repeated try sends the same bytes. */
	json?: IDataObject;
	/** A raw body: bytes or a readable stream. */
	raw?: IHttpRequestOptions['body'];
	headers?: IDataObject;
	/** `stream` leaves the answer's body unread. */
	encoding?: 'stream';
	timeoutMs?: number;
	/**
	 * Ends the exchange, and the stream of an answer that is still being read. It takes the place of the
	 * execution's own signal, so that should be among what it is made of.
	 */
	abortSignal?: AbortSignal;
	/** What the user wants of the connection */
	host?: Pick<IHttpRequestOptions, 'proxy' | 'skipSslCertificateValidation'>;
}

/** What came of one HTTP exchange. */
export type Exchange =
	| { kind: 'answer'; answer: ChertAnswer }
	| {
			kind: 'silence';
			/** The network's own words, without the address */
			reason: string;
			/** True when no byte of the request can have reached Chert */
			notSent: boolean;
			/** True when it would go the same way next time */
			lasting?: boolean;
	  };

/** Codes that say that no connection came about, so that the request cannot have been worked on. */
const NEVER_CONNECTED = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
]);

/** Node's codes for an address, a header or a certificate that is wrong and stays wrong. */
const WRONG_FROM_THE_START = /^(ERR_INVALID_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * Makes one HTTP exchange with Chert and reports what happened, whatever the status.
 * Never follows a redirect, never throws for an HTTP status or a lost connection.
 *
 * @param context the node's functions
 * @param credentialData the decrypted credential; reading it costs milliseconds, so callers read it once
 */
export async function exchange(
	context: {
		readonly helpers: Pick<IExecuteFunctions['helpers'], 'httpRequestWithAuthentication'>;
	},
	credentialData: ICredentialDataDecryptedObject,
	request: ChertRequest,
): Promise<Exchange> {
	const { baseUrl } = readCredential(credentialData);
	const options: IHttpRequestOptions = {
		...request.host,
		allowedDomains: allowedDomainsOf(credentialData),
		method: request.method,
		url: request.path.startsWith('/') ? `${baseUrl}${request.path}` : request.path,
		headers: { ...(request.json && { 'content-type': 'application/json' }), ...request.headers },
		body: request.json ? JSON.stringify(request.json) : request.raw,
		encoding: request.encoding,
		timeout: request.timeoutMs ?? REQUEST_TIMEOUT_MS,
		abortSignal: request.abortSignal,
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	};
	try {
		const answer = (await context.helpers.httpRequestWithAuthentication.call(
			withSignal(context, request.abortSignal) as IAllExecuteFunctions,
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
		)) as ChertAnswer;
		return { kind: 'answer', answer };
	} catch (error) {
		const code = networkCode(error);
		// Neither a code nor axios: n8n itself refused, for example because of a domain that the credential does not allow.
		const isRefused = code === '' && !causesOf(error).some(({ isAxiosError }) => isAxiosError);
		const lasting = isRefused || WRONG_FROM_THE_START.test(code);
		return {
			kind: 'silence',
			reason: networkReason(code, error),
			notSent: lasting || NEVER_CONNECTED.has(code),
			lasting,
		};
	}
}

/** The domains that the owner of the credential allows, where n8n offers to limit them. */
function allowedDomainsOf({
	allowedHttpRequestDomains,
	allowedDomains,
}: ICredentialDataDecryptedObject): string | undefined {
	return allowedHttpRequestDomains === 'domains' ? String(allowedDomains ?? '') : undefined;
}

/** n8n's helper puts the execution's own signal in the place of the request's, so that one has to be found there. */
function withSignal<T extends object>(context: T, signal: AbortSignal | undefined): T {
	if (!signal) return context;
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as T;
}

const REASONS: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the address is not known',
	EAI_AGAIN: 'the address could not be looked up',
	ECONNRESET: 'the connection was cut',
	EPIPE: 'the connection was cut',
	ERR_BAD_RESPONSE: 'the connection was cut',
	ECONNABORTED: 'no answer came in time',
	ETIMEDOUT: 'no answer came in time',
	ERR_CANCELED: 'the execution was cancelled',
};

function networkReason(code: string, error: unknown): string {
	// The helper's own message can hold the address, but never headers; the code is enough where it is known.
	return REASONS[code] ?? (code || (error instanceof Error ? error.message : 'unknown reason'));
}

interface Cause {
	code?: unknown;
	message?: unknown;
	cause?: unknown;
	isAxiosError?: unknown;
}

/** Deep enough for every n8n, and an end for errors that are their own cause. */
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
