import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { InstanceSettings } from 'n8n-core';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	IWebhookFunctions,
} from 'n8n-workflow';

import { Chert } from '../../../nodes/Chert/Chert.node.ts';
import { ChertClient } from '../../../nodes/Chert/sendAndWait/chertClient';
import { relayMissedAnswers } from '../../../nodes/Chert/sendAndWait/missedAnswers';
import {
	recordParameters,
	toInstanceMark,
	toRouteUrl,
} from '../../../nodes/Chert/sendAndWait/record';
import { relayEvent, type RelayResult } from '../../../nodes/Chert/sendAndWait/relay';
import { receiveDelivery } from '../../../nodes/Chert/sendAndWait/route';
import type * as Relay from '../../../nodes/Chert/sendAndWait/relay.ts';
import { readEvent, type ChertEvent } from '../../../nodes/shared/events/envelope';
import { freePort, LOOPBACK } from '../../../hosts/ports';
import { credentialFor, runChert } from '../../support/engine';
import { Api } from '../../support/api';
import { LEAD, OTHER_LEAD, useAction } from '../../support/action';
import { createDeferredPromise } from '../../support/deferred';
import { until } from '../../support/until';

const action = useAction();

const HOUR_MS = 60 * 60_000;

const SIGNATURE = 'a1b2c3d4'.repeat(8);

const IDENTITY = { workflowId: 'workflow-1', nodeId: 'chert-node' };
const OTHER_IDENTITY = { workflowId: 'workflow-2', nodeId: 'other-node' };

/** How n8n responds when an execution was killed while it was running. */
const KILLED = {
	status: 500,
	body: { code: 0, message: "Cannot read properties of undefined (reading 'inputOverride')" },
};

const ANSWERED = { status: 200, body: { outcome: 'answered' } };
const UNCLEAR = { status: 200, body: { outcome: 'unclear' } };

/** How n8n responds when the execution has ended. */
const ENDED = {
	status: 409,
	body: { code: 409, message: 'The execution "1" has finished already.' },
};

interface Response {
	status: number;
	body: object;
	/** Cuts the connection when n8n has done its work, so that its response is lost */
	isLost?: boolean;
	/** The response waits for it */
	after?: Promise<unknown>;
}

/** In the place of n8n's resume URLs: responds by the ID of the execution. */
let n8n: Server;
let origin: string;
let responses: Record<string, Response>;
let requested: string[];
/** What Chert delivered to the route. */
let delivered: Array<{ headers: IncomingHttpHeaders; rawBody: Buffer }>;

