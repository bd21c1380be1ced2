import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';

import { freePort, LOOPBACK } from '../../../hosts/ports';
import { ChertClient } from '../../../nodes/Chert/sendAndWait/chertClient';
import { relayEvent, type RelayResult } from '../../../nodes/Chert/sendAndWait/relay';
import type * as Relay from '../../../nodes/Chert/sendAndWait/relay.ts';
import type { ChertEvent } from '../../../nodes/shared/events/envelope';
import { useAction } from '../../support/action';
import { createDeferredPromise } from '../../support/deferred';
import { until } from '../../support/until';
import {
	ANSWERED,
	SIGNATURE,
	useWaitingExecutions,
	type Response,
} from '../../support/waitingExecutions';

const n8n = useWaitingExecutions(useAction());

const HOUR_MS = 60 * 60_000;

const OTHER_IDENTITY = { workflowId: 'workflow-2', nodeId: 'other-node' };

/** How n8n responds when an execution was killed while it was running. */
const KILLED = {
	status: 500,
	body: { code: 0, message: "Cannot read properties of undefined (reading 'inputOverride')" },
};

const UNCLEAR = { status: 200, body: { outcome: 'unclear' } };

/** How n8n responds when the execution has ended. */
const ENDED = {
	status: 409,
	body: { code: 409, message: 'The execution "1" has finished already.' },
};

afterEach(() => jest.restoreAllMocks());

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
	return await n8n.inEngine(
		async (ctx) => await process(ctx, await ChertClient.open(ctx), event, route),
	);
}

it('passes an answer on to the newest question, and closes its record', async () => {
	const route = await n8n.publish();
	await n8n.open('older', 1);
	await n8n.open('newer', 2);
	n8n.responses = { older: ANSWERED, newer: ANSWERED };

	expect(await relay(await n8n.textFromLead(), route)).toBe('done');
	expect(n8n.requested).toEqual(['newer']);
	expect(n8n.stillOpen()).toEqual(['older']);
});

it('does not take a repeated answer for the next question, which is asked in the same second', async () => {
	const route = await n8n.publish();
	await n8n.open('first', 1);
	n8n.responses = { first: ANSWERED, next: ANSWERED };
	const event = await n8n.textFromLead();
	await relay(event, route);
	await n8n.open('next', 2);

	expect(await relay(event, route)).toBe('done');
	expect(n8n.requested).toEqual(['first']);
	expect(n8n.stillOpen()).toEqual(['next']);
});

it('does not let a question of a killed execution keep answers from an older one', async () => {
	const route = await n8n.publish();
	await n8n.open('waiting', 1);
	await n8n.open('killed', 2);
	n8n.responses = { waiting: ANSWERED, killed: KILLED };

	expect(await relay(await n8n.textFromLead(), route)).toBe('done');
	expect(n8n.requested).toEqual(['killed', 'waiting']);
	expect(n8n.stillOpen()).toEqual([]);
});

describe('an answer to a question of one workflow, with a newer question of another', () => {
	/** Both routes get each message. */
	async function relayByBoth(event: ChertEvent, routes: Array<Parameters<typeof relay>[1]>) {
		const results: RelayResult[] = [];
		for (const route of routes) results.push(await relay(event, route));
		return results;
	}
	const published = async () => ({
		own: await n8n.publish(),
		other: await n8n.publish({ identity: OTHER_IDENTITY }),
	});
	const openBoth = async () => {
		await n8n.open('waiting', 1);
		await n8n.open('newer', 2, { identity: OTHER_IDENTITY });
	};

	it.each<[string, Response]>([
		['was canceled', ENDED],
		['was asked after the answer', { status: 200, body: { outcome: 'other' } }],
	])('arrives when the newer one %s', async (_what, newer) => {
		const { own, other } = await published();
		await openBoth();
		n8n.responses = { waiting: ANSWERED, newer };

		expect(await relayByBoth(await n8n.textFromLead(), [own, other])).toEqual(['done', 'done']);
		expect(n8n.requested).toEqual(['newer', 'waiting']);
		expect(n8n.stillOpen()).not.toContain('waiting');
	});

	it('arrives when Chert delivers it again, because n8n could not take it', async () => {
		const { own, other } = await published();
		await openBoth();
		n8n.responses = { waiting: { status: 504, body: {} }, newer: ENDED };
		const event = await n8n.textFromLead();
		expect(await relayByBoth(event, [own, other])).toEqual(['done', 'again']);
		n8n.responses.waiting = ANSWERED;

		expect(await relay(event, other)).toBe('done');
		expect(n8n.requested).toEqual(['newer', 'waiting', 'waiting']);
		expect(n8n.stillOpen()).not.toContain('waiting');
	});
});

