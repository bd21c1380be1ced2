import type { FaultRule } from '../../../sandbox';
import { useAction } from '../../support/action';
import { failed, HELLO } from '../../support/failedItem';

const action = useAction();

const NO_RETRIES = { options: { maxRetries: 0 } };

describe('a response that does not come from Chert', () => {
	it.each<[string, FaultRule, string, string]>([
		[
			'a web page, 502',
			{ kind: 'html', status: 502 },
			'Chert, or a proxy in front of it, could not process the request at BASE',
			'Try again later. (HTTP 502',
		],
		[
			'nothing, 500',
			{ kind: 'emptyError', status: 500 },
			'Chert, or a proxy in front of it, could not process the request at BASE',
			'Try again later. (HTTP 500',
		],
		[
			'a web page, 403',
			{ kind: 'html', status: 403 },
			'A proxy or firewall rejected the request at BASE',
			'Check Base URL in the Chert API credential and the network of n8n. (HTTP 403',
		],
		[
			'a web page, 404',
			{ kind: 'html', status: 404 },
			'There is no Chert API at BASE: check that Base URL ends in /api/v1',
			'Correct it in the Chert API credential. (HTTP 404',
		],
		[
			'a web page, 407',
			{ kind: 'html', status: 407 },
			'A proxy requires a password',
			'Check the proxy settings of n8n. (HTTP 407',
		],
		[
			'a web page, 413',
			{ kind: 'html', status: 413 },
			'The request is too large',
			'Send files of at most 100 MB, and shorter texts. (HTTP 413',
		],
		[
			'a web page, 418',
			{ kind: 'html', status: 418 },
			'A proxy or firewall rejected the request at BASE',
			'Check Base URL in the Chert API credential and the network of n8n. (HTTP 418',
		],
	])('is described as what it is: %s', async (_case, fault, sentence, hint) => {
		action.sandbox.control.addFaults(fault);
		const { error, message, details } = await failed(action, 'message.send', {
			...HELLO,
			...NO_RETRIES,
		});

		expect(error).toBe(sentence.replace('BASE', action.sandbox.apiUrl));
		expect(message).toContain(`${error}. ${hint}`);
		expect(message).not.toContain('<');
		expect(details).toMatchObject({ status: fault.status });
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
				`Chert at ${action.sandbox.apiUrl} did not respond (the connection was cut): check Base URL and the network of n8n`,
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
			'Chert at http://127.0.0.1:9/api/v1 did not respond (the connection was refused): check Base URL and the network of n8n',
		);
	});
});
