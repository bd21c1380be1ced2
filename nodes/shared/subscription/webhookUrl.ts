/**
 * Says why Chert cannot deliver to a webhook URL; undefined when it can.
 * Chert takes public https addresses only (API section 5.1); a local Chert, for tests, reaches local ones.
 *
 * @param url the webhook URL that n8n gave
 * @param apiBaseUrl base URL of the credential
 * @returns the second half of a sentence
 */
export function whyUnreachable(url: string, apiBaseUrl: string): string | undefined {
	if (URL.canParse(apiBaseUrl) && isLoopback(new URL(apiBaseUrl).hostname)) return undefined;
	if (!URL.canParse(url)) return 'it is not a web address';
	const { protocol, hostname } = new URL(url);
	if (isLoopback(hostname)) return 'only this machine can reach it';
	if (isPrivate(hostname)) return 'it is on a private network';
	if (protocol !== 'https:') return 'it does not start with https';
	return undefined;
}

/** Host names come as `URL` writes them: lower case, IPv4 in four decimal numbers, IPv6 in brackets. */
function isLoopback(host: string): boolean {
	return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])\.?$/.test(
		host,
	);
}

/** Names that only a local network resolves, and the address blocks of RFC 1918, 3927, 4193, 4291 and 6598. */
function isPrivate(host: string): boolean {
	if (host.startsWith('[')) return /^\[(f[cd]|fe[89ab]|::ffff:)/.test(host);
	const [a, b] = host.split('.').map(Number);
	if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
		return (
			a === 10 ||
			(a === 172 && b >= 16 && b <= 31) ||
			(a === 192 && b === 168) ||
			(a === 169 && b === 254) ||
			(a === 100 && b >= 64 && b <= 127)
		);
	}
	return (
		!host.replace(/\.$/, '').includes('.') ||
		/\.(local|internal|lan|home|localdomain|home\.arpa)\.?$/.test(host)
	);
}