beforeAll(async () => {
	n8n = createServer((request, response) => {
		const [, executionId] = /^\/webhook-waiting\/(\w+)/.exec(request.url ?? '') ?? [];
		if (executionId !== undefined) requested.push(executionId);
		else void keep(request);
		const { status, body, isLost, after }: Response = responses[executionId ?? ''] ?? {
			status: 404,
			body: {},
		};
		if (executionId !== undefined) request.resume();
		if (isLost) request.socket.destroy();
		void Promise.resolve(after).then(() =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
		);
	});
	await new Promise<void>((resolve) => n8n.listen(0, LOOPBACK, resolve));
	origin = `http://${LOOPBACK}:${(n8n.address() as AddressInfo).port}`;
});
beforeEach(() => {
	responses = {};
	requested = [];
	delivered = [];
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => n8n.close());

async function keep(request: IncomingMessage): Promise<void> {
	delivered.push({ headers: request.headers, rawBody: await buffer(request) });
}

const instanceMark = () => toInstanceMark(Container.get(InstanceSettings).instanceId);

/** Registers a question to the lead; later ones are newer. */
async function open(
	executionId: string,
	askedAt: number,
	base = origin,
	openForMs = HOUR_MS,
	{ workflowId, nodeId } = IDENTITY,
): Promise<void> {
	const url = new URL(`${base}/webhook-waiting/${executionId}/${nodeId}`);
	const parameters = recordParameters(instanceMark(), '0', {
		workflowId,
		respondents: { phone: LEAD, approvers: [] },
		askedAt,
		expiresAt: Date.now() + openForMs,
		isRelayed: true,
	});
	for (const [name, value] of Object.entries({ ...parameters, signature: SIGNATURE }))
		url.searchParams.set(name, value);
	const { id } = await subscribe(url.href);
	await api().call('PATCH', `/webhook-subscriptions/${id}`, { body: { is_active: false } });
}

async function publish(
	base = origin,
	identity = IDENTITY,
): Promise<{ subscriptionId: string; url: string; secret: string }> {
	const url = toRouteUrl(`${base}/webhook/ask/answers`, instanceMark(), identity);
	const { id, secret } = await subscribe(url);
	return { subscriptionId: id, url, secret };
}

const api = () => new Api(action.sandbox);

async function subscribe(url: string): Promise<{ id: string; secret: string }> {
	const { body } = await api().post('/webhook-subscriptions', { url });
	return body.subscription;
}

/** Executions whose questions are open. A record that notes its answer is kept for repeats of the event. */
const stillOpen = () =>
	action.sandbox.control
		.subscriptions()
		.filter(({ url }) => !url.includes('answered='))
		.map(({ url }) => /webhook-waiting\/(\w+)/.exec(url)?.[1])
		.filter((id) => id !== undefined);

async function textFromLead(): Promise<ChertEvent> {
	const { events } = await action.sandbox.control.reply(LEAD, { text: 'yes' });
	const [{ payload }] = events;
	return readEvent({ body: payload as never, arrivedAt: new Date().toISOString() });
}

/** The function as another process of n8n has it, with nothing in its memory. */
async function otherProcess(): Promise<typeof relayEvent> {
	let loaded: typeof Relay | undefined;
	await jest.isolateModulesAsync(async () => {
		loaded = await import('../../../nodes/Chert/sendAndWait/relay.ts');
	});
	return loaded!.relayEvent;
}

/** Passes an event on in n8n's engine, with its HTTP helper and its logger. */
async function relay(
	event: ChertEvent,
	route: { subscriptionId: string; url: string },
	process = relayEvent,
): Promise<RelayResult> {
	return await inEngine(
		async (ctx) => await process(ctx, await ChertClient.open(ctx), event, route),
	);
}

/** Calls a function with what n8n's engine hands to the node. */
async function inEngine<T>(work: (ctx: IExecuteFunctions) => Promise<T>): Promise<T> {
	let result: T | undefined;
	const { description } = new Chert();
	const node: INodeType = {
		description: { ...description, properties: [], webhooks: [] },
		async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			result = await work(this);
			return [[]];
		},
	};
	const credential = credentialFor(action.sandbox);
	const { error } = await runChert({}, { credential, nodeType: node, mode: 'webhook' });
	if (error) throw error;
	return result!;
}

it('passes an answer on to the newest question, and closes its record', async () => {
	const route = await publish();
	await open('older', 1);
	await open('newer', 2);
	responses = { older: ANSWERED, newer: ANSWERED };

	expect(await relay(await textFromLead(), route)).toBe('done');
	expect(requested).toEqual(['newer']);
	expect(stillOpen()).toEqual(['older']);
});

it('does not take a repeated answer for the next question, which is asked in the same second', async () => {
	const route = await publish();
	await open('first', 1);
	responses = { first: ANSWERED, next: ANSWERED };
	const event = await textFromLead();
	await relay(event, route);
	await open('next', 2);

	expect(await relay(event, route)).toBe('done');
	expect(requested).toEqual(['first']);
	expect(stillOpen()).toEqual(['next']);
});

it('does not let a question of a killed execution keep answers from an older one', async () => {
	const route = await publish();
	await open('waiting', 1);
	await open('killed', 2);
	responses = { waiting: ANSWERED, killed: KILLED };

	expect(await relay(await textFromLead(), route)).toBe('done');
	expect(requested).toEqual(['killed', 'waiting']);
	expect(stillOpen()).toEqual([]);
});

