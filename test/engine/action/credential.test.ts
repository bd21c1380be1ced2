import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LEAD, parts, text, useAction } from '../../support/action';
import { requestWith, testCredential } from '../../support/credentialTest';
import { credentialFor, runChert } from '../../support/engine';

const action = useAction();
const SECRET = '0123456789abcdef0123456789abcdef';

interface Received {
	method: string;
	url: string;
	headers: IncomingHttpHeaders;
	body: string;
}

/** A server that writes down what it gets, byte for byte, and answers as it is told. */
class Recorder {
	readonly received: Received[] = [];

	answers: Array<{ status: number; body?: string; headers?: Record<string, string> }> = [];

	private readonly server: Server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method = '', url = '', headers } = request;
			this.received.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
			const { status, body = '{}', headers: extra } = this.answers.shift() ?? { status: 200 };
			response.writeHead(status, { 'content-type': 'application/json', ...extra });
			response.end(body);
		});
	});

	async start(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	get origin(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	credential(authentication: 'bearer' | 'hmac') {
		return {
			authentication,
			signingSecret: SECRET,
			tenant: 'northwind-42c1',
			baseUrl: `${this.origin}/api/v1`,
		};
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

const REFUSAL = {
	status: 401,
	body: '{"success":false,"error":{"status":401,"code":2004,"message":"Bad","retryable":false}}',
};

let recorder: Recorder;

beforeEach(async () => {
	recorder = new Recorder();
	await recorder.start();
});

afterEach(async () => await recorder.stop());

/** The signature that the received bytes should have. */
function signatureOf({ headers, body }: Received): string {
	const seconds = String(headers['x-chert-signature']).split(',')[1];
	return `v1,${seconds},${createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')}`;
}

describe('the credential test', () => {
	it.each(['bearer', 'hmac'] as const)('passes: %s', async (authentication) => {
		expect(await testCredential(credentialFor(action.sandbox, authentication))).toMatchObject({
			status: 'OK',
		});
		expect(action.requests()).toMatchObject([
			{ method: 'GET', path: '/api/v1/phone-numbers', status: 200 },
		]);
	});

	it('tolerates blanks and slashes around the base URL, as the nodes do', async () => {
		const credential = credentialFor(action.sandbox);
		const baseUrl = ` ${credential.baseUrl}// `;

		expect(await testCredential({ ...credential, baseUrl })).toMatchObject({ status: 'OK' });
		expect(action.requests()[0].path).toBe('/api/v1/phone-numbers');
	});

	it.each(['bearer', 'hmac'] as const)(
		'tolerates what cannot be seen in the values, as the nodes do: %s',
		async (authentication) => {
			const { signingSecret, tenant, baseUrl } = credentialFor(action.sandbox);
			const credential = {
				authentication,
				signingSecret: `${signingSecret.slice(0, 16)}\n${signingSecret.slice(16)}`,
				tenant: `${tenant}\u200b`,
				baseUrl: `${baseUrl}/\u200b`,
			};

			expect(await testCredential(credential)).toMatchObject({ status: 'OK' });
			const { error } = await action.run('line.getMany', {}, { credential });
			expect(error).toBeUndefined();
		},
	);

	it.each([
		[
			'a wrong secret',
			{ signingSecret: 'f'.repeat(32) },
			/did not accept the credential: check Signing Secret/,
		],
		[
			'a wrong signature',
			{ signingSecret: 'f'.repeat(32), authentication: 'hmac' },
			/did not accept the credential/,
		],
		[
			'an unknown tenant',
			{ tenant: 'nobody' },
			/does not know this tenant.* check Tenant, and check that Base URL ends in/,
		],
		[
			'signed requests without a tenant',
			{ authentication: 'hmac', tenant: ' ' },
			/^Tenant is empty in the Chert API credential/,
		],
		[
			'an empty secret',
			{ signingSecret: '' },
			/^Signing Secret is empty in the Chert API credential/,
		],
		[
			'a base URL that is none',
			{ baseUrl: 'console.trychert.com' },
			/^Base URL "console.trychert.com" in the Chert API credential is not/,
		],
	])('says what is wrong: %s', async (_case, change, sentence) => {
		const result = await testCredential({ ...credentialFor(action.sandbox), ...change });

		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(sentence) });
		expect(JSON.stringify(result)).not.toContain(action.sandbox.signingSecret);
	});

	it('says what to do when the account is suspended', async () => {
		action.sandbox.control.account('suspended');

		expect(await testCredential(credentialFor(action.sandbox))).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('contact Chert support'),
		});
	});

	it('does not follow a redirect', async () => {
		const other = new Recorder();
		await other.start();
		recorder.answers = [{ status: 302, headers: { location: `${other.origin}/phone-numbers` } }];
		const result = await testCredential(recorder.credential('bearer'));
		await other.stop();

		expect(result).toMatchObject({
			status: 'Error',
			message: expect.stringContaining(
				'check that Base URL starts with https:// and ends in /api/v1',
			),
		});
		expect(other.received).toEqual([]);
	});

	it.each([
		['a web page', '<!doctype html><title>Console</title>', 'text/html'],
		['other JSON', '{"ok":true}', 'application/json'],
		['nothing', '', 'text/plain'],
	])('does not take %s with status 200 for Chert', async (_case, body, type) => {
		recorder.answers = [{ status: 200, body, headers: { 'content-type': type } }];

		expect(await testCredential(recorder.credential('bearer'))).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('check that Base URL'),
		});
	});
});

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
		recorder.answers = [{ status: 200, body: '{"message":{"id":"m"}}' }];
		await runChert(
			{ resource: 'message', operation: 'sendToChat', chatId: 'ch_1', ...parts(text(value)) },
			{ credential: recorder.credential('hmac') },
		);

		const [request] = recorder.received;
		expect(request.headers['x-chert-signature']).toBe(signatureOf(request));
		expect(request.headers).toMatchObject({
			'x-chert-tenant': 'northwind-42c1',
			'content-type': 'application/json',
		});
		expect(request.headers).not.toHaveProperty('authorization');
		const { message } = JSON.parse(request.body) as { message: { parts: unknown } };
		expect(message.parts).toEqual([{ type: 'text', value }]);
	});

	it('is signed over nothing when it has no body', async () => {
		await runChert(
			{ resource: 'attachment', operation: 'get', attachmentId: 'att_1' },
			{ credential: recorder.credential('hmac') },
		);

		const [request] = recorder.received;
		expect(request).toMatchObject({ method: 'GET', url: '/api/v1/attachments/att_1', body: '' });
		expect(request.headers['x-chert-signature']).toBe(signatureOf(request));
	});

	it('carries the bearer token, and the tenant where there is one', async () => {
		await runChert(
			{ resource: 'attachment', operation: 'get', attachmentId: 'att_1' },
			{ credential: recorder.credential('bearer') },
		);
		await runChert(
			{ resource: 'attachment', operation: 'get', attachmentId: 'att_1' },
			{ credential: { ...recorder.credential('bearer'), tenant: '' } },
		);

		const [withTenant, without] = recorder.received.map(({ headers }) => headers);
		expect(withTenant).toMatchObject({
			authorization: `Bearer ${SECRET}`,
			'x-chert-tenant': 'northwind-42c1',
		});
		expect(without.authorization).toBe(`Bearer ${SECRET}`);
		expect(without).not.toHaveProperty('x-chert-tenant');
		expect(without).not.toHaveProperty('x-chert-signature');
	});

	it('is not repeated after a 401, and the error says what to do', async () => {
		recorder.answers = [REFUSAL];
		const { error } = await runChert(
			{ resource: 'message', operation: 'send', phone: LEAD, body: 'Hello' },
			{ credential: recorder.credential('hmac') },
		);

		expect(error?.message).toBe(
			'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		);
		expect(error?.description).toContain(
			'If the secret was rotated, enter the new one, because the old one stopped working immediately',
		);
		expect(recorder.received).toHaveLength(1);
	});

	it('does not follow a redirect', async () => {
		const other = new Recorder();
		await other.start();
		recorder.answers = [{ status: 307, headers: { location: `${other.origin}/send` } }];
		const { error } = await runChert(
			{ resource: 'message', operation: 'send', phone: LEAD, body: 'Hello' },
			{ credential: recorder.credential('bearer') },
		);
		await other.stop();

		expect(error?.message).toBe(
			`Something other than Chert responded at ${recorder.origin}/api/v1`,
		);
		expect(error?.description).toContain('Check Base URL in the Chert API credential');
		expect(other.received).toEqual([]);
	});
});

describe("n8n's own request helper, which HTTP Request uses too", () => {
	it.each(['bearer', 'hmac'] as const)(
		'authenticates again after a 401, with a fresh signature: %s',
		async (authentication) => {
			recorder.answers = [REFUSAL, { status: 200, body: '{"status":"sent"}' }];
			let now = 1_780_000_000_000;
			const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
			const answer = await requestWith(recorder.credential(authentication), {
				method: 'POST',
				url: `${recorder.origin}/api/v1/send`,
				body: { phone: LEAD, body: 'Grüße' },
				json: true,
			}).finally(() => clock.mockRestore());

			expect(answer).toEqual({ status: 'sent' });
			const [first, second] = recorder.received;
			expect(second.body).toBe(first.body);
			expect(JSON.parse(first.body)).toEqual({ phone: LEAD, body: 'Grüße' });
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
		const other = new Recorder();
		await other.start();
		const request = requestWith(recorder.credential('bearer'), {
			url: `${other.origin}/api/v1/send`,
		});

		await expect(request).rejects.toThrow('only sent to the address in its Base URL');
		expect([...other.received, ...recorder.received]).toEqual([]);
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
