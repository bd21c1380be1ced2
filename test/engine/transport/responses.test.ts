import { LEAD, useAction } from '../../support/action';
import { runChert } from '../../support/engine';
import {
	EACH,
	respond,
	errorText,
	item,
	numbered,
	options,
	phone,
	serve,
	useQuickBackoff,
} from './support';

useQuickBackoff();
const action = useAction();
const control = () => action.sandbox.control;

it('a duplicate is a success with its own status', async () => {
	const server = await serve((request, response) => {
		request.resume();
		respond(response, { status: 'duplicate' });
	});
	const credential = { signingSecret: 'x'.repeat(32), baseUrl: server.origin };
	const { items, error } = await runChert(
		{ resource: 'message', operation: 'send', phone: LEAD, body: 'Hello' },
		{ credential },
	);
	await server.close();
	expect(error).toBeUndefined();
	expect(items[0].json).toEqual({
		status: 'duplicate',
		phone: LEAD,
		idempotencyKey: expect.stringMatching(/^n8n-/),
	});
});

describe('On Error: Stop', () => {
	it('names the item that failed, counts the finished ones and says what a retry does', async () => {
		control().addFaults({ kind: 'notRetryable', recipient: phone(1) });
		const items = [
			item(phone(0), 'a'),
			item(phone(0), 'b'),
			item(phone(1), 'c'),
			item(phone(2), 'd'),
		];
		const result = await action.run('message.send', EACH, { items });
		expect(result.error?.description).toMatch(
			new RegExp(`^Row 3 of 4 \\(\\${phone(1)}\\): Contact Chert support\\.`),
		);
		expect(result.error?.description).toContain(
			'3 of 4 items were finished before the node stopped; Retry On Fail, or a retry of this execution, will not send them again. To send the other items, set On Error to Continue in the settings of this node.',
		);
		expect(result.error?.context).toMatchObject({
			itemIndex: 2,
			data: { code: 3003, status: 500, retryable: false },
		});
		expect(control().messages()).toHaveLength(3);
	});

	it('finishes the items that have started and starts no others', async () => {
		control().addFaults({ kind: 'notRetryable', recipient: phone(0), delayMs: 100 });
		control().addFaults({ kind: 'slow', delayMs: 300 });
		const result = await action.run('message.send', EACH, { items: numbered(60, 60) });
		const sent = control().messages().length;
		expect(errorText(result)).toContain(`${sent} of 60 items were finished`);
		expect(action.requests()).toHaveLength(sent + 1);
		// 24 requests, and the few items that already wait for a slot.
		expect(sent).toBeGreaterThanOrEqual(23);
		expect(sent).toBeLessThan(28);
	});

	it('says when no other item was finished, and nothing about other items when there are none', async () => {
		control().addFaults({ kind: 'notRetryable' });
		const items = [item(LEAD, 'Hello'), item(LEAD, 'Goodbye')];
		expect(errorText(await action.run('message.send', EACH, { items }))).toMatch(
			/No other item was finished before it\. To send the other items, set On Error to Continue in the settings of this node\.$/,
		);
		expect(errorText(await action.run('message.send', { phone: LEAD, body: 'Hello' }))).not.toMatch(
			/other item/,
		);
	});
});

describe('On Error: Continue', () => {
	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'a failed item keeps its place, pairing and details: %s',
		async (onError) => {
			control().addFaults({ kind: 'saturated', recipient: phone(1), retryAfter: 0.01 });
			const { items, errors } = await action.run(
				'message.send',
				{ ...EACH, ...options({ maxRetries: 1 }) },
				{ items: numbered(3, 3), onError },
			);
			const failed = onError === 'continueErrorOutput' ? errors : items.slice(1, 2);
			expect(failed).toHaveLength(1);
			expect(failed[0].pairedItem).toEqual({ item: 1 });
			expect(failed[0].json).toMatchObject({
				error: 'All lines are busy for this recipient',
				message: expect.stringContaining('The node tried 2 times.'),
				details: {
					code: 4002,
					status: 503,
					retryable: true,
					retryAfter: 0.01,
					traceId: expect.any(String),
				},
			});
			const sent = onError === 'continueErrorOutput' ? items : [items[0], items[2]];
			expect(sent.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		},
	);
});

describe('a send with an unknown outcome', () => {
	it.each(['cutAfter', 'emptyError'] as const)(
		'says so, in words and details: %s',
		async (kind) => {
			control().addFaults({ kind });
			const result = await action.run('message.send', {
				phone: LEAD,
				body: 'Hello',
				...options({ maxRetries: 1 }),
			});
			expect(errorText(result)).toMatch(
				/It may have been sent\. Retrying this execution won't send it again, but a new execution might\./,
			);
			expect(result.error?.context).toMatchObject({ data: { outcomeUnknown: true } });
		},
	);

	it.each(['rateLimit', 'notRetryable'] as const)(
		'is not one that Chert rejected: %s',
		async (kind) => {
			control().addFaults({ kind, ...(kind === 'rateLimit' && { retryAfter: 0.01 }) });
			const result = await action.run('message.send', {
				phone: LEAD,
				body: 'Hello',
				...options({ maxRetries: 1 }),
			});
			expect(errorText(result)).not.toMatch(/may have been/);
			expect(result.error?.context?.data).not.toHaveProperty('outcomeUnknown');
		},
	);
});
