import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { startSandbox } from '../../../sandbox';
import { useAction, file } from '../../support/action';
import { runChert, type RunOptions } from '../../support/engine';
import { until } from '../../support/until';
import { errorText, options, useQuickBackoff } from './support';

useQuickBackoff();
const action = useAction();
const control = () => action.sandbox.control;

let messageId = '';

beforeEach(async () => {
	({ messageId } = await action.chat());
});

const react = async (more: Partial<RunOptions> = {}, parameters = {}) =>
	await action.run('message.react', { messageId, reaction: 'love', ...parameters }, more);
const reactions = () => control().messages()[0].reactions;
const requestCount = () => action.requests('messages.react').length;

describe('a reaction, which has no key,', () => {
	it.each([
		['cutAfter', 1],
		['cutBefore', 0],
		['cutMidBody', 1],
		['serverError', 0],
		['html', 0],
		['emptyError', 0],
	] as const)('is not repeated after %s', async (kind, delivered) => {
		control().addFaults({ kind, times: 1, route: 'messages.react' });
		const result = await react();
		expect(errorText(result)).toMatch(
			/The node did not retry, because that could repeat the action\./,
		);
		expect(requestCount()).toBe(1);
		expect(reactions()).toHaveLength(delivered);
	});

	it('is not repeated after a timeout', async () => {
		control().addFaults({ kind: 'slow', delayMs: 400, times: 1, route: 'messages.react' });
		const result = await react({}, { requestOptions: { timeout: 100 } });
		expect(errorText(result)).toMatch(/did not respond: no response came in time/);
		expect(errorText(result)).toMatch(/The request may have been processed\./);
		await until(() => reactions().length === 1);
		expect(requestCount()).toBe(1);
	});

	it.each([
		['rateLimit', {}],
		['saturated', {}],
		['saturated', { code: 3002 }],
	] as const)(
		'is repeated after a response that says that nothing was done: %s %j',
		async (kind, fault) => {
			control().addFaults({ kind, ...fault, retryAfter: 0.05, times: 2, route: 'messages.react' });
			const { error } = await react();
			expect(error).toBeUndefined();
			expect(requestCount()).toBe(3);
			expect(reactions()).toHaveLength(1);
		},
	);

	it('is repeated after a refused connection', async () => {
		const port = await closedPort();
		const credential = {
			signingSecret: action.sandbox.signingSecret,
			baseUrl: `http://127.0.0.1:${port}/api/v1`,
		};
		const running = runChert(
			{
				resource: 'message',
				operation: 'react',
				messageId: 'unknown',
				reaction: 'love',
				...options({ maxRetries: 100 }),
			},
			{ credential },
		);
		const late = await startSandbox({ port });
		const { error } = await running;
		await late.close();
		expect(error?.message).toMatch(/no message with the ID "unknown"/);
	});

	it('is not sent again when Retry On Fail repeats the batch', async () => {
		const parameters = { messageId, reaction: '={{ $json.reaction }}' };
		const items = ['love', 'like', 'laugh'].map((reaction) => ({ json: { reaction } }));
		failSecond();
		const { error } = await action.run('message.react', parameters, { items, retryOnFail: true });
		expect(error).toBeUndefined();
		expect(requestCount()).toBe(4);
		expect(reactions().map(({ type }) => type)).toEqual(['love', 'like', 'laugh']);
	});

	it.each(['cutAfter', 'emptyError'] as const)(
		'with an unknown outcome is not repeated by Retry On Fail, but by a person: %s',
		async (kind) => {
			control().addFaults({ kind, times: 1, route: 'messages.react' });
			const failed = await react({ retryOnFail: true, executionId: 'first' });
			expect(errorText(failed)).toMatch(
				/The node did not retry, because that could repeat the action\./,
			);
			expect(requestCount()).toBe(1);
			const { error } = await react({ retryOf: failed.run.data, executionId: 'second' });
			expect(error).toBeUndefined();
			expect(requestCount()).toBe(2);
		},
	);

	it('is not sent again when a person retries the failed execution', async () => {
		const parameters = { messageId, reaction: '={{ $json.reaction }}' };
		const items = [{ json: { reaction: 'love' } }, { json: { reaction: 'like' } }];
		failSecond();
		const failed = await action.run('message.react', parameters, { items });
		expect(failed.error).toBeDefined();
		const { error, items: output } = await action.run('message.react', parameters, {
			items,
			retryOf: failed.run.data,
		});
		expect(error).toBeUndefined();
		expect(output).toHaveLength(2);
		expect(output[0].json).toMatchObject({ reaction: 'love', message_id: messageId });
		expect(reactions().map(({ type }) => type)).toEqual(['love', 'like']);
	});

	it('is sent in each round of a loop', async () => {
		await react({ rounds: [[{}], [{}]] });
		expect(reactions()).toHaveLength(3);
	});
});

it('a finished upload is not repeated by Retry On Fail', async () => {
	const items = ['a.png', 'b.png'].map((fileName) => ({ binary: file('data', { fileName }) }));
	control().addFaults({ kind: 'notRetryable', times: 1, route: 'attachments.upload' });
	const { error, items: output } = await action.run(
		'attachment.upload',
		{},
		{ items, retryOnFail: true },
	);
	expect(error).toBeUndefined();
	expect(output.map(({ json }) => json.fileName)).toEqual(['a.png', 'b.png']);
	expect(action.requests('attachments.upload').filter(({ status }) => status === 200)).toHaveLength(
		2,
	);
});

it('a download is repeated by Retry On Fail, because its file is stored nowhere', async () => {
	const attachmentId = await action.uploaded();
	const items = [{ json: { id: attachmentId } }, { json: { id: attachmentId } }];
	// The second item's download is the one that fails, whichever comes first.
	control().addFaults({ kind: 'notRetryable', times: 1, route: 'attachments.content' });
	const { error, items: output } = await action.run(
		'attachment.download',
		{ attachmentId: '={{ $json.id }}' },
		{ items, retryOnFail: true },
	);
	expect(error).toBeUndefined();
	expect(output.map(({ binary }) => Object.keys(binary ?? {}))).toEqual([['data'], ['data']]);
});

it('an upload whose response was lost is repeated by Retry On Fail, because an unused upload expires', async () => {
	control().addFaults({ kind: 'cutAfter', times: 1, route: 'attachments.upload' });
	const { error } = await action.run('attachment.upload', options({ maxRetries: 0 }), {
		items: [{ binary: file('data') }],
		retryOnFail: true,
	});
	expect(error).toBeUndefined();
});

/** Lets the reaction after the first one fail, once. */
function failSecond(): void {
	action.sandbox.events.once('reaction', () =>
		control().addFaults({ kind: 'notRetryable', times: 1, route: 'messages.react' }),
	);
}

/** A port without a server. */
async function closedPort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}
