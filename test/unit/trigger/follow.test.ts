import { Readable } from 'node:stream';

import type { IHttpRequestOptions } from 'n8n-workflow';

import { follow, pauseAfter, readRowsSince } from '../../../nodes/ChertStreamTrigger/follow';
import { Cancellation } from '../../../nodes/shared/cancellation';
import type { Decision } from '../../../nodes/shared/retry';

const START = Date.parse('2026-09-01T10:00:00.000Z');
const event = (second: number) => ({
	id: `e${second}`,
	created_at: new Date(START + second * 1000).toISOString(),
});

/** n8n's functions, with a Chert behind them that answers what it is told. */
const ctxWith = (answerTo: (url: URL, options: IHttpRequestOptions) => unknown) => ({
	getNode: () => ({}) as never,
	getCredentials: async () => await Promise.resolve({ signingSecret: 's' } as never),
	helpers: {
		httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) =>
			await Promise.resolve({
				statusCode: 200,
				headers: {},
				body: answerTo(new URL(options.url), options),
			}),
	} as never,
});

const never = new AbortController().signal;

afterEach(() => jest.restoreAllMocks());

describe('readRowsSince', () => {
	it('gives the oldest first, though pages come newest first', async () => {
		const pages: Record<string, object> = {
			first: { events: [event(4), event(3)], next_cursor: 'second' },
			second: { events: [event(2), event(1)] },
		};
		const ctx = ctxWith(({ searchParams }) => pages[searchParams.get('cursor') ?? 'first']);
		expect((await readRowsSince(ctx, '', never)).map(({ key }) => key)).toEqual([
			'e1',
			'e2',
			'e3',
			'e4',
		]);
	});

	it('ends where a cursor leads back to itself', async () => {
		let asked = 0;
		const ctx = ctxWith(() => {
			if (++asked > 10) throw new Error('asked in a circle');
			return { events: [event(1)], next_cursor: 'again' };
		});
		expect(await readRowsSince(ctx, '', never)).toHaveLength(1);
	});
});

describe('follow', () => {
	it('counts an event of a page as passed on only when the next one is asked for', async () => {
		const ctx = ctxWith(() => ({ events: [event(2), event(1)] }));
		const caughtUp: number[] = [];
		const follower = {
			resumeFrom: () => '',
			caughtUp: (until: number) => void caughtUp.push(until - START),
			refused: () => undefined,
		};
		const rows = follow(ctx, follower, never);
		await rows.next();
		expect(caughtUp).toEqual([]);
		await rows.next();
		expect(caughtUp).toEqual([1_000]);
		await rows.return(undefined);
	});

	/** Follows without any wait; tells how long it would have waited each time, and of what a person was told. */
	async function waitsOf(
		answerToStream: (times: number, abortSignal?: IHttpRequestOptions['abortSignal']) => unknown,
		rounds: number,
	) {
		const end = new AbortController();
		const waits: number[] = [];
		const told: string[] = [];
		jest.spyOn(Math, 'random').mockReturnValue(0);
		jest.spyOn(Cancellation.prototype, 'pause').mockImplementation(async (milliseconds) => {
			await Promise.resolve();
			if (waits.push(milliseconds) === rounds) end.abort();
		});
		let streams = 0;
		const ctx = ctxWith(({ pathname }, { abortSignal }) =>
			pathname.endsWith('/stream') ? answerToStream(++streams, abortSignal) : { events: [] },
		);
		const follower = {
			resumeFrom: () => '',
			caughtUp: () => undefined,
			refused: ({ message }: Error) => void told.push(message),
		};
		for await (const _row of follow(ctx, follower, end.signal))
			throw new Error('There is no event');
		return { waits, told };
	}

	const cut = () =>
		new Readable({
			read() {
				this.destroy(new Error('aborted'));
			},
		});
	const refusal = (message: string) => {
		throw Object.assign(new Error(message), { code: '' });
	};

	it('leaves no connection open behind a stream that Chert says is over', async () => {
		const end = new AbortController();
		let connection: IHttpRequestOptions['abortSignal'];
		jest
			.spyOn(Cancellation.prototype, 'pause')
			.mockImplementation(async () => await Promise.resolve(end.abort()));
		const ctx = ctxWith(({ pathname }, { abortSignal }) => {
			if (!pathname.endsWith('/stream')) return { events: [] };
			connection = abortSignal;
			return Readable.from([Buffer.from('event: close\ndata: {}\n\n')]);
		});
		// Not the follower's own end, which comes after it.
		end.signal.addEventListener('abort', () => expect(connection).toMatchObject({ aborted: true }));
		const follower = { resumeFrom: () => '', caughtUp: () => undefined, refused: () => undefined };
		for await (const _row of follow(ctx, follower, end.signal))
			throw new Error('There is no event');
		expect.assertions(1);
	});

	it('gives up a stream that is dead without a word, a while after Chert would have ended it', async () => {
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

	it('is as quick after a stream that was cut as the first time, however many were cut before', async () => {
		expect((await waitsOf(cut, 5)).waits).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
	});

	it('takes a break after a stream that ended at once', async () => {
		expect((await waitsOf(() => Readable.from([]), 2)).waits).toEqual([1_000, 1_000]);
	});

	it('asks once in five minutes where a person has to do something, and tells it once for each reason', async () => {
		const reasons = ['one', 'one', 'two', 'one'];
		const { waits, told } = await waitsOf((times) => refusal(reasons[times - 1]), 4);
		expect(waits).toEqual([300_000, 300_000, 300_000, 300_000]);
		expect(told.map((message) => /\((.*)\)/.exec(message)?.[1])).toEqual(['one', 'two', 'one']);
	});

	it('tells a reason again that came back after it was over', async () => {
		const { told } = await waitsOf(
			(times) => (times === 2 ? Readable.from([]) : refusal('one')),
			3,
		);
		expect(told).toHaveLength(2);
	});
});

it.each<[string, Decision, number]>([
	['as long as Chert asked for', { retry: true, delayMs: 90_000 }, 90_000],
	[
		'a second where it asked for none, by a date that has passed for example',
		{ retry: true, delayMs: 0 },
		1000,
	],
	['an hour where it asked for years', { retry: true, delayMs: 1e12 }, 3_600_000],
	['five minutes where a person has to do something', { retry: false, why: 'final' }, 300_000],
])('the pause is %s', (_what, decision, milliseconds) => {
	expect(pauseAfter(decision)).toBe(milliseconds);
});
