import { Readable } from 'node:stream';

import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { sendRequest, type ChertRequest } from '../../../nodes/shared/request';

const CREDENTIAL = { signingSecret: 's', baseUrl: 'https://chert.example/api/v1' };

/** The options that n8n's request helper gets. */
async function optionsOf(
	request: Partial<ChertRequest>,
	credential: IDataObject = {},
): Promise<IHttpRequestOptions> {
	let sent: IHttpRequestOptions | undefined;
	const httpRequestWithAuthentication = async (_type: string, options: IHttpRequestOptions) => {
		sent = options;
		return await Promise.resolve({ statusCode: 200, headers: {} });
	};
	await sendRequest(
		{ helpers: { httpRequestWithAuthentication } as never },
		{ ...CREDENTIAL, ...credential } as never,
		{ method: 'POST', path: '/send', ...request },
	);
	return sent!;
}

it('every request has a timeout, accepts any HTTP status and follows no redirect', async () => {
	expect(await optionsOf({})).toMatchObject({
		url: 'https://chert.example/api/v1/send',
		timeout: 60_000,
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
	});
	expect(await optionsOf({ timeoutMs: 5 })).toMatchObject({ timeout: 5 });
});

it.each([
	[{ allowedHttpRequestDomains: 'domains', allowedDomains: '*.trychert.com' }, '*.trychert.com'],
	[{ allowedHttpRequestDomains: 'domains' }, ''],
	[{ allowedHttpRequestDomains: 'all', allowedDomains: '*.trychert.com' }, undefined],
	[{}, undefined],
])(
	'every request passes on the domains that the credential allows: %j',
	async (credential, domains) => {
		expect((await optionsOf({}, credential)).allowedDomains).toBe(domains);
	},
);

const failing = (error: unknown) => ({
	helpers: {
		httpRequestWithAuthentication: async () => await Promise.reject(error as Error),
	} as never,
});
const axios = (fields: IDataObject) =>
	Object.assign(new Error('axios'), { isAxiosError: true, ...fields });
const loop = axios({});
Object.assign(loop, { cause: loop });

it.each([
	['a refused connection', axios({ code: 'ECONNREFUSED' }), { notSent: true, permanent: false }],
	['an unknown host name', axios({ code: 'ENOTFOUND' }), { notSent: true, permanent: false }],
	['a server without TLS', axios({ code: 'EPROTO' }), { notSent: true, permanent: false }],
	[
		'a host that could not be reached',
		axios({ code: 'EHOSTUNREACH', cause: { code: 'EHOSTUNREACH', syscall: 'connect' } }),
		{ notSent: true },
	],
	[
		'a host that could not be reached any more',
		axios({ code: 'EHOSTUNREACH', cause: { code: 'EHOSTUNREACH', syscall: 'read' } }),
		{ notSent: false, permanent: false },
	],
	['a cut connection', axios({ code: 'ECONNRESET' }), { notSent: false, permanent: false }],
	[
		'a cut response without a code',
		axios({ message: 'aborted' }),
		{ notSent: false, permanent: false, reason: 'the connection was cut' },
	],
	['a wrong certificate', axios({ code: 'CERT_HAS_EXPIRED' }), { notSent: true, permanent: true }],
	[
		'a rejection by n8n itself',
		new Error('Domain not allowed'),
		{ notSent: true, permanent: true, reason: 'Domain not allowed' },
	],
	[
		'an error within an error',
		Object.assign(new Error('wrapped'), { cause: axios({ code: 'ETIMEDOUT' }) }),
		{ notSent: false, permanent: false },
	],
	['an error that is its own cause', loop, { notSent: false, permanent: false }],
])(
	'says of %s whether the request may have arrived, and whether a retry may help',
	async (_what, error, expected) => {
		expect(
			await sendRequest(failing(error), CREDENTIAL, { method: 'POST', path: '/send' }),
		).toMatchObject({ error: { kind: 'noResponse', ...expected } });
	},
);

const responding = (response: object) => ({
	helpers: {
		httpRequestWithAuthentication: async () => await Promise.resolve(response),
	} as never,
});

it.each([
	['a success', { statusCode: 201, headers: {}, body: { id: 'a' } }, 'value'],
	['an error status', { statusCode: 500, headers: {}, body: { error: { code: 3001 } } }, 'error'],
	['an error with status 200', { statusCode: 200, headers: {}, body: { success: false } }, 'error'],
	['a redirect', { statusCode: 302, headers: {}, body: '' }, 'error'],
])('returns %s as what it is', async (_what, response, kind) => {
	const result = await sendRequest(responding(response), CREDENTIAL, {
		method: 'POST',
		path: '/send',
	});
	expect(Object.keys(result)).toEqual([kind]);
});

it('leaves the stream of a success unread, and reads the error in the stream of another status', async () => {
	const request = { method: 'GET', path: '/attachments/a/content', encoding: 'stream' } as const;
	const content = Readable.from([Buffer.from('photo')]);
	expect(
		await sendRequest(
			responding({ statusCode: 200, headers: {}, body: content }),
			CREDENTIAL,
			request,
		),
	).toMatchObject({ value: { body: content } });
	expect(content.readableDidRead).toBe(false);

	const body = Readable.from([Buffer.from('{"error":{"code":5001}}')]);
	expect(
		await sendRequest(responding({ statusCode: 404, headers: {}, body }), CREDENTIAL, request),
	).toEqual({ error: { kind: 'apiError', apiError: { status: 404, code: 5001 } } });
});