describe('an answer to a question of one workflow, with a newer question of another', () => {
	/** Both routes get each message. */
	async function relayByBoth(event: ChertEvent, routes: Array<Parameters<typeof relay>[1]>) {
		const results: RelayResult[] = [];
		for (const route of routes) results.push(await relay(event, route));
		return results;
	}
	const published = async () => ({
		own: await publish(),
		other: await publish(origin, OTHER_IDENTITY),
	});
	const openBoth = async () => {
		await open('waiting', 1);
		await open('newer', 2, origin, HOUR_MS, OTHER_IDENTITY);
	};

	it.each<[string, Response]>([
		['was canceled', ENDED],
		['was asked after the answer', { status: 200, body: { outcome: 'other' } }],
	])('arrives when the newer one %s', async (_what, newer) => {
		const { own, other } = await published();
		await openBoth();
		responses = { waiting: ANSWERED, newer };

		expect(await relayByBoth(await textFromLead(), [own, other])).toEqual(['done', 'done']);
		expect(requested).toEqual(['newer', 'waiting']);
		expect(stillOpen()).not.toContain('waiting');
	});

	it('arrives when Chert delivers it again, because n8n could not take it', async () => {
		const { own, other } = await published();
		await openBoth();
		responses = { waiting: { status: 504, body: {} }, newer: ENDED };
		const event = await textFromLead();
		expect(await relayByBoth(event, [own, other])).toEqual(['done', 'again']);
		responses.waiting = ANSWERED;

		expect(await relay(event, other)).toBe('done');
		expect(requested).toEqual(['newer', 'waiting', 'waiting']);
		expect(stillOpen()).not.toContain('waiting');
	});
});

it.each<[string, Response]>([
	['the response of n8n is lost', { ...ANSWERED, isLost: true }],
	['the response of n8n does not come', { status: 504, body: {} }],
])('does not let a repeated answer reach an older question when %s', async (_what, response) => {
	const route = await publish();
	await open('older', 1);
	await open('newer', 2);
	responses = { older: ANSWERED, newer: response };
	const event = await textFromLead();

	expect(await relay(event, route)).toBe('again');
	responses.newer = ENDED;
	expect(await relay(event, route)).toBe('done');
	expect(requested).toEqual(['newer', 'newer']);
	expect(stillOpen()).toEqual(['older']);
});

it('passes a repeated answer on to the same question while that waits', async () => {
	const route = await publish();
	await open('older', 1);
	await open('newer', 2);
	responses = { older: ANSWERED, newer: { status: 504, body: {} } };
	const event = await textFromLead();
	await relay(event, route);
	await open('newest', 3);
	responses.newer = ANSWERED;

	expect(await relay(event, route)).toBe('done');
	expect(requested).toEqual(['newer', 'newer']);
	expect(stillOpen()).toEqual(['older', 'newest']);
});

it('does not let a repeated answer reach an older question while a process has the first one, or is killed with it', async () => {
	const route = await publish();
	await open('older', 1);
	await open('newer', 2);
	const other = await otherProcess();
	const held = createDeferredPromise<void>();
	responses = { older: ANSWERED, newer: { ...ANSWERED, after: held.promise } };
	const event = await textFromLead();
	const first = relay(event, route);
	await until(() => requested.length === 1);
	responses.newer = ENDED;

	expect(await relay(event, route, other)).toBe('done');
	expect(requested).toEqual(['newer', 'newer']);
	expect(stillOpen()).toEqual(['older']);
	held.resolve();
	expect(await first).toBe('done');
	expect(stillOpen()).toEqual(['older']);
});

