import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { ApiError } from '../world/apiError';
import { signatureHex } from '../world/signature';
import type { AccountState } from '../world/types';

/** How many seconds a timestamp may be in the past or the future (§1.3). */
export const MAX_SKEW_SECONDS = 300;

const SIGNATURE = /^v1,(\d{1,12}),([0-9a-f]{64})$/;

export interface AuthSettings {
	signingSecret: string;
	tenant: string;
	requireTenant: boolean;
	account: AccountState;
	/** Milliseconds of the sandbox clock. */
	nowMs: number;
}

function sameText(a: string, b: string): boolean {
	const left = Buffer.from(a);
	const right = Buffer.from(b);
	return left.length === right.length && timingSafeEqual(left, right);
}

function checkSignature(
	header: string,
	tenantHeader: string | undefined,
	rawBody: Buffer,
	settings: AuthSettings,
): void {
	if (tenantHeader !== settings.tenant) throw new ApiError(2001);
	const match = SIGNATURE.exec(header);
	if (!match) throw new ApiError(2004);
	const [, seconds, hex] = match;
	if (Math.abs(settings.nowMs / 1000 - Number(seconds)) > MAX_SKEW_SECONDS)
		throw new ApiError(2013);
	if (!sameText(hex, signatureHex(settings.signingSecret, seconds, rawBody)))
		throw new ApiError(2004);
}

function checkBearer(
	header: string,
	tenantHeader: string | undefined,
	settings: AuthSettings,
): void {
	const token = /^Bearer (.+)$/i.exec(header)?.[1];
	if (token === undefined || !sameText(token, settings.signingSecret)) throw new ApiError(2004);
	// The token alone identifies the tenant, but a wrong slug, or a missing one where it is required, is 2001.
	if (tenantHeader === undefined ? settings.requireTenant : tenantHeader !== settings.tenant)
		throw new ApiError(2001);
}

function checkAccount(account: AccountState): void {
	if (account === 'suspended') throw new ApiError(2005);
	if (account === 'unverified') throw new ApiError(2007);
	if (account === 'limited') throw new ApiError(2008);
}

/**
 * Authenticates one request in the order of §10: a signature first, without a fallback to the bearer,
 * then the bearer; 2012 without either.
 *
 * @param bearerOnly the binary upload refuses signatures (§1.3)
 * @throws ApiError 2001, 2004, 2005, 2007, 2008, 2012 or 2013
 */
export function authenticate(
	headers: IncomingHttpHeaders,
	rawBody: Buffer,
	settings: AuthSettings,
	bearerOnly = false,
): void {
	const signature = headers['x-chert-signature'] as string | undefined;
	const tenant = headers['x-chert-tenant'] as string | undefined;
	if (signature !== undefined && !bearerOnly) {
		checkSignature(signature, tenant, rawBody, settings);
	} else if (headers.authorization !== undefined) {
		checkBearer(headers.authorization, tenant, settings);
	} else {
		throw new ApiError(2012);
	}
	checkAccount(settings.account);
}
