import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { exchange, type ChertRequest } from '../../../nodes/shared/request';

const CREDENTIAL = { signingSecret: 's', baseUrl: 'https://chert.example/api/v1' };

/** What n8n's request helper is asked for. */
async function optionsOf(
	request: Partial<ChertRequest>,
	credential: IDataObject = {},
): Promise<IHttpRequestOptions> {
	let asked: IHttpRequestOptions | undefined;
	const httpRequestWithAuthentication = async (_type: string, options: IHttpRequestOptions) => {
		asked = options;
		return await Promise.resolve({ statusCode: 200, headers: {} });
	};
	await exchange(
		{ helpers: { httpRequestWithAuthentication } as never },
		{ ...CREDENTIAL, ...credential } as never,
		{ method: 'POST', path: '/send', ...request },
	);
	return asked!;
}

it('every request has a time limit, is answered whatever its status and follows no redirect', async () => {
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
	'every request keeps to the domains that the credential allows: %j',
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
	['a refused connection', axios({ code: 'ECONNREFUSED' }), { notSent: true, lasting: false }],
	['an unknown name', axios({ code: 'ENOTFOUND' }), { notSent: true, lasting: false }],
	['a cut connection', axios({ code: 'ECONNRESET' }), { notSent: false, lasting: false }],
	[
		'a cut answer without a code',
		axios({ message: 'aborted' }),
		{ notSent: false, lasting: false, reason: 'the connection was cut' },
	],
	['a wrong certificate', axios({ code: 'CERT_HAS_EXPIRED' }), { notSent: true, lasting: true }],
	[
		'a refusal by n8n itself',
		new Error('Domain not allowed'),
		{ notSent: true, lasting: true, reason: 'Domain not allowed' },
	],
	[
		'an error within an error',
		Object.assign(new Error('wrapped'), { cause: axios({ code: 'ETIMEDOUT' }) }),
		{ notSent: false, lasting: false },
	],
	['an error that is its own cause', loop, { notSent: false, lasting: false }],
])(
	'tells of %s whether the request can have arrived, and whether another try may help',
	async (_what, error, expected) => {
		expect(
			await exchange(failing(error), CREDENTIAL, { method: 'POST', path: '/send' }),
		).toMatchObject({ kind: 'silence', ...expected });
	},
);
