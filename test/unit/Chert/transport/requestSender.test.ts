import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { ConcurrencyLimiter } from '../../../../nodes/Chert/transport/concurrencyLimiter';
import { ItemError } from '../../../../nodes/Chert/transport/itemError';
import type { Plan } from '../../../../nodes/Chert/transport/operation';
import { RateLimiter } from '../../../../nodes/Chert/transport/rateLimiter';
import {
	RequestSender,
	type BatchContext,
	type SendOptions,
} from '../../../../nodes/Chert/transport/requestSender';
import { Cancellation } from '../../../../nodes/shared/cancellation';
import { readCredential } from '../../../../nodes/shared/credential';
import { BACKOFF, type RetryLimits } from '../../../../nodes/shared/retry';

const CREDENTIAL = { signingSecret: 's', baseUrl: 'https://chert.example/api/v1' };
const KEYED: SendOptions = { repeat: { keyIn: 'body' } };
const SINGLE: SendOptions = { repeat: 'singleWrite' };

interface Reply {
	statusCode: number;
	headers: object;
	body?: unknown;
}

const ok = (body: unknown = { id: 'a' }): Reply => ({ statusCode: 200, headers: {}, body });
const apiError = (status: number, code: number, fields: object = {}): Reply => ({
	statusCode: status,
	headers: {},
	body: { success: false, error: { code, retryable: status >= 429, ...fields } },
});
const CUT = Object.assign(new Error('cut'), { code: 'ECONNRESET' });
const SERVER_ERROR = apiError(500, 3001);

/** A batch whose requests get these replies, one after the other; the last one again and again. */
class Batch {
	readonly sent: IHttpRequestOptions[] = [];

	readonly controller = new AbortController();

	readonly context: BatchContext;

	constructor(...replies: Array<Reply | Error>) {
		const httpRequestWithAuthentication = async (_type: string, options: IHttpRequestOptions) => {
			this.sent.push(options);
			const reply = replies.length > 1 ? replies.shift()! : replies[0];
			if (reply instanceof Error) throw reply;
			return await Promise.resolve(reply);
		};
		this.context = {
			functions: { helpers: { httpRequestWithAuthentication } as never },
			credentialData: CREDENTIAL,
			credential: readCredential(CREDENTIAL),
			rateLimiter: new RateLimiter(),
			concurrencyLimiter: new ConcurrencyLimiter(24),
			cancellation: new Cancellation(this.controller.signal),
			executionId: '1',
			isToolCall: false,
			connection: {},
		};
	}

	sender(limits: Partial<RetryLimits> = {}, plan: Partial<Plan> = {}): RequestSender {
		const retryLimits = { maxRetries: 2, maxWaitMs: 1000, ...limits };
		const sender = new RequestSender(this.context, {
			orderingKey: 'ana',
			...KEYED,
			retryLimits,
			...plan,
		});
		sender.outcomeUnknown = this.outcomeUnknown;
		return sender;
	}

	/** The same batch after an earlier execution that left the outcome unknown. */
	unknown(): this {
		this.outcomeUnknown = true;
		return this;
	}

	private outcomeUnknown = false;

	async send(options: SendOptions, limits: Partial<RetryLimits> = {}): Promise<unknown> {
		const request = { method: 'POST' as const, path: '/send', json: { body: 'Hello' } };
		return await this.sender(limits).send(() => request, options);
	}

	async errorOf(options: SendOptions, limits: Partial<RetryLimits> = {}): Promise<ItemError> {
		const error: unknown = await this.send(options, limits).then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
		expect(error).toBeInstanceOf(ItemError);
		return error as ItemError;
	}
}

beforeEach(() => jest.replaceProperty(BACKOFF, 'firstMs', 1));
afterEach(() => jest.restoreAllMocks());

it('returns the response and its JSON', async () => {
	expect(await new Batch(ok()).send(KEYED)).toMatchObject({
		response: { statusCode: 200 },
		body: { id: 'a' },
	});
});

it.each<[unknown, IDataObject]>([
	['', {}],
	[undefined, {}],
	[[{ id: 'a' }], { data: [{ id: 'a' }] }],
])('reads the body %j', async (body, expected) => {
	expect(await new Batch(ok(body)).send(KEYED)).toMatchObject({ body: expected });
});

it('rejects a web page with status 200, unless any body will do', async () => {
	const page = ok('<html>Sign in</html>');
	expect((await new Batch(page).errorOf(KEYED)).message).toMatch(/^Something other than Chert/);
	expect(await new Batch(page).send({ ...KEYED, ignoresBody: true })).toMatchObject({ body: {} });
});

