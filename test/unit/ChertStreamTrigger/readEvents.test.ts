import { Readable } from 'node:stream';

import type { IHttpRequestOptions } from 'n8n-workflow';

import {
	pauseAfter,
	readEvents,
	readNow,
	type EventListener,
} from '../../../nodes/ChertStreamTrigger/readEvents';
import { Cancellation } from '../../../nodes/shared/cancellation';
import type { RetryDecision } from '../../../nodes/shared/retry';

const START = Date.parse('2026-09-01T10:00:00.000Z');
const event = (second: number) => ({
	id: `e${second}`,
	created_at: new Date(START + second * 1000).toISOString(),
});
const DATE = new Date(START + 9_000).toUTCString();

/** n8n's functions, with a Chert behind them that gives the responses of a test. */
const ctxWith = (bodyFor: (url: URL, options: IHttpRequestOptions) => unknown) => ({
	getNode: () => ({}) as never,
	getCredentials: async () => await Promise.resolve({ signingSecret: 's' } as never),
	helpers: {
		httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) =>
			await Promise.resolve({
				statusCode: 200,
				headers: { date: DATE },
				body: bodyFor(new URL(options.url), options),
			}),
	} as never,
});

const listenerWith = (own: Partial<EventListener> = {}): EventListener => ({
	since: () => '',
	onEvent: async () => await Promise.resolve(),
	onReadUntil: () => undefined,
	onOutage: () => undefined,
	onRecovery: () => undefined,
	...own,
});

afterEach(() => jest.restoreAllMocks());

describe('readNow', () => {
	const { signal } = new AbortController();

	it.each([
		['the time of Chert', [], 9, []],
		['the latest event of that second', [event(9.4), event(9.2), event(3)], 9.4, ['e9.4']],
		['not an event that is dated in the future', [event(86_400), event(9.1)], 9.1, ['e9.1']],
		['an event with the time of Chert', [event(9), event(8)], 9, ['e9']],
	])('gives %s', async (_what, events, second, known) => {
		const ctx = ctxWith(() => ({ events }));
		const { created_at: from } = event(second);
		expect(await readNow(ctx, signal)).toEqual({ from, known, since: from });
	});

	it('says that the web page of a proxy is not Chert', async () => {
		await expect(
			readNow(
				ctxWith(() => '<html>Sign in</html>'),
				signal,
			),
		).rejects.toMatchObject({
			message: expect.stringMatching(/^Something other than Chert responded at https:/),
			description: expect.stringContaining('Check Base URL'),
		});
	});

	it('says why Chert cannot be read', async () => {
		const ctx = ctxWith(() => {
			throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
		});
		await expect(readNow(ctx, signal)).rejects.toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('did not respond'),
		});
	});
});

