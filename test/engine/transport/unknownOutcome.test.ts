import type { IDataObject } from 'n8n-workflow';

import { file, LEAD, OTHER_LEAD, useAction } from '../../support/action';
import type { Input, RunOptions, RunResult } from '../../support/engine';
import { EACH, errorText, item, options, useQuickBackoff, serve } from './support';

useQuickBackoff();
const action = useAction();
const control = () => action.sandbox.control;

const ONCE = options({ maxRetries: 0 });
const HELLO = { phone: LEAD, body: 'Hello' };
const MAY_BE_SENT = 'It may have been sent';

/** The keys of all requests to a route, in their order. */
const keys = (route = 'send') => action.requests(route).map(({ idempotencyKey }) => idempotencyKey);
const textsTo = (phone: string) =>
	control()
		.messages({ phone })
		.map(({ text }) => text);

/** The output item, or the error item, of each run of the node. */
function outputsOf({ run }: RunResult): IDataObject[] {
	return run.data.resultData.runData.Chert.flatMap(({ data }) =>
		(data?.main ?? []).flatMap((items) => items ?? []).map(({ json }) => json),
	);
}

/** Runs the node with an error output that leads back to it, so that the failed items come again. */
async function runWithLoop(
	parameters: IDataObject,
	items: Input[],
	rounds: Input[][],
	more: Partial<RunOptions> = {},
): Promise<RunResult> {
	return await action.run('message.send', parameters, {
		items,
		rounds,
		onError: 'continueErrorOutput',
		...more,
	});
}

describe('an error output that leads back to the node', () => {
	it.each(['cutAfter', 'cutMidBody'] as const)(
		'sends a message with an unknown outcome under the same key: %s',
		async (kind) => {
			control().addFaults({ kind, times: 1 });
			const result = await runWithLoop({ ...HELLO, ...ONCE }, [{}], [[{}]]);
			expect(outputsOf(result)).toMatchObject([
				{ details: { outcomeUnknown: true } },
				{ status: 'sent', idempotencyKey: keys()[0] },
			]);
			expect(new Set(keys()).size).toBe(1);
			expect(keys()).toHaveLength(2);
			expect(textsTo(LEAD)).toEqual(['Hello']);
		},
	);

	it('keeps the key through several runs, and at another position', async () => {
		control().addFaults({ kind: 'cutAfter', times: 3, recipient: OTHER_LEAD });
		const failed = item(OTHER_LEAD, 'two');
		await runWithLoop(
			{ ...EACH, ...ONCE },
			[item(LEAD, 'one'), failed],
			[[failed], [failed], [failed]],
		);
		expect(textsTo(LEAD)).toEqual(['one']);
		expect(textsTo(OTHER_LEAD)).toEqual(['two']);
		expect(new Set(keys()).size).toBe(2);
		expect(keys()).toHaveLength(5);
	});

	it('keeps the keys of equal messages apart', async () => {
		control().addFaults({ kind: 'cutAfter', times: 2 });
		await runWithLoop({ ...HELLO, ...ONCE }, [{}, {}], [[{}, {}]]);
		expect(textsTo(LEAD)).toEqual(['Hello', 'Hello']);
		expect(keys().slice(2)).toEqual(keys().slice(0, 2));
	});

	it('keeps the key of a message with a file, and does not upload the file again', async () => {
		control().addFaults({ kind: 'cutAfter', times: 1, route: 'send' });
		const parameters = { ...HELLO, binaryPropertyNames: 'data', ...options({ maxRetries: 0 }) };
		const withFile = { binary: file('data') };
		const result = await runWithLoop(parameters, [withFile], [[withFile]]);
		expect(outputsOf(result).at(-1)).toMatchObject({ status: 'sent' });
		expect(new Set(keys()).size).toBe(1);
		expect(action.requests('attachments.upload')).toHaveLength(1);
		expect(control().messages()).toHaveLength(1);
	});

	it('sends a message with the same text again after a success', async () => {
		control().addFaults({ kind: 'cutAfter', times: 1 });
		await runWithLoop({ ...HELLO, ...ONCE }, [{}], [[{}], [{}]]);
		expect(textsTo(LEAD)).toEqual(['Hello', 'Hello']);
		expect(new Set(keys()).size).toBe(2);
	});
});