it('recognizes repeats of an answer as long as an older question is open', async () => {
	const route = await publish();
	await open('older', 1, origin, 3 * HOUR_MS);
	await open('newer', 2);
	responses = { older: ANSWERED, newer: ANSWERED };
	const event = await textFromLead();
	await relay(event, route);
	const now = Date.now();
	jest.spyOn(Date, 'now').mockImplementation(() => now + 2 * HOUR_MS);

	expect(await relay(event, route, await otherProcess())).toBe('done');
	expect(requested).toEqual(['newer']);
});

it('does not let a repeat of an unclear text reach an older question', async () => {
	const route = await publish();
	await open('older', 1);
	await open('newer', 2);
	responses = { older: ANSWERED, newer: UNCLEAR };
	const unclear = await textFromLead();
	await relay(unclear, route);
	responses.newer = ANSWERED;
	await relay(await textFromLead(), route);

	expect(await relay(unclear, route)).toBe('done');
	expect(requested).toEqual(['newer', 'newer']);
	expect(stillOpen()).toEqual(['older']);
});

it('responds to Chert before it looks for answers that were missed', async () => {
	const { subscriptionId: id, url, secret } = await publish();
	await open('asked', 1);
	responses = { asked: ANSWERED };
	await action.sandbox.control.reply(OTHER_LEAD, { text: 'Hello' });
	await until(() => delivered.length > 0);
	const [{ headers, rawBody }] = delivered;
	const response = {
		statuses: [] as number[],
		readsBefore: NaN,
		status(status: number) {
			this.statuses.push(status);
			return this;
		},
		end() {
			this.readsBefore = action.requests('events.list').length;
		},
	};
	const subscription = { id, secret, url, instanceId: '', createdAt: '' };
	const webhookFunctions = {
		getHeaderData: { value: () => headers },
		getRequestObject: { value: () => ({ rawBody }) },
		getResponseObject: { value: () => response },
		getWorkflowStaticData: { value: () => ({ subscription }) },
	};

	await inEngine(
		async (ctx) =>
			await receiveDelivery(Object.create(ctx, webhookFunctions) as unknown as IWebhookFunctions),
	);
	expect(response).toMatchObject({ statuses: [200], readsBefore: 0 });
	expect(action.requests('events.list')).toHaveLength(1);
});

it('finds an answer that was missed before the workflow was published again', async () => {
	const { subscriptionId } = await publish();
	await open('asked', 1);
	responses = { asked: ANSWERED };
	// The route responds with 404, and Chert then gives up.
	await textFromLead();
	await action.sandbox.control.idle();
	await api().call('DELETE', `/webhook-subscriptions/${subscriptionId}`);
	const route = await publish();

	await inEngine(async (ctx) => await relayMissedAnswers(ctx, await ChertClient.open(ctx), route));
	expect(requested).toEqual(['asked']);
	expect(stillOpen()).toEqual([]);
});

it.each<[string, () => Promise<string>, RegExp]>([
	[
		'nothing listens',
		async () => `http://${LOOPBACK}:${await freePort()}`,
		/cannot reach itself at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
	],
	[
		'n8n rejects its own signature',
		async () => {
			responses.asked = { status: 401, body: {} };
			return origin;
		},
		/\(it responded with HTTP 401\)/,
	],
])('tells in the log what to do when %s, without the signed URL', async (_what, base, reason) => {
	const logged = jest.spyOn(Container.get(Logger), 'error');
	const address = await base();
	const route = await publish(address);
	await open('asked', 1, address);

	expect(await relay(await textFromLead(), route)).toBe('again');
	const lines = logged.mock.calls.map((call) => JSON.stringify(call));
	expect(lines).toHaveLength(1);
	expect(lines[0]).toMatch(reason);
	expect(lines[0]).toContain('Check that WEBHOOK_URL is correct');
	expect(lines[0]).not.toContain(SIGNATURE);
	expect(lines[0]).not.toContain('webhook-waiting');
	// The question stays open: Chert delivers the event again, and the event log has it.
	expect(stillOpen()).toEqual(['asked']);
});
