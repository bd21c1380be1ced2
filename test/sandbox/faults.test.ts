import { seededRandom } from '../../sandbox';
import { LEAD, OTHER_LEAD } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectFlatError, expectError } from './support';

const context = useSandbox({ seed: 7 });

const send = async (phone = LEAD, body = 'Hello') =>
	await context.api.post('/send', { phone, body });
const lines = async () => await context.api.get('/phone-numbers');
const delivered = (): number => context.sandbox.control.messages().length;

describe('kinds', () => {
	it('rateLimit: 1007 with the wait in body and header, once', async () => {
		context.sandbox.control.addFaults({ kind: 'rateLimit', retryAfter: 3, times: 1 });
		const response = await send();
		expectFlatError(response, 429, 1007, true);
		expect([response.body.retry_after, response.headers.get('retry-after')]).toEqual([3, '3']);
		expect((await send()).status).toBe(200);
	});

	it('saturated: 4002 for one recipient', async () => {
		context.sandbox.control.addFaults({ kind: 'saturated', recipient: LEAD });
		const response = await send();
		expectFlatError(response, 503, 4002, true);
		expect(response.body.retry_after).toBe(1);
		expect((await send(OTHER_LEAD)).status).toBe(200);
	});

	it.each([
		['serverError', {}, 500, 3001, true],
		['serverError', { code: 4001 }, 502, 4001, true],
		['serverError', { code: 3001, status: 507, retryable: false }, 507, 3001, false],
		['notRetryable', {}, 500, 3003, false],
		['notRetryable', { code: 2008 }, 402, 2008, false],
	] as const)('%s %o', async (kind, change, status, code, retryable) => {
		context.sandbox.control.addFaults({ kind, ...change });
		expectError(await lines(), status, code, retryable);
	});

	// The table of §8, for the codes that this API can give.
	it.each([
		[1001, 400, false],
		[1002, 400, false],
		[1003, 400, false],
		[1004, 400, false],
		[1005, 400, false],
		[1006, 400, false],
		[1007, 429, true],
		[1008, 400, false],
		[1009, 400, false],
		[1010, 400, false],
		[1011, 409, false],
		[1012, 409, false],
		[1013, 409, false],
		[2001, 404, false],
		[2002, 404, false],
		[2003, 404, false],
		[2004, 401, false],
		[2005, 403, false],
		[2006, 403, false],
		[2007, 403, false],
		[2008, 402, false],
		[2011, 404, false],
		[2012, 401, false],
		[2013, 401, false],
		[3001, 500, true],
		[3002, 503, true],
		[3003, 500, false],
		[3004, 502, true],
		[4001, 502, true],
		[4002, 503, true],
		[4098, 400, false],
		[4099, 501, false],
		[5001, 404, false],
		[5002, 400, false],
		[5003, 400, false],
		[5004, 400, false],
	])('any code on any route: %i is %i, retryable %s', async (code, status, retryable) => {
		context.sandbox.control.addFaults({ kind: 'serverError', code });
		expectError(await lines(), status, code, retryable);
		expectFlatError(await send(), status, code, retryable);
	});

	it.each([
		['html', undefined, 502, /<h1>502<\/h1>/],
		['html', 503, 503, /<h1>503<\/h1>/],
		['emptyError', undefined, 500, /^$/],
	] as const)('%s %s', async (kind, given, status, text) => {
		context.sandbox.control.addFaults({ kind, ...(given === undefined ? {} : { status: given }) });
		const response = await send();
		expect(response.status).toBe(status);
		expect(response.text).toMatch(text);
		if (kind === 'html') expect(response.headers.get('content-type')).toBe('text/html');
		expect(response.headers.get('x-trace-id')).toBeNull();
		expect(delivered()).toBe(0);
	});

	it('slow: waits, then responds as usual', async () => {
		context.sandbox.control.addFaults({ kind: 'slow', delayMs: 60 });
		const started = performance.now();
		expect((await send()).status).toBe(200);
		expect(performance.now() - started).toBeGreaterThan(55);
	});

	it('slow can be combined with another fault', async () => {
		context.sandbox.control.addFaults([{ kind: 'slow', delayMs: 60 }, { kind: 'html' }]);
		const started = performance.now();
		expect((await send()).status).toBe(502);
		expect(performance.now() - started).toBeGreaterThan(55);
	});

	it.each([
		['cutBefore', 0],
		['cutAfter', 1],
		['cutMidBody', 1],
	] as const)('%s: no complete response, route run %i times', async (kind, count) => {
		context.sandbox.control.addFaults({ kind, times: 1 });
		await expect(send()).rejects.toThrow();
		expect(delivered()).toBe(count);
		expect(context.sandbox.control.requests()).toMatchObject([{ fault: kind, status: null }]);
		expect((await lines()).status).toBe(200);
	});

	it('cutMidBody starts the response', async () => {
		context.sandbox.control.addFaults({ kind: 'cutMidBody' });
		const response = await fetch(`${context.sandbox.apiUrl}/phone-numbers`, {
			headers: context.api.bearer,
		});
		expect(response.status).toBe(200);
		const { value } = await response.body!.getReader().read();
		expect(Buffer.from(value!).toString()).toMatch(/^{"phone_numbers":\[/);
	});

	it('cut an upload before and after its bytes are stored', async () => {
		const slot = await context.api.post('/attachments', {
			filename: 'a.pdf',
			content_type: 'application/pdf',
			size_bytes: 3,
		});
		const put = async () =>
			await context.api.call('PUT', slot.body.upload_url, {
				body: 'PDF',
				headers: { ...context.api.bearer, 'content-type': 'application/pdf' },
			});
		const uploaded = async () =>
			(await context.api.get(`/attachments/${slot.body.attachment_id}`)).body.attachment
				.uploaded_at;
		context.sandbox.control.addFaults([
			{ kind: 'cutBefore', route: 'attachments.upload', times: 1 },
			{ kind: 'cutAfter', route: 'attachments.upload', times: 1 },
		]);
		await expect(put()).rejects.toThrow();
		expect(await uploaded()).toBeNull();
		await expect(put()).rejects.toThrow();
		expect(await uploaded()).toEqual(expect.any(String));
	});
});

describe('rules', () => {
	it('match by route, method and recipient', async () => {
		context.sandbox.control.addFaults([
			{ kind: 'html', route: 'messages.get' },
			{ kind: 'html', method: 'delete' },
			{ kind: 'html', recipient: OTHER_LEAD },
		]);
		expect((await send()).status).toBe(200);
		expect((await lines()).status).toBe(200);
		expect((await context.api.get('/messages/none')).status).toBe(502);
		expect((await context.api.call('DELETE', '/webhook-subscriptions/none')).status).toBe(502);
		expect((await send(OTHER_LEAD)).status).toBe(502);
	});

	it('name a recipient by chat id too', async () => {
		const chatId = await context.api.group();
		context.sandbox.control.addFaults({ kind: 'saturated', recipient: chatId });
		const response = await context.api.post(`/chats/${chatId}/messages`, {
			message: { parts: [{ type: 'text', value: 'Hi' }] },
		});
		expectError(response, 503, 4002, true);
	});

	it('with a probability repeat in each run with the same seed', async () => {
		const run = async (): Promise<number[]> => {
			context.sandbox.control.clearFaults();
			context.sandbox.control.addFaults({ kind: 'html', probability: 0.5 });
			const statuses: number[] = [];
			for (let index = 0; index < 20; index += 1) statuses.push((await lines()).status);
			return statuses;
		};
		const first = await run();
		expect(new Set(first)).toEqual(new Set([200, 502]));
		expect(await run()).toEqual(first);
	});

	it('use evenly distributed random numbers', () => {
		const random = seededRandom(1);
		const hits = Array.from({ length: 10_000 }, random).filter((value) => value < 0.3).length;
		expect(Math.abs(hits - 3_000)).toBeLessThan(150);
	});

	it('are listed with how often they applied, and removed, over HTTP', async () => {
		await context.api.control('POST', '/faults', { kind: 'html', times: 2 });
		await lines();
		expect((await context.api.control('GET', '/faults')).body).toMatchObject([
			{ kind: 'html', times: 2, applied: 1 },
		]);
		await context.api.control('DELETE', '/faults');
		expect((await lines()).status).toBe(200);
	});

	it.each([
		[{ kind: 'explode' }, /explode/],
		[{ kind: 'html', route: 'nowhere' }, /no route "nowhere".*chats\.create/],
		[{ kind: 'html', sometimes: true }, /sometimes/],
	])('are refused with a reason: %o', async (rule, reason) => {
		const { status, body } = await context.api.control('POST', '/faults', rule);
		expect(status).toBe(400);
		expect(body.error).toMatch(reason);
	});
});

describe('where the wait is told', () => {
	afterEach(() => context.sandbox.control.variants({ retryAfter: 'both' }));

	it.each([
		['body', 2, null],
		['header', undefined, '2'],
	] as const)('%s', async (retryAfter, inBody, inHeader) => {
		context.sandbox.control.variants({ retryAfter });
		context.sandbox.control.addFaults({ kind: 'rateLimit', retryAfter: 2 });
		const response = await lines();
		expect([response.body.error.retry_after, response.headers.get('retry-after')]).toEqual([
			inBody,
			inHeader,
		]);
	});

	it('headerDate: at least as long as meant, as an HTTP date', async () => {
		context.sandbox.control.variants({ retryAfter: 'headerDate' });
		context.sandbox.control.addFaults({ kind: 'rateLimit', retryAfter: 2 });
		const response = await lines();
		const date = response.headers.get('retry-after') ?? '';
		expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
		expect(Date.parse(date) - Date.now()).toBeGreaterThan(1_900);
		expect(response.body.error).not.toHaveProperty('retry_after');
	});
});