it('sends the same bytes in each attempt', async () => {
	const batch = new Batch(CUT, SERVER_ERROR, ok());
	await batch.send(KEYED);
	expect(batch.sent.map(({ body }) => body)).toEqual(Array(3).fill('{"body":"Hello"}'));
});

describe('the unknown outcome', () => {
	const MAY_BE_SENT = 'It may have been sent. Retrying this execution';

	it.each<[string, Array<Reply | Error>, boolean]>([
		['a cut connection', [CUT], true],
		['an internal error', [SERVER_ERROR], true],
		['a rejection', [apiError(400, 1002)], false],
		['a rate limit', [apiError(429, 1007, { retry_after: 0 })], false],
		['a cut connection, then a rejection', [CUT, apiError(400, 1002)], true],
		['a cut connection, then a rate limit', [CUT, apiError(429, 1007, { retry_after: 0 })], true],
		['a cut connection, then a long wait', [CUT, apiError(429, 1007, { retry_after: 9 })], true],
	])('after %s', async (_what, replies, isUnknown) => {
		const error = await new Batch(...replies).errorOf(KEYED);
		expect(error.details.outcomeUnknown).toBe(isUnknown ? true : undefined);
		expect(error.description.includes(MAY_BE_SENT)).toBe(isUnknown);
	});

	it('stays unknown when an earlier execution left it so and this one is rejected', async () => {
		for (const reply of [apiError(400, 1002), apiError(429, 1007, { retry_after: 60 })]) {
			const error = await new Batch(reply).unknown().errorOf(KEYED);
			expect(error.details.outcomeUnknown).toBe(true);
			expect(error.description).toContain(MAY_BE_SENT);
		}
	});

	it('stays unknown while a block keeps the request back', async () => {
		const batch = new Batch(ok());
		batch.context.rateLimiter.blockCredential(Date.now() + 60_000);
		const error = await batch.unknown().errorOf(KEYED);
		expect(batch.sent).toEqual([]);
		expect(error.details).toMatchObject({ outcomeUnknown: true, status: 429, retryable: true });
		expect(error.description).toContain(MAY_BE_SENT);
	});

	it('stays unknown when the execution is canceled', async () => {
		const batch = new Batch(CUT);
		batch.controller.abort();
		expect((await batch.errorOf(KEYED)).outcomeUnknown).toBe(false);
		expect((await batch.unknown().errorOf(KEYED)).outcomeUnknown).toBe(true);
	});

	it.each(['read', 'idempotentWrite'] as const)('is of no interest for: %s', async (repeat) => {
		expect((await new Batch(CUT).errorOf({ repeat })).outcomeUnknown).toBe(false);
	});
});

describe('a single write', () => {
	it('is not sent again when it may have been processed, and says so', async () => {
		const batch = new Batch(CUT);
		const error = await batch.errorOf(SINGLE);
		expect(batch.sent).toHaveLength(1);
		expect(error.description).toBe(
			'The request may have been processed. Check the chat before you run it again. The node did not retry, because that could repeat the action.',
		);
		expect(error.details).toEqual({ status: 0, retryable: false, outcomeUnknown: true });
	});

	it('is sent again when Chert did nothing', async () => {
		const batch = new Batch(apiError(503, 3002), apiError(429, 1007, { retry_after: 0 }), ok());
		await batch.send(SINGLE);
		expect(batch.sent).toHaveLength(3);
	});

	it.each([
		['after an earlier attempt', new Batch(apiError(400, 1002)).unknown()],
		['of the server', new Batch(apiError(500, 3001))],
	])('says so with an error response too, %s', async (_what, batch) => {
		const error = await batch.errorOf(SINGLE);
		expect(error.description).toContain(
			'The request may have been processed. Check the chat before you run it again.',
		);
		expect(error.details.outcomeUnknown).toBe(true);
	});
});

