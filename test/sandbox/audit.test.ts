import { LEAD, OTHER_LEAD } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';

const context = useSandbox();

describe('audit', () => {
	const audit = async () => (await context.api.control('GET', '/audit')).body;
	const send = async (phone: string, body: string, key?: string) =>
		await context.api.post('/send', {
			phone,
			body,
			...(key === undefined ? {} : { idempotency_key: key }),
		});

	it('finds nothing wrong with a good client', async () => {
		for (const [phone, text] of [
			[LEAD, 'a #1'],
			[OTHER_LEAD, 'a #1'],
			[LEAD, 'b #2'],
			[LEAD, 'c #10'],
			[OTHER_LEAD, 'b #2'],
		])
			await send(phone, text);
		expect(await audit()).toEqual({
			delivered: 5,
			duplicates: [],
			orderViolations: [],
			earlyRequests: [],
		});
	});

	it('finds messages out of order, per recipient', async () => {
		for (const text of ['a #1', 'c #3', 'b #2', 'd #4']) await send(LEAD, text);
		expect((await audit()).orderViolations).toEqual([
			{ recipient: LEAD, after: 3, got: 2, messageId: expect.any(String) },
		]);
	});

	it('finds the same text delivered twice', async () => {
		await send(LEAD, 'Hello', 'key-1');
		await send(LEAD, 'Hello', 'key-2');
		await send(OTHER_LEAD, 'Hello', 'key-3');
		expect((await audit()).duplicates).toEqual([
			{ recipient: LEAD, text: 'Hello', messageId: expect.any(String) },
		]);
	});

	it('finds requests before the end of a wait', async () => {
		context.sandbox.control.addFaults({
			kind: 'rateLimit',
			route: 'send',
			retryAfter: 10,
			times: 1,
		});
		await send(LEAD, 'Hello', 'key-1');
		await send(LEAD, 'Hello', 'key-1');
		const { earlyRequests } = await audit();
		expect(earlyRequests).toEqual([
			{
				sequence: expect.any(Number),
				route: 'send',
				recipient: LEAD,
				at: expect.any(String),
				earlyByMs: expect.any(Number),
				reason: 'rateLimit',
			},
		]);
		expect(earlyRequests[0].earlyByMs).toBeLessThanOrEqual(10_000);
	});

	it('tells a saturated recipient from others', async () => {
		context.sandbox.control.addFaults({
			kind: 'saturated',
			recipient: LEAD,
			retryAfter: 10,
			times: 1,
		});
		await send(LEAD, 'Hello', 'key-1');
		await send(OTHER_LEAD, 'Hello', 'key-2');
		expect((await audit()).earlyRequests).toEqual([]);
		await send(LEAD, 'Hello', 'key-1');
		expect((await audit()).earlyRequests).toMatchObject([{ reason: 'saturated', recipient: LEAD }]);
	});

	it('accepts a client that waited', async () => {
		context.sandbox.control.addFaults({ kind: 'rateLimit', retryAfter: 0.1, times: 1 });
		const { headers } = await send(LEAD, 'Hello', 'key-1');
		await new Promise((resolve) => setTimeout(resolve, Number(headers.get('retry-after')) * 1000));
		await send(LEAD, 'Hello', 'key-1');
		expect((await audit()).earlyRequests).toEqual([]);
	});
});
