import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { InstanceSettings } from 'n8n-core';
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

import { Chert } from '../../../nodes/Chert/Chert.node.ts';
import { ChertClient } from '../../../nodes/Chert/sendAndWait/chertClient';
import {
	recordParameters,
	toInstanceMark,
	toRouteUrl,
} from '../../../nodes/Chert/sendAndWait/record';
import { relayEvent, type RelayResult } from '../../../nodes/Chert/sendAndWait/relay';
import { readEvent, type ChertEvent } from '../../../nodes/shared/events/envelope';
import { freePort, LOOPBACK } from '../../../hosts/ports';
import { credentialFor, runChert } from '../../support/engine';
import { Api } from '../../sandbox/support';
import { LEAD, useAction } from '../../support/action';

const action = useAction();

const SIGNATURE = 'a1b2c3d4'.repeat(8);

const IDENTITY = { workflowId: 'workflow-1', nodeId: 'chert-node' };

/** How n8n responds when an execution was killed while it was running. */
const KILLED = {
	status: 500,
	body: { code: 0, message: "Cannot read properties of undefined (reading 'inputOverride')" },
};

const ANSWERED = { status: 200, body: { outcome: 'answered' } };

interface Response {
	status: number;
	body: object;
}

/** In the place of n8n's resume URLs: responds by the ID of the execution. */
let n8n: Server;
let origin: string;
let responses: Record<string, Response>;
let requested: string[];

beforeAll(async () => {
	n8n = createServer((request, response) => {
		const [, executionId] = /^\/webhook-waiting\/(\w+)/.exec(request.url ?? '') ?? [];
		if (executionId !== undefined) requested.push(executionId);
		const { status, body } = responses[executionId ?? ''] ?? { status: 404, body: {} };
		request.resume();
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	});
	await new Promise<void>((resolve) => n8n.listen(0, LOOPBACK, resolve));
	origin = `http://${LOOPBACK}:${(n8n.address() as AddressInfo).port}`;
});
beforeEach(() => {
	responses = {};
	requested = [];
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => n8n.close());

const instanceMark = () => toInstanceMark(Container.get(InstanceSettings).instanceId);

/** Registers a question to the lead; later ones are newer. */
async function open(executionId: string, askedAt: number, base = origin): Promise<void> {
	const url = new URL(`${base}/webhook-waiting/${executionId}/${IDENTITY.nodeId}`);
	const parameters = recordParameters(instanceMark(), '0', {
		workflowId: IDENTITY.workflowId,
		respondents: { phone: LEAD, approvers: [] },
		askedAt,
		expiresAt: Date.now() + 60_000,
		isRelayed: true,
	});
	for (const [name, value] of Object.entries({ ...parameters, signature: SIGNATURE }))
		url.searchParams.set(name, value);
	const id = await subscribe(url.href);
	await api().call('PATCH', `/webhook-subscriptions/${id}`, { body: { is_active: false } });
}

async function publish(base = origin): Promise<{ subscriptionId: string; url: string }> {
	const url = toRouteUrl(`${base}/webhook/ask/answers`, instanceMark(), IDENTITY);
	return { subscriptionId: await subscribe(url), url };
}

const api = () => new Api(action.sandbox);

async function subscribe(url: string): Promise<string> {
	const { body } = await api().post('/webhook-subscriptions', { url });
	return body.subscription.id;
}

/** Executions whose questions are open. A record that notes its answer is kept for repeats of the event. */
const stillOpen = () =>
	action.sandbox.control
		.subscriptions()
		.filter(({ url }) => !url.includes('answer='))
		.map(({ url }) => /webhook-waiting\/(\w+)/.exec(url)?.[1])
		.filter((id) => id !== undefined);

async function textFromLead(): Promise<ChertEvent> {
	const { events } = await action.sandbox.control.reply(LEAD, { text: 'yes' });
	const [{ payload }] = events;
	return readEvent({ body: payload as never, arrivedAt: new Date().toISOString() });
}

/** Passes an event on in n8n's engine, with its HTTP helper and its logger. */
async function relay(
	event: ChertEvent,
	route: { subscriptionId: string; url: string },
): Promise<RelayResult> {
	let result: RelayResult | undefined;
	const { description } = new Chert();
	const node: INodeType = {
		description: { ...description, properties: [], webhooks: [] },
		async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			result = await relayEvent(this, await ChertClient.open(this), event, route);
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

it('does not let a repeated message answer an older question, after n8n was killed with the first one', async () => {
	const route = await publish();
	await open('waiting', 1);
	await open('killed', 2);
	responses = { waiting: ANSWERED, killed: KILLED };
	const receivedAt = new Date(Date.now() - 1_000).toISOString();

	expect(await relay({ ...(await textFromLead()), receivedAt }, route)).toBe('done');
	expect(requested).toEqual(['killed']);
	expect(stillOpen()).toEqual(['waiting']);
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
