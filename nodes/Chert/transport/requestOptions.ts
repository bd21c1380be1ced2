import type { IHttpRequestOptions } from 'n8n-workflow';

import type { ChertRequest } from '../../shared/request';
import { percentDecoded } from '../../shared/fieldValue';
import { InputError } from '../input/inputError';

/** What a user sets under Request Options, which n8n adds to every declarative node. */
export interface RequestOptions {
	connection: ChertRequest['connection'];
	timeoutMs?: number;
	/** Items at a time, and the pause between two batches. */
	batches?: { size: number; pauseMs: number };
}

/**
 * Reads the parameter `requestOptions`.
 *
 * @throws InputError when the proxy is no web address
 */
export function readRequestOptions(value: unknown): RequestOptions {
	const { allowUnauthorizedCerts, batching, proxy, timeout } = (value ?? {}) as {
		allowUnauthorizedCerts?: boolean;
		batching?: { batch?: { batchSize?: number; batchInterval?: number } };
		proxy?: string;
		timeout?: number;
	};
	const size = Math.floor(Number(batching?.batch?.batchSize)) || 1;
	const pauseMs = Number(batching?.batch?.batchInterval);
	return {
		connection: {
			skipSslCertificateValidation: allowUnauthorizedCerts === true,
			...(proxy && { proxy: toProxy(proxy) }),
		},
		...(timeout && { timeoutMs: timeout }),
		// As n8n describes the field: -1 is for no batches, 0 counts as 1.
		...(pauseMs > 0 && size > 0 && { batches: { size, pauseMs } }),
	};
}

function toProxy(address: string): IHttpRequestOptions['proxy'] {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
		// What stands before the @ is a password.
		const shown = address.replace(/^.*@/s, '');
		throw new InputError(
			`Proxy "${shown}" in the Request Options is not an address: enter it in full, e.g. http://proxy.example:3128`,
		);
	}
	const { protocol, hostname, port, username, password } = url;
	const scheme = protocol.replace(/:$/, '');
	return {
		protocol: scheme,
		host: hostname,
		port: Number(port) || (scheme === 'https' ? 443 : 80),
		...(username && {
			auth: { username: percentDecoded(username), password: percentDecoded(password) },
		}),
	};
}
