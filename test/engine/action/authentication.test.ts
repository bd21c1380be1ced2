import { createHmac } from 'node:crypto';

import { LEAD, parts, text, useAction } from '../../support/action';
import { requestWith } from '../../support/credentialTest';
import { credentialFor, runChert } from '../../support/engine';
import { Receiver, useReceiver, type Received } from '../../support/receiver';

const action = useAction();
const holder = useReceiver();
const SECRET = '0123456789abcdef0123456789abcdef';

const REFUSAL = {
	status: 401,
	body: '{"success":false,"error":{"status":401,"code":2004,"message":"Bad","retryable":false}}',
};

/** A credential for the test's receiver, in place of Chert. */
const credential = (authentication: 'bearer' | 'hmac') => ({
	authentication,
	signingSecret: SECRET,
	tenant: 'northwind-42c1',
	baseUrl: `${holder.receiver.origin}/api/v1`,
});

/** The signature that the received bytes should have. */
function signatureOf({ headers, text }: Pick<Received, 'headers' | 'text'>): string {
	const seconds = String(headers['x-chert-signature']).split(',')[1];
	return `v1,${seconds},${createHmac('sha256', SECRET).update(`${seconds}.${text}`).digest('hex')}`;
}

describe('a request of the node', () => {
	const TEXTS = [
		'Hello',
		'Grüße aus Köln',
		'👋🏽 “so” — \u2028\u2029',
		'\u0000\u001f"\\/',
		'𝔘\ud800 lone',
		'日本語\r\n\tעברית',
	];

	it.each(TEXTS)('is signed over the bytes that are sent: %j', async (value) => {
		holder.receiver.replies = [{ status: 200, body: '{"message":{"id":"m"}}' }];
		await runChert(
			{ resource: 'message', operation: 'sendToChat', chatId: 'ch_1', ...parts(text(value)) },
			{ credential: credential('hmac') },
		);

		const [request] = holder.receiver.received;
		expect(request.headers['x-chert-signature']).toBe(signatureOf(request));
		expect(request.headers).toMatchObject({
			'x-chert-tenant': 'northwind-42c1',
			'content-type': 'application/json',
		});
		expect(request.headers).not.toHaveProperty('authorization');
		const { message } = JSON.parse(request.text) as { message: { parts: unknown } };
		expect(message.parts).toEqual([{ type: 'text', value }]);
	});

	it('is signed over nothing when it has no body', async () => {
		await runChert(
			{ resource: 'attachment', operation: 'get', attachmentId: 'att_1' },
			{ credential: credential('hmac') },
		);

		const [request] = holder.receiver.received;
		expect(request).toMatchObject({ method: 'GET', url: '/api/v1/attachments/att_1', text: '' });
		expect(request.headers['x-chert-signature']).toBe(signatureOf(request));
	});

	it('carries the bearer token, and the tenant where there is one', async () => {
		await runChert(
			{ resource: 'attachment', operation: 'get', attachmentId: 'att_1' },
			{ credential: credential('bearer') },
		);
		await runChert(
			{ resource: 'attachment', operation: 'get', attachmentId: 'att_1' },
			{ credential: { ...credential('bearer'), tenant: '' } },
		);

		const [withTenant, without] = holder.receiver.received.map(({ headers }) => headers);
		expect(withTenant).toMatchObject({
			authorization: `Bearer ${SECRET}`,
			'x-chert-tenant': 'northwind-42c1',
		});
		expect(without.authorization).toBe(`Bearer ${SECRET}`);
		expect(without).not.toHaveProperty('x-chert-tenant');
		expect(without).not.toHaveProperty('x-chert-signature');
	});

	it('is not repeated after a 401, and the error says what to do', async () => {
		holder.receiver.replies = [REFUSAL];
		const { error } = await runChert(
			{ resource: 'message', operation: 'send', phone: LEAD, body: 'Hello' },
			{ credential: credential('hmac') },
		);

		expect(error?.message).toBe(
			'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		);
		expect(error?.description).toContain(
			'If the secret was rotated, enter the new one, because the old one stopped working immediately',
		);
		expect(holder.receiver.received).toHaveLength(1);
	});

	it('does not follow a redirect', async () => {
		const other = await new Receiver().start();
		holder.receiver.replies = [{ status: 307, headers: { location: `${other.origin}/send` } }];
		const { error } = await runChert(
			{ resource: 'message', operation: 'send', phone: LEAD, body: 'Hello' },
			{ credential: credential('bearer') },
		);
		await other.stop();

		expect(error?.message).toBe(
			`Something other than Chert responded at ${holder.receiver.origin}/api/v1`,
		);
		expect(error?.description).toContain('Check Base URL in the Chert API credential');
		expect(other.received).toEqual([]);
	});
});

describe("n8n's own request helper, which HTTP Request uses too", () => {
	it.each(['bearer', 'hmac'] as const)(
		'authenticates again after a 401, with a fresh signature: %s',
		async (authentication) => {
			holder.receiver.replies = [REFUSAL, { status: 200, body: '{"status":"sent"}' }];
			let now = 1_780_000_000_000;
			const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
			const answer = await requestWith(credential(authentication), {
				method: 'POST',
				url: `${holder.receiver.origin}/api/v1/send`,
				body: { phone: LEAD, body: 'Grüße' },
				json: true,
			}).finally(() => clock.mockRestore());

			expect(answer).toEqual({ status: 'sent' });
			const [first, second] = holder.receiver.received;
			expect(second.text).toBe(first.text);
			expect(JSON.parse(first.text)).toEqual({ phone: LEAD, body: 'Grüße' });
			for (const { headers, ...rest } of [first, second]) {
				expect(headers).toMatchObject({
					'x-chert-tenant': 'northwind-42c1',
					'content-type': expect.stringContaining('application/json'),
				});
				if (authentication === 'bearer') expect(headers.authorization).toBe(`Bearer ${SECRET}`);
				else expect(headers['x-chert-signature']).toBe(signatureOf({ headers, ...rest }));
			}
			if (authentication === 'hmac') {
				expect(second.headers['x-chert-signature']).not.toBe(first.headers['x-chert-signature']);
			}
		},
	);

	it('is refused for another address than that of the base URL', async () => {
		const other = await new Receiver().start();
		const request = requestWith(credential('bearer'), {
			url: `${other.origin}/api/v1/send`,
		});

		await expect(request).rejects.toThrow('only sent to the address in its Base URL');
		expect([...other.received, ...holder.receiver.received]).toEqual([]);
		await other.stop();
	});
});

describe('a credential that cannot be used', () => {
	it.each([
		[
			'signed requests without a tenant',
			{ authentication: 'hmac', tenant: '' },
			'Tenant is empty in the Chert API credential: signed requests (HMAC) need the tenant slug from the API keys page of the Chert console',
		],
		[
			'no secret',
			{ signingSecret: '  ' },
			'Signing Secret is empty in the Chert API credential: copy it from the API keys page of the Chert console',
		],
		[
			'no web address',
			{ baseUrl: 'ftp://x' },
			'Base URL "ftp://x" in the Chert API credential is not a web address: start it with https://, e.g. https://console.trychert.com/api/v1',
		],
	])('is refused before anything is sent: %s', async (_case, change, sentence) => {
		const credential = { ...credentialFor(action.sandbox), ...change };
		const stopped = await action.run(
			'message.send',
			{ phone: LEAD, body: 'Hello' },
			{ credential },
		);
		const continued = await action.run(
			'message.send',
			{ phone: LEAD, body: 'Hello' },
			{ credential, onError: 'continueErrorOutput', items: [{}, {}] },
		);

		expect(stopped.error?.message).toBe(sentence);
		expect(continued.errors.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			[sentence, { item: 0 }],
			[sentence, { item: 1 }],
		]);
		expect(action.requests()).toEqual([]);
	});
});

it('nothing is sent to a domain that the credential does not allow', async () => {
	const credential = {
		...credentialFor(action.sandbox),
		allowedHttpRequestDomains: 'domains',
		allowedDomains: 'chert.example',
	};
	const { error } = await action.run(
		'message.send',
		{ phone: LEAD, body: 'Hello' },
		{ credential },
	);

	expect(error).toBeDefined();
	expect(action.requests()).toEqual([]);
	const allowed = await action.run(
		'message.send',
		{ phone: LEAD, body: 'Hello' },
		{ credential: { ...credential, allowedDomains: '127.0.0.1' } },
	);
	expect(allowed.error).toBeUndefined();
});
