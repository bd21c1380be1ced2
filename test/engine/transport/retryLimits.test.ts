import { performance } from 'node:perf_hooks';

import { rateLimiterOf } from '../../../nodes/Chert/transport/rateLimiter';
import { readCredential } from '../../../nodes/shared/credential';
import { BACKOFF } from '../../../nodes/shared/retry';
import { startSandbox } from '../../../sandbox';
import { LEAD, OTHER_LEAD, file, useAction } from '../../support/action';
import { credentialFor, runChert } from '../../support/engine';
import { until } from '../../support/until';
import {
	EACH,
	errorText,
	item,
	numbered,
	options,
	phone,
	respond,
	serve,
	useQuickBackoff,
} from './support';

const action = useAction();
const control = () => action.sandbox.control;

/** For tests that leave their recipient blocked: the block outlives the sandbox's own record of it. */
const BLOCKED = [phone(100), phone(101)];

const HELLO = { phone: LEAD, body: 'Hello' };
const PNG = file('data', { content: 'x' });

/** Milliseconds between the requests to a route, one after the other. */
function gaps(route = 'send'): number[] {
	const times = action.requests(route).map(({ elapsedMs }) => elapsedMs);
	return times.slice(1).map((time, index) => time - times[index]);
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; elapsedMs: number }> {
	const start = performance.now();
	const result = await work;
	return { result, elapsedMs: performance.now() - start };
}

describe('a rate limit (1007)', () => {
	it('blocks all requests of the credential, those of another execution too', async () => {
		control().addFaults({ kind: 'rateLimit', retryAfter: 0.5, times: 1 });
		const first = action.run('message.send', HELLO);
		// Not before the node has read the response.
		await until(
			() => rateLimiterOf(readCredential(credentialFor(action.sandbox))).credentialWaitMs() > 0,
		);
		const second = action.run('message.send', EACH, { items: numbered(20, 20) });
		await Promise.all([first, second]);
		const [rejected, ...others] = action.requests();
		expect(others).toHaveLength(21);
		expect(
			Math.min(...others.map(({ elapsedMs }) => elapsedMs)) - rejected.elapsedMs,
		).toBeGreaterThan(480);
		expect(control().audit()).toMatchObject({ delivered: 21, earlyRequests: [] });
	});

	it('does not block another account', async () => {
		const other = await startSandbox({ signingSecret: 'f'.repeat(32) });
		control().addFaults({ kind: 'rateLimit', retryAfter: 1, times: 1 });
		const first = action.run('message.send', HELLO);
		await until(() => action.requests().length === 1);
		await runChert(
			{ resource: 'message', operation: 'send', ...HELLO },
			{ credential: credentialFor(other) },
		);
		expect(control().messages()).toHaveLength(0);
		await Promise.all([first, other.close()]);
	});

	it('also blocks the requests of Retry On Fail', async () => {
		control().addFaults({ kind: 'rateLimit', retryAfter: 0.3, times: 1 });
		const { error } = await action.run(
			'message.send',
			{ ...HELLO, ...options({ maxRetries: 0 }) },
			{ retryOnFail: true },
		);
		expect(error).toBeUndefined();
		expect(gaps()[0]).toBeGreaterThan(290);
	});

	it('lets a batch through that is far larger, however few requests it allows at a time', async () => {
		let windowStart = 0;
		let accepted = 0;
		let rejected = 0;
		const server = await serve((request, response) => {
			request.resume();
			const now = Date.now();
			if (now - windowStart >= 100) [windowStart, accepted] = [now, 0];
			if (accepted++ < 2)
				return respond(response, { status: 'sent', message_id: 'a', lead_id: 'b' });
			rejected++;
			const retryAfter = (windowStart + 100 - now) / 1000;
			const error = { code: 1007, message: 'Rate limited', retryable: true };
			respond(response, { status: 'failed', ...error, retry_after: retryAfter }, 429);
		});
		const credential = { ...credentialFor(action.sandbox), baseUrl: server.origin };
		const { items, error } = await action.run('message.send', EACH, {
			items: numbered(60, 60),
			credential,
		});
		await server.close();

		expect(error).toBeUndefined();
		expect(items).toHaveLength(60);
		expect(rejected).toBeGreaterThan(0);
	});

	it('counts once for files that wait for it side by side', async () => {
		control().addFaults({
			kind: 'rateLimit',
			retryAfter: 0.4,
			times: 3,
			route: 'attachments.create',
		});
		const binary = { ...file('a'), ...file('b'), ...file('c') };
		const parameters = {
			...HELLO,
			binaryPropertyNames: 'a,b,c',
			...options({ maxRetryWait: 0.6 }),
		};
		const { error } = await action.run('message.send', parameters, { items: [{ binary }] });
		expect(error).toBeUndefined();
		expect(control().messages()[0].attachments).toHaveLength(3);
	});
});

it('a busy recipient (4002) blocks that recipient only', async () => {
	control().addFaults({ kind: 'saturated', retryAfter: 0.4, times: 1, recipient: LEAD });
	await action.run('message.send', EACH, {
		items: [item(LEAD, 'a'), item(OTHER_LEAD, 'b'), item(LEAD, 'c')],
	});
	expect(
		control()
			.messages()
			.map(({ text }) => text),
	).toEqual(['b', 'a', 'c']);
	expect(control().audit().earlyRequests).toEqual([]);
});

