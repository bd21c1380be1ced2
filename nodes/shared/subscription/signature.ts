import { createHmac, timingSafeEqual } from 'node:crypto';

/** An older or newer delivery is rejected, so that a recorded one cannot be used later (API section 5.5). */
export const MAX_SKEW_SECONDS = 300;

/** Far above any real header; it limits the work that a forged one can cause. */
const MAX_HEADER_LENGTH = 2048;

const SIGNATURE_HEADERS = ['x-webhook-signature', 'x-chert-signature'] as const;

export type SignatureFormat = 'modern' | 'legacy';

export type RejectionReason = 'noSecret' | 'missing' | 'malformed' | 'stale' | 'mismatch';

export type Verification = { ok: true; timestamp: number } | { ok: false; reason: RejectionReason };

export interface SignedDelivery {
	/** The bytes as they came, before any parsing */
	rawBody: Uint8Array;
	/** Header names in lower case, as Node.js gives them */
	headers: Record<string, string | string[] | undefined>;
	/** Secrets of this trigger's own subscriptions; blank ones do not count */
	secrets: readonly string[];
	/** Unix seconds */
	now: number;
}

interface ParsedSignature {
	/** As it is written, because that text is what was signed */
	timestamp: string;
	/** 32 bytes each */
	candidates: Buffer[];
}

/**
 * Checks that a delivery was signed by Chert with the secret of this trigger's subscription, within the last minutes.
 * Reads nothing of the body but its bytes, and never throws.
 *
 * Source: API section 5.5. Both formats are accepted in either header; `X-Webhook-Signature` is the one that counts
 * when both are there.
 */
export function verify({ rawBody, headers, secrets, now }: SignedDelivery): Verification {
	const usable = secrets.filter((secret) => secret.trim() !== '');
	if (usable.length === 0) return { ok: false, reason: 'noSecret' };

	const header = signatureHeader(headers);
	if (header === undefined) return { ok: false, reason: 'missing' };

	const signature = parseSignature(header);
	if (signature === undefined) return { ok: false, reason: 'malformed' };

	const timestamp = Number(signature.timestamp);
	if (Math.abs(now - timestamp) > MAX_SKEW_SECONDS) return { ok: false, reason: 'stale' };

	const expected = usable.map((secret) => signatureBytes(secret, signature.timestamp, rawBody));
	const matches = signature.candidates.some((candidate) =>
		expected.some((own) => timingSafeEqual(own, candidate)),
	);
	return matches ? { ok: true, timestamp } : { ok: false, reason: 'mismatch' };
}

/**
 * The value of the signature header that Chert would send: for tests and for tools that imitate Chert.
 *
 * @param rawBody the exact bytes that are sent
 * @param secret the subscription's secret as text; it is not hex-decoded
 * @param timestamp unix seconds
 * @param format `modern` is `t=<ts>,v1=<hex>`, `legacy` is `v1,<ts>,<hex>`
 */
export function sign(
	rawBody: Uint8Array,
	secret: string,
	timestamp: number,
	format: SignatureFormat = 'modern',
): string {
	const hex = signatureBytes(secret, String(timestamp), rawBody).toString('hex');
	return format === 'modern' ? `t=${timestamp},v1=${hex}` : `v1,${timestamp},${hex}`;
}

function signatureBytes(secret: string, timestamp: string, rawBody: Uint8Array): Buffer {
	return createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
}

function signatureHeader(headers: SignedDelivery['headers']): string | undefined {
	for (const name of SIGNATURE_HEADERS) {
		const value = headers[name];
		const text = Array.isArray(value) ? value.join(',') : value;
		if (text !== undefined && text.trim() !== '') return text;
	}
	return undefined;
}

function parseSignature(header: string): ParsedSignature | undefined {
	if (header.length > MAX_HEADER_LENGTH) return undefined;
	const fields = header.split(',').map((field) => field.trim());
	const parsed = fields[0] === 'v1' ? legacyFields(fields) : modernFields(fields);
	if (parsed === undefined) return undefined;

	const { timestamp, hexes } = parsed;
	if (!/^\d{1,12}$/.test(timestamp)) return undefined;
	// Checked before the constant-time comparison, which needs buffers of one size.
	if (hexes.length === 0 || !hexes.every((hex) => /^[0-9a-f]{64}$/i.test(hex))) return undefined;
	return { timestamp, candidates: hexes.map((hex) => Buffer.from(hex, 'hex')) };
}

function legacyFields(fields: string[]): { timestamp: string; hexes: string[] } | undefined {
	return fields.length === 3 ? { timestamp: fields[1], hexes: [fields[2]] } : undefined;
}

/** Fields of other schemes (`v0=…`) are allowed, a second timestamp is not. */
function modernFields(fields: string[]): { timestamp: string; hexes: string[] } | undefined {
	if (!fields.every((field) => /^[a-z][a-z0-9]*=/.test(field))) return undefined;
	const valuesOf = (key: string) =>
		fields
			.filter((field) => field.startsWith(`${key}=`))
			.map((field) => field.slice(key.length + 1));
	const timestamps = valuesOf('t');
	return timestamps.length === 1 ? { timestamp: timestamps[0], hexes: valuesOf('v1') } : undefined;
}
