import type { IDataObject } from 'n8n-workflow';
import { Pool } from 'undici';

import type { N8n } from '../../hosts/n8n';
import type { NewCredential } from '../../hosts/rest';
import { executeNode, type NodeSpec } from '../nodeExecution';

/** The number of items that the node sends in parallel. */
const CONNECTIONS = 24;

const SECRET = '0123456789abcdef0123456789abcdef';

/** One way to send messages. */
export interface SendMethod {
	name: string;
	/** Returns the milliseconds that it takes to send this number of messages. */
	send(count: number): Promise<number>;
}

/** Input of the sends: each item has its own recipient. */
export function sendItems(count: number): Array<{ json: { phone: string; body: string } }> {
	return Array.from({ length: count }, (_, index) => ({
		json: {
			phone: `+1555${String(index).padStart(7, '0')}`,
			body: `Thanks for having us in today! #${index}`,
		},
	}));
}

/**
 * The ways to send that the benchmark compares.
 * @param n8n has the package installed
 */
export async function sendMethods(
	n8n: N8n,
	apiUrl: string,
): Promise<
	Record<'bearer' | 'hmac' | 'httpBearer' | 'httpBare' | 'expressions' | 'undici', SendMethod>
> {
	const credential = async (data: NewCredential) => ({
		id: await n8n.rest.createCredential(data),
		name: data.name,
	});
	const chert = async (authentication: 'bearer' | 'hmac') => ({
		chertApi: await credential({
			name: `Chert ${authentication}`,
			type: 'chertApi',
			data: { authentication, signingSecret: SECRET, tenant: 'northwind-42c1', baseUrl: apiUrl },
		}),
	});
	const bearer = {
		httpBearerAuth: await credential({
			name: 'Bearer',
			type: 'httpBearerAuth',
			data: { token: SECRET },
		}),
	};
	return {
		bearer: sendByNode(n8n, 'Chert node, bearer', CHERT, await chert('bearer')),
		hmac: sendByNode(n8n, 'Chert node, HMAC', CHERT, await chert('hmac')),
		httpBearer: sendByNode(
			n8n,
			'HTTP Request node, Bearer credential',
			httpRequest(apiUrl, true),
			bearer,
		),
		httpBare: sendByNode(n8n, 'HTTP Request node, no credential', httpRequest(apiUrl, false)),
		expressions: sendByNode(n8n, 'Edit Fields node: only the two expressions', EXPRESSIONS),
		undici: sendByUndici(apiUrl),
	};
}

const CHERT: NodeSpec = {
	type: 'n8n-nodes-chert.chert',
	typeVersion: 1,
	parameters: {
		resource: 'message',
		operation: 'send',
		phone: '={{ $json.phone }}',
		body: '={{ $json.body }}',
		options: {},
	},
};

/** The version that the editor adds. */
const HTTP_REQUEST_VERSION = 4.5;

const httpRequest = (apiUrl: string, hasCredential: boolean): NodeSpec => ({
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: HTTP_REQUEST_VERSION,
	parameters: {
		method: 'POST',
		url: `${apiUrl}/send`,
		...(hasCredential && {
			authentication: 'genericCredentialType',
			genericAuthType: 'httpBearerAuth',
		}),
		sendBody: true,
		bodyParameters: {
			parameters: [
				{ name: 'phone', value: '={{ $json.phone }}' },
				{ name: 'body', value: '={{ $json.body }}' },
			],
		},
		options: {},
	},
});

/** Shows what n8n needs to evaluate the two expressions of each item. */
const EXPRESSIONS: NodeSpec = {
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		assignments: {
			assignments: [
				{ id: 'phone', name: 'phone', type: 'string', value: '={{ $json.phone }}' },
				{ id: 'body', name: 'body', type: 'string', value: '={{ $json.body }}' },
			],
		},
		options: {},
	},
};

/** Measures the execution time that n8n records for the node. */
function sendByNode(
	n8n: N8n,
	name: string,
	node: NodeSpec,
	credentials: IDataObject = {},
): SendMethod {
	return {
		name,
		async send(count) {
			const spec = { ...node, credentials };
			return (await executeNode(n8n, spec, sendItems(count))).executionTime;
		},
	};
}

/** The limit set by the network and the server: no n8n, no idempotency keys, no ordering. */
function sendByUndici(apiUrl: string): SendMethod {
	const { origin, pathname } = new URL(apiUrl);
	return {
		name: `undici, ${CONNECTIONS} connections`,
		async send(count) {
			const pool = new Pool(origin, { connections: CONNECTIONS });
			const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
			const items = sendItems(count);
			const worker = async () => {
				for (let item = items.shift(); item; item = items.shift()) {
					const body = JSON.stringify(item.json);
					const path = `${pathname}/send`;
					const response = await pool.request({ method: 'POST', path, headers, body });
					await response.body.json();
				}
			};
			const start = performance.now();
			await Promise.all(Array.from({ length: CONNECTIONS }, worker));
			const milliseconds = performance.now() - start;
			await pool.close();
			return milliseconds;
		},
	};
}