describe('the requested wait', () => {
	afterEach(() => control().variants({ retryAfter: 'both' }));

	it.each(['body', 'header', 'headerDate'] as const)('is read from the %s', async (retryAfter) => {
		control().variants({ retryAfter });
		control().addFaults({ kind: 'rateLimit', retryAfter: 1, times: 1 });
		const { error } = await action.run('message.send', HELLO);
		expect(error).toBeUndefined();
		// An HTTP date has no fractions of a second.
		expect(gaps()[0]).toBeGreaterThan(retryAfter === 'headerDate' ? 1 : 980);
		expect(control().audit()).toMatchObject({ delivered: 1, earlyRequests: [] });
	});

	it('is respected for any code', async () => {
		control().addFaults({ kind: 'serverError', retryAfter: 0.3, times: 1 });
		await action.run('message.send', HELLO);
		expect(gaps()[0]).toBeGreaterThan(290);
		expect(gaps()[0]).toBeLessThan(490);
	});

	it('fails the item at once when it is longer than Max Retry Wait, and says how long it is', async () => {
		control().addFaults({ kind: 'saturated', retryAfter: 600, times: 1 });
		const { result, elapsedMs } = await timed(
			action.run('message.send', {
				phone: BLOCKED[0],
				body: 'Hello',
				...options({ maxRetryWait: 5 }),
			}),
		);
		expect(elapsedMs).toBeLessThan(1000);
		expect(errorText(result)).toMatch(/600 seconds/);
		expect(errorText(result)).toMatch(/Max Retry Wait/);
		expect(action.requests()).toHaveLength(1);
	});

	it('fails later items to the same recipient without another request', async () => {
		control().addFaults({ kind: 'saturated', retryAfter: 600, times: 1, recipient: BLOCKED[1] });
		const { items } = await action.run(
			'message.send',
			{ ...EACH, ...options({ maxRetryWait: 5 }) },
			{
				items: [item(BLOCKED[1], 'a'), item(BLOCKED[1], 'b'), item(LEAD, 'c')],
				onError: 'continueRegularOutput',
			},
		);
		expect(action.requests()).toHaveLength(2);
		expect(items[1].json.error).toMatch(
			/^Chert asks for a wait of (599|600) seconds before the next request$/,
		);
		expect(items[1].json.details).toMatchObject({ retryable: true, status: 503 });
		expect(items[2].json.status).toBe('sent');
	});

	it('adds up: several waits may not be longer together than Max Retry Wait', async () => {
		control().addFaults({ kind: 'saturated', retryAfter: 0.3, recipient: LEAD });
		const { error } = await action.run('message.send', {
			...HELLO,
			...options({ maxRetryWait: 0.7, maxRetries: 10 }),
		});
		expect(error?.description).toMatch(/The total wait would exceed Max Retry Wait/);
		expect(action.requests()).toHaveLength(3);
	});
});

describe('attempts', () => {
	useQuickBackoff();

	it.each([0, 1, 3])('are one and Max Retries (%i) more', async (maxRetries) => {
		control().addFaults({ kind: 'serverError' });
		const { error } = await action.run('message.send', { ...HELLO, ...options({ maxRetries }) });
		expect(error).toBeDefined();
		expect(action.requests()).toHaveLength(1 + maxRetries);
	});

	it('end at once when Chert says that it is not retryable', async () => {
		control().addFaults({ kind: 'rateLimit', retryable: false });
		await action.run('message.send', HELLO);
		expect(action.requests()).toHaveLength(1);
	});

	it('continue when Chert says that it is retryable, whatever the status', async () => {
		control().addFaults({ kind: 'notRetryable', retryable: true, status: 400, times: 1 });
		const { error } = await action.run('message.send', HELLO);
		expect(error).toBeUndefined();
	});

	it('are counted for each step of a send with a file', async () => {
		for (const route of ['attachments.create', 'attachments.upload', 'send'])
			control().addFaults({ kind: 'serverError', route, times: 2 });
		const parameters = { ...HELLO, binaryPropertyNames: 'data', ...options({ maxRetries: 2 }) };
		const { error } = await action.run('message.send', parameters, { items: [{ binary: PNG }] });
		expect(error).toBeUndefined();
		expect(action.requests().map(({ route }) => route)).toEqual(
			['attachments.create', 'attachments.upload', 'send'].flatMap((route) => [
				route,
				route,
				route,
			]),
		);
	});
});

it('without a requested wait, attempts back off: half to one second, then twice that', async () => {
	expect(BACKOFF).toEqual({ firstMs: 1000, longestMs: 30_000 });
	control().addFaults({ kind: 'serverError', times: 2 });
	await action.run('message.send', HELLO);
	const [first, second] = gaps();
	expect(first).toBeGreaterThan(490);
	expect(first).toBeLessThan(1400);
	expect(second).toBeGreaterThan(990);
	expect(second).toBeLessThan(2400);
});

it('attempts also back off when the requested wait is over already', async () => {
	control().addFaults({ kind: 'rateLimit', retryAfter: 0, times: 1 });
	await action.run('message.send', HELLO);
	expect(gaps()[0]).toBeGreaterThan(490);
});

it('the node pauses between two batches as the user wants', async () => {
	const requestOptions = { batching: { batch: { batchSize: 2, batchInterval: 200 } } };
	await action.run('message.send', { ...EACH, requestOptions }, { items: numbered(4, 4) });
	const times = action.requests('send').map(({ elapsedMs }) => elapsedMs);
	expect(times).toHaveLength(4);
	expect(times[2] - times[1]).toBeGreaterThan(190);
});
