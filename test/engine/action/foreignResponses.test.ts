import type { FaultRule } from '../../../sandbox';
import { useAction } from '../../support/action';
import { failed, HELLO } from '../../support/failedItem';

const action = useAction();

const NO_RETRIES = { options: { maxRetries: 0 } };

/** Sentence and hint. */
const UNAVAILABLE = [
	'Chert, or a proxy in front of it, could not process the request at BASE',
	'Try again later.',
] as const;
const REJECTED = [
	'A proxy or firewall rejected the request at BASE',
	"Check Base URL in the Chert API credential and n8n's network.",
] as const;

describe('a response that does not come from Chert', () => {
	it.each<[number, FaultRule['kind'], readonly [string, string]]>([
		[502, 'html', UNAVAILABLE],
		[500, 'emptyError', UNAVAILABLE],
		[403, 'html', REJECTED],
		[418, 'html', REJECTED],
		[
			404,
			'html',
			[
				'There is no Chert API at BASE: check that Base URL ends in /api/v1',
				'Correct it in the Chert API credential.',
			],
		],
		[407, 'html', ['A proxy requires a password', 'Check the proxy settings of n8n.']],
		[413, 'html', ['The request is too large', 'Send files of at most 100 MB, and shorter texts.']],
	])('is described as what it is: HTTP %i, %s', async (status, kind, [sentence, hint]) => {
		action.sandbox.control.addFaults({ kind, status });
		const { error, message, details } = await failed(action, 'message.send', {
			...HELLO,
			...NO_RETRIES,
		});

		expect(error).toBe(sentence.replace('BASE', action.sandbox.apiUrl));
		expect(message).toContain(`${error}. ${hint} (HTTP ${status}`);
		expect(message).not.toContain('<');
		expect(details).toMatchObject({ status });
		expect(details).not.toHaveProperty('code');
	});

	it.each(['cutBefore', 'cutAfter', 'cutMidBody'] as const)(
		'is described as no response: %s',
		async (kind) => {
			action.sandbox.control.addFaults({ kind });
			const { error, message, details } = await failed(action, 'message.send', {
				...HELLO,
				...NO_RETRIES,
			});

			expect(error).toBe(
				`Chert at ${action.sandbox.apiUrl} did not respond (the connection was cut): check Base URL and n8n's network`,
			);
			expect(message).toContain(
				'Base URL is in the Chert API credential. If both are correct, try again later.',
			);
			expect(details).toEqual({
				status: 0,
				retryable: true,
				outcomeUnknown: true,
				idempotencyKey: expect.stringMatching(/^n8n-/),
			});
		},
	);

	it('says of a reaction that it may have been processed', async () => {
		const { messageId } = await action.chat();
		action.sandbox.control.addFaults({ kind: 'cutAfter' });
		const { message } = await failed(action, 'message.react', { messageId });

		expect(message).toContain(
			'The request may have been processed. Check the chat before you run it again.',
		);
		expect(action.requests('messages.react')).toHaveLength(1);
	});

	it('names the address when the connection is refused', async () => {
		const credential = {
			authentication: 'bearer',
			signingSecret: action.sandbox.signingSecret,
			tenant: '',
			baseUrl: 'http://127.0.0.1:9/api/v1',
		};
		const { error } = await failed(
			action,
			'message.send',
			{ ...HELLO, ...NO_RETRIES },
			{ credential },
		);

		expect(error).toBe(
			"Chert at http://127.0.0.1:9/api/v1 did not respond (the connection was refused): check Base URL and n8n's network",
		);
	});
});
