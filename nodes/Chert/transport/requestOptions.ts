import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import type { ChertRequest } from '../../shared/request';
import { InvalidInput } from '../input/invalidInput';

/** What a user sets under Request Options, which n8n adds to every declarative node. */
export interface RequestOptions {
	host: ChertRequest['host'];
	timeoutMs?: number;
	/** Items at a time, and the pause between two such batches. */
	batches?: { size: number; pauseMs: number };
}

/**
 * Reads the parameter `requestOptions`.
 *
 * @throws InvalidInput when the proxy is no address
 */
export function readRequestOptions(value: unknown): RequestOptions {
	const { allowUnauthorizedCerts, batching, proxy, timeout } = (value ?? {}) as {
		allowUnauthorizedCerts?: boolean;
		batching?: { batch?: { batchSize?: number; batchInterval?: number } };
		proxy?: string;
		timeout?: number;
	};
	const { batchSize = 0, batchInterval = 0 } = batching?.batch ?? {};
	return {
		host: { skipSslCertificateValidation: allowUnauthorizedCerts === true, ...(proxy && { proxy: toProxy(proxy) }) },
		...(timeout && { timeoutMs: timeout }),
		...(batchInterval > 0 && { batches: { size: Math.max(1, batchSize), pauseMs: batchInterval } }),
	};
}

function toProxy(address: string): IHttpRequestOptions['proxy'] {
	if (!URL.canParse(address)) {
		throw new InvalidInput(`Proxy "${address}" in the Request Options is not an address: enter it in full, e.g. http://proxy.example:3128`);
	}
	const { protocol, hostname, port, username, password } = new URL(address);
	const scheme = protocol.replace(/:$/, '');
	return {
		protocol: scheme,
		host: hostname,
		port: Number(port) || (scheme === 'https' ? 443 : 80),
		...(username && { auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }),
	};
}

/** The domains that the owner of the credential allows, where n8n offers to limit them. */
export function allowedDomainsOf(credentialData: IDataObject): string | undefined {
	return credentialData.allowedHttpRequestDomains === 'domains' ? String(credentialData.allowedDomains ?? '') : undefined;
}
