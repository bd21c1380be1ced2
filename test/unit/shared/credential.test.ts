import { createHmac } from 'node:crypto';

import fc from 'fast-check';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { Readable } from 'node:stream';

import {
	authenticateRequest,
	credentialError,
	DEFAULT_BASE_URL,
	isOwnOrigin,
	readCredential,
	signRequest,
} from '../../../nodes/shared/credential';

const SECRET = '0123456789abcdef0123456789abcdef';
const BASE = 'https://console.trychert.com/api/v1';
const BEARER = {
	authentication: 'bearer',
	signingSecret: SECRET,
	tenant: 'northwind-42c1',
	baseUrl: BASE,
};
const HMAC = { ...BEARER, authentication: 'hmac' };
const NOW = 1_780_000_000_999;

const request = (options: Partial<IHttpRequestOptions> = {}): IHttpRequestOptions => ({
	url: `${BASE}/send`,
	...options,
});

it('signs as the API wants it', () => {
	const hex = createHmac('sha256', SECRET)
		.update('1780000000.{"phone":"+15550100123","body":"Hello"}')
		.digest('hex');

	expect(signRequest(SECRET, 1_780_000_000, '{"phone":"+15550100123","body":"Hello"}')).toBe(
		`v1,1780000000,${hex}`,
	);
	// Computed with another tool: printf '1780000000.' | openssl dgst -sha256 -hmac "$SECRET"
	expect(signRequest(SECRET, 1_780_000_000, '')).toBe(
		'v1,1780000000,8d633c01192b32baec31dcbeecb16072472794f80306bbefc3fe9a4f513ee4b3',
	);
});

it.each([
	[{}, { authentication: 'bearer', signingSecret: '', tenant: '', baseUrl: DEFAULT_BASE_URL }],
	[
		{
			authentication: 'hmac',
			signingSecret: ` ${SECRET}\n`,
			tenant: ' northwind ',
			baseUrl: ' http://127.0.0.1:4010/api/v1/// ',
		},
		{
			authentication: 'hmac',
			signingSecret: SECRET,
			tenant: 'northwind',
			baseUrl: 'http://127.0.0.1:4010/api/v1',
		},
	],
	// What comes along when text is copied from a web page or a PDF
	[
		{
			...HMAC,
			signingSecret: `\u200b${SECRET.slice(0, 16)}\n${SECRET.slice(16)}\ufeff`,
			tenant: 'northwind\u2060-42c1 \u200e',
			baseUrl: `${BASE}/\u200b`,
		},
		HMAC,
	],
	[
		{ authentication: 'other', signingSecret: 7, baseUrl: ' ' },
		{ authentication: 'bearer', signingSecret: '', tenant: '', baseUrl: DEFAULT_BASE_URL },
	],
])('cleans %j', (stored, credential) => {
	expect(readCredential(stored as never)).toEqual(credential);
});

it.each([
	[BEARER, undefined],
	[HMAC, undefined],
	[{ ...BEARER, tenant: '' }, undefined],
	[{ ...HMAC, tenant: '' }, /^Tenant is empty/],
	[{ ...BEARER, signingSecret: ' ' }, /^Signing Secret is empty/],
	[
		{ ...BEARER, baseUrl: 'trychert.com' },
		/^Base URL "trychert.com" in the Chert API credential is not a web address/,
	],
	[{ ...BEARER, baseUrl: 'file:///etc' }, /^Base URL "file:\/\/\/etc"/],
])('%j can be used, or says what is missing', (stored, sentence) => {
	const refusal = credentialError(readCredential(stored));

	if (sentence) expect(refusal).toMatch(sentence);
	else expect(refusal).toBeUndefined();
});

