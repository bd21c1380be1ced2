import type { IDataObject } from 'n8n-workflow';
import { Pool } from 'undici';

import type { N8n } from '../../hosts/n8n';
import { failureOf, type NewCredential } from '../../hosts/rest';

/** As many as the node has at work; see MAX_ITEMS_AT_WORK there. */
const CONNECTIONS = 24;

/** Longest time for one execution, with 50,000 items on a busy machine. */
const EXECUTION_TIMEOUT_MS = 20 * 60_000;

const START = 'Start';
const NODE = 'Node';

const SECRET = '0123456789abcdef0123456789abcdef';

/** One way to send: gives the milliseconds that the sends of so many messages took. */
export interface Sender {
	name: string;
	send(count: number): Promise<number>;
}

const phoneOf = (index: number) => `+1555${String(index).padStart(7, '0')}`;
const textOf = (index: number) => `Thanks for having us in today! #${index}`;

/** The senders to compare, in an n8n that has the package. */
export async function senders(
	n8n: N8n,
	apiUrl: string,
): Promise<
	Record<'bearer' | 'hmac' | 'httpBearer' | 'httpBare' | 'expressions' | 'undici', Sender>
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
		bearer: nodeSender(n8n, 'Chert node, bearer', CHERT, await chert('bearer')),
		hmac: nodeSender(n8n, 'Chert node, HMAC', CHERT, await chert('hmac')),
		httpBearer: nodeSender(
			n8n,
			'HTTP Request node, Bearer credential',
			httpRequest(apiUrl, true),
			bearer,
		),
		httpBare: nodeSender(n8n, 'HTTP Request node, no credential', httpRequest(apiUrl, false)),
		expressions: nodeSender(n8n, 'n8n itself: the two expressions, nothing sent', EXPRESSIONS),
		undici: undiciSender(apiUrl),
	};
}

interface NodeSpec {
	type: string;
	typeVersion: number;
	parameters: IDataObject;
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

/** The version that the editor adds today. */
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

/** What n8n takes to evaluate the two expressions of each item. */
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

/** Runs the node as the editor's button does; the time is what n8n itself notes of it. */
function nodeSender(n8n: N8n, name: string, node: NodeSpec, credentials: IDataObject = {}): Sender {
	return {
		name,
		async send(count) {
			const items = Array.from({ length: count }, (_, index) => ({
				json: { phone: phoneOf(index), body: textOf(index) },
			}));
			const workflowId = await n8n.rest.importWorkflow({
				name,
				nodes: [
					{
						id: 'start',
						name: START,
						type: 'n8n-nodes-base.manualTrigger',
						typeVersion: 1,
						position: [0, 0],
						parameters: {},
					},
					{ id: 'node', name: NODE, position: [200, 0], ...node, credentials } as never,
				],
				connections: { [START]: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
				pinData: { [START]: items },
			});
			await n8n.rest.run(workflowId, START);
			const [execution] = await n8n.rest.executionsEnded(workflowId, 1, EXECUTION_TIMEOUT_MS);
			const failure = failureOf(execution);
			if (failure) throw new Error(`${name}: ${failure}`);
			return execution.data.resultData.runData[NODE][0].executionTime;
		},
	};
}

/** What the network and the server allow: no n8n, no keys, no order. */
function undiciSender(apiUrl: string): Sender {
	const { origin, pathname } = new URL(apiUrl);
	return {
		name: `undici, ${CONNECTIONS} connections`,
		async send(count) {
			const pool = new Pool(origin, { connections: CONNECTIONS });
			const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
			let next = 0;
			const worker = async () => {
				while (next < count) {
					const index = next++;
					const body = JSON.stringify({ phone: phoneOf(index), body: textOf(index) });
					const answer = await pool.request({
						method: 'POST',
						path: `${pathname}/send`,
						headers,
						body,
					});
					await answer.body.json();
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