describe('blocks', () => {
	it('a rate limit keeps all requests of the credential back', async () => {
		const batch = new Batch(apiError(429, 1007, { retry_after: 60, retryable: false }));
		await batch.errorOf(KEYED);
		expect(batch.context.rateLimiter.credentialWaitMs()).toBeGreaterThan(59_000);
		expect(batch.context.rateLimiter.recipientWaitMs('ana')).toBe(0);
	});

	it('a busy recipient keeps the requests for that recipient back', async () => {
		const batch = new Batch(apiError(503, 4002, { retry_after: 60 }), ok());
		await batch.errorOf(KEYED);
		expect(batch.context.rateLimiter.credentialWaitMs()).toBe(0);
		expect(batch.context.rateLimiter.recipientWaitMs('ana')).toBeGreaterThan(59_000);

		const error = await batch.errorOf(KEYED);
		expect(batch.sent).toHaveLength(1);
		expect(error.message).toMatch(
			/^Chert asks for a wait of (59|60) seconds before the next request$/,
		);
		expect(error.description).toContain('exceed Max Retry Wait in the options (1 second)');
		expect(error.description).toContain('so this item was not sent.');
	});

	it('a busy recipient blocks no request that names none', async () => {
		const batch = new Batch(apiError(503, 4002, { retry_after: 60 }), ok());
		const list = async () => {
			const sender = batch.sender({}, { orderingKey: undefined });
			return await sender.send(() => ({ method: 'GET', path: '/phone-numbers' }), {
				repeat: 'read',
			});
		};
		await expect(list()).rejects.toThrow(ItemError);
		expect(await list()).toBeDefined();
	});

	it('a recipient that is blocked leaves its slot to others', async () => {
		const batch = new Batch(ok());
		Object.assign(batch.context, { concurrencyLimiter: new ConcurrencyLimiter(1) });
		batch.context.rateLimiter.blockRecipient('ana', Date.now() + 100);
		const order: string[] = [];
		const request = () => ({ method: 'POST' as const, path: '/send', json: {} });
		await Promise.all(
			['ana', 'ben'].map(async (orderingKey) => {
				await batch.sender({}, { orderingKey }).send(request, KEYED);
				order.push(orderingKey);
			}),
		);
		expect(order).toEqual(['ben', 'ana']);
	});
});

describe('an action that a retry could repeat', () => {
	const react = () => ({ method: 'POST' as const, path: '/messages/a/react', json: {} });
	const MAY_BE_DONE =
		'The request may have been processed. Check the chat before you run it again.';

	const errorOf = async (batch: Batch) => {
		const sender = batch.sender({}, SINGLE);
		const error = await sender.send(react, SINGLE).catch((thrown: ItemError) => thrown);
		return { error: error as ItemError, sender };
	};

	it('may have been processed when another attempt is canceled', async () => {
		const batch = new Batch(ok());
		batch.controller.abort();
		const { error } = await errorOf(batch.unknown());
		expect(error.message).toBe('The execution was canceled');
		expect(error.description).toBe(`This item was not finished. ${MAY_BE_DONE}`);
	});

	it('may have been processed when Chert then asks for a longer wait than the user allows', async () => {
		const batch = new Batch(ok()).unknown();
		batch.context.rateLimiter.blockCredential(Date.now() + 60_000);
		expect((await errorOf(batch)).error.description).toContain(MAY_BE_DONE);
	});

	it('has an unknown outcome where it is not retried for that reason', async () => {
		const { error, sender } = await errorOf(new Batch(apiError(409, 4010, { retryable: true })));
		expect(error.description).toContain('The node did not retry');
		expect(error.description).toContain(MAY_BE_DONE);
		expect([sender.outcomeUnknown, error.outcomeUnknown]).toEqual([true, true]);
	});
});

it('adds the waits of one item up, until it gets a new budget', async () => {
	const busy = apiError(500, 3001, { retry_after: 0.06 });
	const batch = new Batch(busy, ok(), busy, busy, ok());
	const sender = batch.sender({ maxWaitMs: 100 });
	const request = () => ({ method: 'GET' as const, path: '/phone-numbers' });
	await sender.send(request, { repeat: 'read' });
	await expect(sender.send(request, { repeat: 'read' })).rejects.toThrow(ItemError);
	sender.renewBudget();
	await sender.send(request, { repeat: 'read' });
	expect(batch.sent).toHaveLength(5);
});

it('says how often it was tried, and when the wait is longer than the user allows', async () => {
	expect((await new Batch(SERVER_ERROR).errorOf(KEYED)).description).toContain(
		'The node tried 3 times.',
	);
	const tooLong = apiError(503, 4002, { retry_after: 5 });
	expect((await new Batch(tooLong).errorOf(KEYED)).description).toContain(
		'The total wait would exceed Max Retry Wait in the options: increase it to wait longer.',
	);
});

it('stopsOn ends the attempts without an error', async () => {
	const batch = new Batch(apiError(404, 5001));
	expect(await batch.send({ ...KEYED, stopsOn: (error) => error?.code === 5001 })).toBeUndefined();
	expect(batch.sent).toHaveLength(1);
});