describe('authenticateRequest', () => {
	it('sends the bearer token, and no signature', () => {
		expect(authenticateRequest(BEARER, request(), NOW).headers).toEqual({
			authorization: `Bearer ${SECRET}`,
			'x-chert-tenant': 'northwind-42c1',
		});
	});

	it('signs the text that it makes of an object, and keeps it', () => {
		const { body, headers } = authenticateRequest(
			HMAC,
			request({ method: 'POST', body: { text: 'Grüße' } }),
			NOW,
		);

		expect(body).toBe('{"text":"Grüße"}');
		expect(headers).toEqual({
			'content-type': 'application/json',
			'x-chert-tenant': 'northwind-42c1',
			'x-chert-signature': signRequest(SECRET, 1_780_000_000, '{"text":"Grüße"}'),
		});
	});

	it('signs JSON text without the blanks around it, which n8n does not send, and other text as it is', () => {
		const signatureOf = (type: string) => {
			const { body, headers } = authenticateRequest(
				HMAC,
				request({ method: 'POST', body: '{"a":1}\n', headers: { 'Content-Type': type } }),
				NOW,
			);
			expect(headers).toMatchObject({
				'x-chert-signature': signRequest(SECRET, 1_780_000_000, body as string),
			});
			return body;
		};
		expect([signatureOf('application/json; charset=utf-8'), signatureOf('text/plain')]).toEqual([
			'{"a":1}',
			'{"a":1}\n',
		]);
	});

	it.each([undefined, '', null, {}])('signs nothing for the body %j', (body) => {
		const { headers } = authenticateRequest(HMAC, request({ body: body as never }), NOW);

		expect(headers).toMatchObject({ 'x-chert-signature': signRequest(SECRET, 1_780_000_000, '') });
	});

	it('sends bytes with the token, as the upload of a file wants it wherever it goes', () => {
		const body = Buffer.from([0, 255, 10]);
		const authenticated = authenticateRequest(HMAC, request({ body }), NOW);

		expect(authenticated.body).toBe(body);
		expect(authenticated.headers).toMatchObject({
			authorization: expect.stringMatching(/^Bearer /),
		});
		expect(authenticated.headers).not.toHaveProperty('x-chert-signature');
	});

	it('reads the address of the HTTP Request node, which spells it otherwise, and follows no redirect from there', () => {
		const asHttpRequestNode = (uri: unknown) =>
			({ uri, method: 'GET' }) as unknown as Parameters<typeof authenticateRequest>[1];
		expect(() =>
			authenticateRequest(BEARER, asHttpRequestNode('https://evil.example/x'), NOW),
		).toThrow('goes elsewhere');
		expect(() => authenticateRequest(BEARER, asHttpRequestNode(undefined), NOW)).toThrow(
			'has no address',
		);
		const own = authenticateRequest(
			BEARER,
			asHttpRequestNode(`${BEARER.baseUrl}/phone-numbers`),
			NOW,
		);
		expect(own).toMatchObject({
			disableFollowRedirect: true,
			followRedirect: false,
			followAllRedirects: false,
		});
	});

	it.each([BEARER, HMAC])(
		'overwrites what an earlier try put on ($authentication)',
		(credential) => {
			const first = authenticateRequest(credential, request({ body: { a: 1 } }), NOW);
			const stale = {
				...first,
				headers: {
					...first.headers,
					Authorization: 'Bearer old',
					'X-Chert-Signature': 'v1,1,00',
					'X-CHERT-TENANT': 'old',
				},
			};
			const second = authenticateRequest(credential, stale, NOW + 60_000);

			expect(second).toEqual(
				authenticateRequest(
					credential,
					request({ body: '{"a":1}', headers: { 'content-type': 'application/json' } }),
					NOW + 60_000,
				),
			);
			const names = Object.keys(second.headers ?? {}).map((name) => name.toLowerCase());
			expect(names).toHaveLength(new Set(names).size);
		},
	);

	it('takes the bearer token for the binary upload in both modes', () => {
		const upload = request({
			method: 'PUT',
			url: `${BASE}/attachments/att_1/upload`,
			body: Readable.from(['x']) as never,
		});

		for (const credential of [BEARER, HMAC]) {
			expect(authenticateRequest(credential, upload, NOW).headers).toEqual({
				authorization: `Bearer ${SECRET}`,
				'x-chert-tenant': 'northwind-42c1',
			});
		}
	});

	it('takes the bearer token for a stream, which cannot be signed before it is read, wherever it goes', () => {
		const upload = request({
			method: 'PUT',
			url: 'https://console.trychert.com/uploads/7',
			body: Readable.from(['x']) as never,
		});

		expect(authenticateRequest(HMAC, upload, NOW).headers).toMatchObject({
			authorization: `Bearer ${SECRET}`,
		});
	});

	it('leaves other headers alone', () => {
		const headers = {
			accept: 'application/json',
			'Content-Type': 'application/json; charset=utf-8',
		};

		expect(
			authenticateRequest(BEARER, request({ headers, body: { a: 1 } }), NOW).headers,
		).toMatchObject(headers);
	});

	it('throws the sentence that says what is missing', () => {
		expect(() => authenticateRequest({ ...HMAC, tenant: '' }, request(), NOW)).toThrow(
			'Tenant is empty in the Chert API credential',
		);
	});
});

describe('the origin', () => {
	const credential = readCredential(BEARER);

	it.each([
		'/phone-numbers',
		'',
		'phone-numbers',
		`${BASE}/send`,
		'https://console.trychert.com/elsewhere',
		'https://CONSOLE.trychert.com:443/api/v1/send',
		'//console.trychert.com/x',
	])('%s is its own', (url) => {
		expect(isOwnOrigin(credential, url)).toBe(true);
	});

	const ELSEWHERE = [
		'https://evil.example/upload',
		'http://console.trychert.com/api/v1/send',
		'https://console.trychert.com:8443/api/v1/send',
		'https://console.trychert.com.evil.example/',
		'https://console.trychert.com@evil.example/',
		'//evil.example/x',
		'\\\\evil.example/x',
		'/\\evil.example/x',
		' https://evil.example/x',
		'\thttps://evil.example/x',
		'ht\ntps://evil.example/x',
		'https:evil.example/x',
		'https:/evil.example/x',
		'HTTPS:\\\\evil.example',
		'data:text/plain,x',
		'file:///etc/passwd',
		'https://',
	];

	it.each(ELSEWHERE)('%j is another one', (url) => {
		expect(isOwnOrigin(credential, url)).toBe(false);
		expect(() => authenticateRequest(BEARER, request({ url }), NOW)).toThrow(
			'only sent to the address in its Base URL',
		);
	});

	it('of the base that a node names counts as well', () => {
		expect(() =>
			authenticateRequest(BEARER, { baseURL: 'https://evil.example', url: '/send' }, NOW),
		).toThrow('goes elsewhere');
	});

	it('is never another one than that to which a request would go', () => {
		const pieces = fc.constantFrom(
			'https:',
			'http:',
			'/',
			'//',
			'\\',
			' ',
			'\t',
			'@',
			':',
			'evil.example',
			'console.trychert.com',
			'443',
			'x',
			'?',
			'#',
			'.',
		);
		fc.assert(
			fc.property(
				fc.array(pieces, { maxLength: 8 }).map((list) => list.join('')),
				(url) => {
					if (!isOwnOrigin(credential, url) || !URL.canParse(url)) return;
					expect(new URL(url).origin).toBe('https://console.trychert.com');
				},
			),
			{ seed: 20_260_901, numRuns: 5000 },
		);
	});
});