it.each<[string, Response]>([
	['the response of n8n is lost', { ...ANSWERED, isLost: true }],
	['the response of n8n does not come', { status: 504, body: {} }],
])('does not let a repeated answer reach an older question when %s', async (_what, response) => {
	const route = await n8n.publish();
	await n8n.open('older', 1);
	await n8n.open('newer', 2);
	n8n.responses = { older: ANSWERED, newer: response };
	const event = await n8n.textFromLead();

	expect(await relay(event, route)).toBe('again');
	n8n.responses.newer = ENDED;
	expect(await relay(event, route)).toBe('done');
	expect(n8n.requested).toEqual(['newer', 'newer']);
	expect(n8n.stillOpen()).toEqual(['older']);
});

it('passes a repeated answer on to the same question while that waits', async () => {
	const route = await n8n.publish();
	await n8n.open('older', 1);
	await n8n.open('newer', 2);
	n8n.responses = { older: ANSWERED, newer: { status: 504, body: {} } };
	const event = await n8n.textFromLead();
	await relay(event, route);
	await n8n.open('newest', 3);
	n8n.responses.newer = ANSWERED;

	expect(await relay(event, route)).toBe('done');
	expect(n8n.requested).toEqual(['newer', 'newer']);
	expect(n8n.stillOpen()).toEqual(['older', 'newest']);
});

it('does not let a repeated answer reach an older question while a process has the first one, or is killed with it', async () => {
	const route = await n8n.publish();
	await n8n.open('older', 1);
	await n8n.open('newer', 2);
	const other = await otherProcess();
	const held = createDeferredPromise<void>();
	n8n.responses = { older: ANSWERED, newer: { ...ANSWERED, after: held.promise } };
	const event = await n8n.textFromLead();
	const first = relay(event, route);
	await until(() => n8n.requested.length === 1);
	n8n.responses.newer = ENDED;

	expect(await relay(event, route, other)).toBe('done');
	expect(n8n.requested).toEqual(['newer', 'newer']);
	expect(n8n.stillOpen()).toEqual(['older']);
	held.resolve();
	expect(await first).toBe('done');
	expect(n8n.stillOpen()).toEqual(['older']);
});

it('recognizes repeats of an answer as long as an older question is open', async () => {
	const route = await n8n.publish();
	await n8n.open('older', 1, { openForMs: 3 * HOUR_MS });
	await n8n.open('newer', 2);
	n8n.responses = { older: ANSWERED, newer: ANSWERED };
	const event = await n8n.textFromLead();
	await relay(event, route);
	const now = Date.now();
	jest.spyOn(Date, 'now').mockImplementation(() => now + 2 * HOUR_MS);

	expect(await relay(event, route, await otherProcess())).toBe('done');
	expect(n8n.requested).toEqual(['newer']);
});

it('does not let a repeat of an unclear text reach an older question', async () => {
	const route = await n8n.publish();
	await n8n.open('older', 1);
	await n8n.open('newer', 2);
	n8n.responses = { older: ANSWERED, newer: UNCLEAR };
	const unclear = await n8n.textFromLead();
	await relay(unclear, route);
	n8n.responses.newer = ANSWERED;
	await relay(await n8n.textFromLead(), route);

	expect(await relay(unclear, route)).toBe('done');
	expect(n8n.requested).toEqual(['newer', 'newer']);
	expect(n8n.stillOpen()).toEqual(['older']);
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
			n8n.responses.asked = { status: 401, body: {} };
			return n8n.origin;
		},
		/\(it responded with HTTP 401\)/,
	],
])('tells in the log what to do when %s, without the signed URL', async (_what, base, reason) => {
	const logged = jest.spyOn(Container.get(Logger), 'error');
	const address = await base();
	const route = await n8n.publish({ base: address });
	await n8n.open('asked', 1, { base: address });

	expect(await relay(await n8n.textFromLead(), route)).toBe('again');
	const lines = logged.mock.calls.map((call) => JSON.stringify(call));
	expect(lines).toHaveLength(1);
	expect(lines[0]).toMatch(reason);
	expect(lines[0]).toContain('Check that WEBHOOK_URL is correct');
	expect(lines[0]).not.toContain(SIGNATURE);
	expect(lines[0]).not.toContain('webhook-waiting');
	// The question stays open: Chert delivers the event again, and the event log has it.
	expect(n8n.stillOpen()).toEqual(['asked']);
});