describe('readEvents', () => {
	it('tells up to when events are passed on: after each of the pages, in order, and after all', async () => {
		const end = new AbortController();
		const seen: unknown[] = [];
		const ctx = ctxWith(({ pathname }) => {
			if (pathname.endsWith('/stream')) {
				end.abort();
				return Readable.from([]);
			}
			return { events: [event(86_400), event(2), event(1)] };
		});
		const listener = listenerWith({
			onEvent: async ({ key }) => void (await Promise.resolve(seen.push(key))),
			onReadUntil: (time) => void seen.push(time - START),
		});
		await readEvents(ctx, listener, end.signal);
		expect(seen).toEqual(['e1', 1_000, 'e2', 2_000, 'e86400', 9_000, 9_000]);
	});

	/** Reads without any wait; tells how long it would have waited each time, and what was reported. */
	async function waitsOf(
		streamBody: (times: number, abortSignal?: IHttpRequestOptions['abortSignal']) => unknown,
		rounds: number,
	) {
		const end = new AbortController();
		const waits: number[] = [];
		const told: string[] = [];
		jest.spyOn(Math, 'random').mockReturnValue(0);
		jest.spyOn(Cancellation.prototype, 'wait').mockImplementation(async (milliseconds) => {
			await Promise.resolve();
			if (milliseconds === 0) return;
			if (waits.push(milliseconds) === rounds) end.abort();
		});
		let streams = 0;
		const ctx = ctxWith(({ pathname }, { abortSignal }) =>
			pathname.endsWith('/stream') ? streamBody(++streams, abortSignal) : { events: [] },
		);
		const onOutage = ({ message }: Error) => void told.push(message);
		await readEvents(ctx, listenerWith({ onOutage }), end.signal);
		return { waits, told };
	}

	const cut = () =>
		new Readable({
			read() {
				this.destroy(new Error('aborted'));
			},
		});
	const rejection = (message: string) => {
		throw Object.assign(new Error(message), { code: '' });
	};

	it('leaves no connection open behind a stream that Chert says is over', async () => {
		const end = new AbortController();
		let connection: IHttpRequestOptions['abortSignal'];
		jest
			.spyOn(Cancellation.prototype, 'wait')
			.mockImplementation(async (ms) => (await Promise.resolve(ms > 0 && end.abort())) as never);
		const ctx = ctxWith(({ pathname }, { abortSignal }) => {
			if (!pathname.endsWith('/stream')) return { events: [] };
			connection = abortSignal;
			return Readable.from([Buffer.from('event: close\ndata: {}\n\n')]);
		});
		// Not because of the reader's own end, which comes after it.
		end.signal.addEventListener('abort', () => expect(connection).toMatchObject({ aborted: true }));
		await readEvents(ctx, listenerWith(), end.signal);
		expect.assertions(1);
	});

	it('gives up a dead stream a while after Chert would have ended it', async () => {
		const limit = new AbortController();
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
		const ends: boolean[] = [];
		await waitsOf((_times, abortSignal) => {
			limit.abort();
			ends.push(abortSignal?.aborted === true);
			return Readable.from([]);
		}, 1);
		expect(timeout).toHaveBeenCalledWith(90_000);
		expect(ends).toEqual([true]);
	});

	it('is as quick after a stream that was cut as the first time, no matter how many were cut before', async () => {
		expect((await waitsOf(cut, 5)).waits).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
	});

	it('pauses after a stream that ended at once', async () => {
		expect((await waitsOf(() => Readable.from([]), 2)).waits).toEqual([1_000, 1_000]);
	});

	it('keeps nothing of streams that ended at once', async () => {
		const added = jest.spyOn(AbortSignal.prototype, 'addEventListener');
		await waitsOf(() => Readable.from([]), 1);
		const once = added.mock.calls.length;
		added.mockClear();
		await waitsOf(() => Readable.from([]), 20);
		expect(added.mock.calls.length).toBe(once);
	});

	it('asks once in five minutes where a person has to change something, and reports each reason once', async () => {
		const reasons = ['one', 'one', 'two', 'one'];
		const { waits, told } = await waitsOf((times) => rejection(reasons[times - 1]), 4);
		expect(waits).toEqual([300_000, 300_000, 300_000, 300_000]);
		expect(told.map((message) => /\((.*)\)/.exec(message)?.[1])).toEqual(['one', 'two', 'one']);
	});

	it('reports a reason again that came back after it was over', async () => {
		const { told } = await waitsOf(
			(times) => (times === 2 ? Readable.from([]) : rejection('one')),
			3,
		);
		expect(told).toHaveLength(2);
	});
});

it.each<[string, RetryDecision, number]>([
	['as long as Chert asks', { retry: true, delayMs: 90_000 }, 90_000],
	[
		'a second where it asks for none, e.g. by a date in the past',
		{ retry: true, delayMs: 0 },
		1000,
	],
	['an hour where it asks for years', { retry: true, delayMs: 1e12 }, 3_600_000],
	[
		'five minutes where a person has to change something',
		{ retry: false, reason: 'permanent' },
		300_000,
	],
])('the pause is %s', (_what, decision, milliseconds) => {
	expect(pauseAfter(decision)).toBe(milliseconds);
});
