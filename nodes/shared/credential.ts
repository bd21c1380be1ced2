import { createHmac } from 'node:crypto';
import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { INVISIBLE } from './fieldValue';

export const DEFAULT_BASE_URL = 'https://console.trychert.com/api/v1';

/** The stored credential, cleaned: nothing invisible, no blanks around values, no slash at the end of the base URL. */
export interface ChertCredential {
	authentication: 'bearer' | 'hmac';
	signingSecret: string;
	tenant: string;
	baseUrl: string;
}

/**
 * Cleans the decrypted credential data.
 *
 * @param data the fields of the credential type `chertApi`
 */
export function readCredential(data: ICredentialDataDecryptedObject): ChertCredential {
	const text = (value: unknown) =>
		typeof value === 'string' ? value.replace(INVISIBLE, '').trim() : '';
	return {
		authentication: data.authentication === 'hmac' ? 'hmac' : 'bearer',
		signingSecret: text(data.signingSecret),
		tenant: text(data.tenant),
		baseUrl: (text(data.baseUrl) || DEFAULT_BASE_URL).replace(/\/+$/, ''),
	};
}

/**
 * Says in one sentence what is missing in a credential, or nothing when it can be used.
 * Source: API section 1.2 (the signature needs the tenant header).
 */
export function credentialError(credential: ChertCredential): string | undefined {
	if (!credential.signingSecret) {
		return 'Signing Secret is empty in the Chert API credential: copy it from the API keys page of the Chert console';
	}
	if (credential.authentication === 'hmac' && !credential.tenant) {
		return 'Tenant is empty in the Chert API credential: signed requests (HMAC) need the tenant slug from the API keys page of the Chert console';
	}
	if (
		!URL.canParse(credential.baseUrl) ||
		!/^https?:$/.test(new URL(credential.baseUrl).protocol)
	) {
		return `Base URL "${credential.baseUrl}" in the Chert API credential is not a web address: start it with https://, e.g. ${DEFAULT_BASE_URL}`;
	}
	return undefined;
}

/** True when a request to `url` (absolute, or relative to the base URL) stays on the origin of the base URL. */
export function isOwnOrigin(credential: ChertCredential, url: string): boolean {
	const base = new URL(credential.baseUrl);
	// As the request itself would read it: blanks, tabs and backslashes do not hide another address.
	if (URL.canParse(url)) return new URL(url).origin === base.origin;
	return URL.canParse(url, base.href) && new URL(url, base).origin === base.origin;
}

/**
 * The value of `x-chert-signature` for a request to Chert.
 *
 * @param secret the signing secret as text; it is not hex-decoded
 * @param unixSeconds time of sending
 * @param rawBody the exact bytes that are sent; empty for a request without a body
 * Source: API section 1.3.
 */
export function signRequest(
	secret: string,
	unixSeconds: number,
	rawBody: string | Uint8Array,
): string {
	const hex = createHmac('sha256', secret).update(`${unixSeconds}.`).update(rawBody).digest('hex');
	return `v1,${unixSeconds},${hex}`;
}

/** The binary upload takes the bearer token only, also where everything else is signed (API section 3.18). */
const BEARER_ONLY = /\/attachments\/[^/]+\/upload(\?|$)/;

const OWN_HEADERS = ['authorization', 'x-chert-signature', 'x-chert-tenant'];

/**
 * Puts the credential's headers on a request, replacing older ones, so that it can run again for a
 * second try with a fresh signature. An object body becomes the text that is sent, because the
 * signature covers the bytes sent.
 *
 * @throws Error with one sentence when the credential is incomplete or the request leaves the origin
 * of the base URL: the secret goes nowhere else.
 */
export function authenticateRequest(
	data: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
	now = Date.now(),
): IHttpRequestOptions {
	const credential = readCredential(data);
	const refusal = credentialError(credential);
	if (refusal) throw new Error(refusal);
	const address = addressOf(request);
	if (!isOwnOrigin(credential, address) || !isOwnOrigin(credential, request.baseURL ?? '')) {
		throw new Error(
			'The Chert API credential is only sent to the address in its Base URL, but this request goes elsewhere: check its URL',
		);
	}

	const headers = Object.fromEntries(
		Object.entries(request.headers ?? {}).filter(
			([name]) => !OWN_HEADERS.includes(name.toLowerCase()),
		),
	);
	if (credential.tenant) headers['x-chert-tenant'] = credential.tenant;

	const body = bodyToSend(request.body, headers);
	if (
		typeof request.body === 'object' &&
		typeof body === 'string' &&
		headerOf(headers, 'content-type') === undefined
	) {
		headers['content-type'] = 'application/json';
	}

	// A stream cannot be signed before it is read; only uploads have one, or plain bytes.
	const isUpload = BEARER_ONLY.test(address) || isStream(body) || body instanceof Uint8Array;
	if (credential.authentication === 'hmac' && !isUpload) {
		const bytes = typeof body === 'string' ? body : '';
		headers['x-chert-signature'] = signRequest(
			credential.signingSecret,
			Math.floor(now / 1000),
			bytes,
		);
	} else {
		headers.authorization = `Bearer ${credential.signingSecret}`;
	}
	return { ...request, ...NO_REDIRECT, headers, body };
}

/** A redirect would carry the secret to another address. The HTTP Request node spells it in n8n's older way. */
const NO_REDIRECT = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
};

/** @throws Error when the request names no address, because then nobody knows where the secret would go */
function addressOf(request: IHttpRequestOptions & { uri?: unknown }): string {
	const address: unknown = request.url ?? request.uri;
	if (typeof address === 'string') return address;
	if (address instanceof URL) return address.href;
	throw new Error(
		'The Chert API credential is only sent to the address in its Base URL, but this request has no address: enter its full URL',
	);
}

function headerOf(headers: object, wanted: string): unknown {
	return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function isStream(body: unknown): boolean {
	return typeof body === 'object' && body !== null && 'pipe' in body;
}

/** As n8n sends it: no empty object, JSON text without blanks around it; streams and bytes go out as they are. */
function bodyToSend(
	body: IHttpRequestOptions['body'],
	headers: object,
): IHttpRequestOptions['body'] {
	if (typeof body === 'string' && /\bjson\b/i.test(String(headerOf(headers, 'content-type'))))
		return body.trim();
	if (body === null || body === undefined || typeof body !== 'object') return body ?? undefined;
	if (body instanceof Uint8Array || isStream(body)) return body;
	const text = JSON.stringify(body);
	return text === '{}' ? undefined : text;
}
