import { createHmac } from 'node:crypto';

/** `hex( HMAC-SHA256( secret, "<seconds>.<raw body>" ) )`, keyed with the secret's UTF-8 bytes (§1.3, §5.5). */
export function signatureHex(
	secret: string,
	unixSeconds: number | string,
	rawBody: Buffer | string,
): string {
	return createHmac('sha256', Buffer.from(secret, 'utf8'))
		.update(`${unixSeconds}.`)
		.update(rawBody)
		.digest('hex');
}
