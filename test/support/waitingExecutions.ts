import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { Container } from '@n8n/di';
import { InstanceSettings } from 'n8n-core';
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

import { LOOPBACK } from '../../hosts/ports';
import { Chert } from '../../nodes/Chert/Chert.node.ts';
import { recordParameters, toInstanceMark, toRouteUrl } from '../../nodes/Chert/sendAndWait/record';
import { readEvent, type ChertEvent } from '../../nodes/shared/events/envelope';
import { LEAD, type useAction } from './action';
import { Api } from './api';
import { credentialFor, runChert } from './engine';

const HOUR_MS = 60 * 60_000;

/** The signature of each resume URL. */
export const SIGNATURE = 'a1b2c3d4'.repeat(8);

const IDENTITY = { workflowId: 'workflow-1', nodeId: 'chert-node' };

/** How n8n responds to an answer. */
export interface Response {
	status: number;
	body: object;
	/** Cuts the connection when n8n has done its work, so that its response is lost */
	isLost?: boolean;
	/** The response waits for it */
	after?: Promise<unknown>;
}

export const ANSWERED = { status: 200, body: { outcome: 'answered' } };

/** In the place of n8n: executions that wait for an answer, each with its own response. */
export class WaitingExecutions {
	/** By the ID of the execution */
	responses: Record<string, Response> = {};

	/** IDs of the executions that got an answer. */
	requested: string[] = [];

	/** What Chert delivered to the route. */
	delivered: Array<{ headers: IncomingHttpHeaders; rawBody: Buffer }> = [];

	private readonly server: Server = createServer((request, response) => {
		const [, id] = /^\/webhook-waiting\/(\w+)/.exec(request.url ?? '') ?? [];
		if (id === undefined) void this.keep(request, response);
		else this.respond(id, request, response);
	});

	constructor(private readonly action: ReturnType<typeof useAction>) {}

	async start(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, LOOPBACK, resolve));
	}

	stop(): void {
		this.server.close();
	}

	reset(): void {
		Object.assign(this, { responses: {}, requested: [], delivered: [] });
	}

	get origin(): string {
		return `http://${LOOPBACK}:${(this.server.address() as AddressInfo).port}`;
	}

	get api(): Api {
		return new Api(this.action.sandbox);
	}

	/** Publishes a node: Chert then has its route. */
	async publish({ base = this.origin, identity = IDENTITY } = {}): Promise<{
		subscriptionId: string;
		url: string;
		secret: string;
	}> {
		const url = toRouteUrl(`${base}/webhook/ask/answers`, instanceMark(), identity);
		const { id, secret } = await this.subscribe(url);
		return { subscriptionId: id, url, secret };
	}

	/** Registers a question to the lead; later ones are newer. */
	async open(
		executionId: string,
		askedAt: number,
		{ base = this.origin, openForMs = HOUR_MS, identity = IDENTITY } = {},
	): Promise<void> {
		const url = new URL(`${base}/webhook-waiting/${executionId}/${identity.nodeId}`);
		const parameters = recordParameters(instanceMark(), '0', {
			workflowId: identity.workflowId,
			respondents: { phone: LEAD, approvers: [] },
			askedAt,
			expiresAt: Date.now() + openForMs,
			isRelayed: true,
		});
		for (const [name, value] of Object.entries({ ...parameters, signature: SIGNATURE }))
			url.searchParams.set(name, value);
		const { id } = await this.subscribe(url.href);
		await this.api.call('PATCH', `/webhook-subscriptions/${id}`, { body: { is_active: false } });
	}

	/** Executions whose questions are open. A record that notes its answer is kept for repeats of the event. */
	stillOpen(): string[] {
		return this.action.sandbox.control
			.subscriptions()
			.filter(({ url }) => !url.includes('answered='))
			.map(({ url }) => /webhook-waiting\/(\w+)/.exec(url)?.[1])
			.filter((id) => id !== undefined);
	}

	async textFromLead(): Promise<ChertEvent> {
		const { events } = await this.action.sandbox.control.reply(LEAD, { text: 'yes' });
		const [{ payload }] = events;
		return readEvent({ body: payload as never, arrivedAt: new Date().toISOString() });
	}

	/** Calls a function with what n8n's engine hands to the node. */
	async inEngine<T>(work: (ctx: IExecuteFunctions) => Promise<T>): Promise<T> {
		let result: T | undefined;
		const { description } = new Chert();
		const node: INodeType = {
			description: { ...description, properties: [], webhooks: [] },
			async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
				result = await work(this);
				return [[]];
			},
		};
		const credential = credentialFor(this.action.sandbox);
		const { error } = await runChert({}, { credential, nodeType: node, mode: 'webhook' });
		if (error) throw error;
		return result!;
	}

	private respond(id: string, request: IncomingMessage, response: ServerResponse): void {
		this.requested.push(id);
		const { status, body, isLost, after }: Response = this.responses[id] ?? NOT_FOUND;
		request.resume();
		if (isLost) request.socket.destroy();
		void Promise.resolve(after).then(() =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
		);
	}

	private async keep(request: IncomingMessage, response: ServerResponse): Promise<void> {
		this.delivered.push({ headers: request.headers, rawBody: await buffer(request) });
		response.writeHead(NOT_FOUND.status).end();
	}

	private async subscribe(url: string): Promise<{ id: string; secret: string }> {
		const { body } = await this.api.post('/webhook-subscriptions', { url });
		return body.subscription;
	}
}

const NOT_FOUND = { status: 404, body: {} };

const instanceMark = () => toInstanceMark(Container.get(InstanceSettings).instanceId);

/** Waiting executions for the tests of a file, empty before each. */
export function useWaitingExecutions(action: ReturnType<typeof useAction>): WaitingExecutions {
	const executions = new WaitingExecutions(action);
	beforeAll(async () => await executions.start());
	beforeEach(() => executions.reset());
	afterAll(() => executions.stop());
	return executions;
}
