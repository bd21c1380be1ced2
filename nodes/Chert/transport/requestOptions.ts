import {
	NodeOperationError,
	type IHttpRequestOptions,
	type INode,
	type INodeProperties,
} from 'n8n-workflow';

import type { ChertRequest } from '../../shared/request';
import { percentDecoded } from '../../shared/fieldValue';
import { InputError } from '../input/inputError';

/**
 * The setting Request Options. n8n adds the same to every declarative node, but not to one that also has a webhook
 * (n8n-core, `applyDeclarativeNodeOptionParameters`).
 */
export const requestOptionsField: INodeProperties = {
	displayName: 'Request Options',
	name: 'requestOptions',
	type: 'collection',
	isNodeSetting: true,
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Batching',
			name: 'batching',
			placeholder: 'Add Batching',
			type: 'fixedCollection',
			typeOptions: { multipleValues: false },
			default: { batch: {} },
			options: [
				{
					displayName: 'Batching',
					name: 'batch',
					values: [
						{
							displayName: 'Items per Batch',
							name: 'batchSize',
							type: 'number',
							typeOptions: { minValue: -1 },
							default: 50,
							description:
								'How many items to send before each pause. -1 for no batches, 0 counts as 1.',
						},
						{
							displayName: 'Batch Interval (Ms)',
							name: 'batchInterval',
							type: 'number',
							typeOptions: { minValue: 0 },
							default: 1000,
							description: 'Time between two batches in milliseconds. 0 for no pause.',
						},
					],
				},
			],
		},
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'allowUnauthorizedCerts',
			type: 'boolean',
			noDataExpression: true,
			default: false,
			description: 'Whether to connect even if SSL certificate validation is not possible',
		},
		{
			displayName: 'Proxy',
			name: 'proxy',
			type: 'string',
			default: '',
			placeholder: 'e.g. http://proxy.example:3128',
			description:
				'HTTP proxy to use, with its password if it needs one: http://username:password@proxy.example:3128',
		},
		{
			displayName: 'Timeout',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 10000,
			description:
				'How many milliseconds to wait for a response. Without this option, 60,000. Files have their own, longer limits.',
		},
	],
};

/** What a user sets under Request Options. */
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

/**
 * Reads the connection settings where no item is executed: in the editor, in a webhook, or at publishing.
 *
 * @param value the parameter `requestOptions`
 * @throws NodeOperationError when the proxy is no web address
 */
export function readConnection(node: INode, value: unknown): ChertRequest['connection'] {
	try {
		return readRequestOptions(value).connection;
	} catch (error) {
		throw new NodeOperationError(node, error as Error);
	}
}

function toProxy(address: string): IHttpRequestOptions['proxy'] {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
		// What stands before the @ is a password.
		const shown = address.replace(/^.*@/s, '');
		throw new InputError(
			`Proxy "${shown}" in Request Options is not an address: enter it in full, e.g. http://proxy.example:3128`,
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