describe('a person who corrects the workflow and retries the execution', () => {
	/** Runs that follow each other as retries of the first one. */
	async function retries(parameters: IDataObject[]): Promise<RunResult[]> {
		const results: RunResult[] = [];
		for (const [index, each] of parameters.entries()) {
			results.push(
				await action.run(
					'message.send',
					{ ...each, ...ONCE },
					{ executionId: `retry-${index}`, retryOf: results.at(-1)?.run.data },
				),
			);
		}
		return results;
	}

	it('gets another key for another recipient, so that the message arrives', async () => {
		control().addFaults({ kind: 'cutAfter', times: 1 });
		const results = await retries([HELLO, { ...HELLO, phone: OTHER_LEAD }]);
		expect(results.map(({ error }) => error !== undefined)).toEqual([true, false]);
		expect(results[1].items[0].json.phone).toBe(OTHER_LEAD);
		expect(textsTo(OTHER_LEAD)).toEqual(['Hello']);
		expect(new Set(keys()).size).toBe(2);
	});

	it('gets the first key again for the first recipient', async () => {
		control().addFaults({ kind: 'cutAfter', times: 2 });
		const other = { ...HELLO, phone: OTHER_LEAD };
		const results = await retries([HELLO, other, HELLO]);
		expect(results.at(-1)?.error).toBeUndefined();
		expect(keys()[2]).toBe(keys()[0]);
		expect(keys()[1]).not.toBe(keys()[0]);
		expect(textsTo(LEAD)).toEqual(['Hello']);
		expect(textsTo(OTHER_LEAD)).toEqual(['Hello']);
	});

	it('does not send a text that changes with the clock twice to the same recipient', async () => {
		control().addFaults({ kind: 'cutAfter', times: 1 });
		const timed = { phone: LEAD, body: '={{ "Hello " + $now.toMillis() + Math.random() }}' };
		await retries([timed, timed]);
		expect(new Set(keys()).size).toBe(1);
		expect(textsTo(LEAD)).toHaveLength(1);
	});
});

describe('an unknown outcome is named until it is settled', () => {
	const LIMITED = { kind: 'rateLimit', retryAfter: 0.01 } as const;
	const THEN_LIMITED = [{ kind: 'cutAfter', times: 1 } as const, LIMITED];

	it('when Retry On Fail meets a rate limit', async () => {
		control().addFaults(THEN_LIMITED);
		const result = await action.run(
			'message.send',
			{ ...HELLO, ...ONCE },
			{ retryOnFail: true, maxTries: 3 },
		);
		expect(result.error?.message).toBe('Rate limit reached');
		expect(errorText(result)).toContain(MAY_BE_SENT);
		expect(result.error?.context).toMatchObject({ data: { code: 1007, outcomeUnknown: true } });
		expect(textsTo(LEAD)).toHaveLength(1);
	});

	it('when a person retries the execution and it meets a rate limit, again and again', async () => {
		control().addFaults(THEN_LIMITED);
		let last = await action.run('message.send', { ...HELLO, ...ONCE }, { executionId: 'first' });
		for (const executionId of ['second', 'third']) {
			last = await action.run(
				'message.send',
				{ ...HELLO, ...ONCE },
				{ executionId, retryOf: last.run.data },
			);
			expect(last.error?.message).toBe('Rate limit reached');
			expect(errorText(last)).toContain(MAY_BE_SENT);
			expect(last.error?.context).toMatchObject({ data: { outcomeUnknown: true } });
		}
		control().clearFaults();
		const settled = await action.run(
			'message.send',
			{ ...HELLO, ...ONCE },
			{ executionId: 'fourth', retryOf: last.run.data },
		);
		expect(settled.error).toBeUndefined();
		expect(new Set(keys()).size).toBe(1);
		expect(textsTo(LEAD)).toHaveLength(1);
	});

	it('when the error output leads back and meets a rate limit', async () => {
		control().addFaults(THEN_LIMITED);
		const result = await runWithLoop({ ...HELLO, ...ONCE }, [{}], [[{}]]);
		expect(outputsOf(result)).toMatchObject([
			{ details: { outcomeUnknown: true } },
			{
				error: 'Rate limit reached',
				message: expect.stringContaining(MAY_BE_SENT) as string,
				details: { code: 1007, outcomeUnknown: true },
			},
		]);
	});

	it('when a file cannot be uploaded a second time', async () => {
		let requests = 0;
		const server = await serve((_request, response) =>
			++requests === 1
				? response.setHeader('content-type', 'image/png').end('a picture')
				: response.writeHead(404).end(),
		);
		control().addFaults([
			{ kind: 'cutAfter', route: 'send', times: 1 },
			{ kind: 'notRetryable', code: 5001, status: 400, route: 'send', times: 1 },
		]);
		const fileUrls = `${server.origin}/roof.png`;
		const result = await action.run('message.send', { ...HELLO, options: { fileUrls } });
		await server.close();

		expect(result.error?.message).toContain('There is no file at');
		expect(errorText(result)).toContain(MAY_BE_SENT);
		expect(result.error?.context?.data).toEqual({
			outcomeUnknown: true,
			idempotencyKey: keys()[0],
		});
	});

	it('but not for a message that Chert never received', async () => {
		control().addFaults(LIMITED);
		const result = await action.run(
			'message.send',
			{ ...HELLO, ...ONCE },
			{ retryOnFail: true, maxTries: 2 },
		);
		expect(errorText(result)).not.toContain('may have been');
		expect(result.error?.context?.data).not.toHaveProperty('outcomeUnknown');
	});
});
