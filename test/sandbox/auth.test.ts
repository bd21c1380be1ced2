import { LEAD } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectFlatError, expectError, sign } from './support';

const context = useSandbox();

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

function signed(
	body: string,
	change: { secret?: string; seconds?: number; signedBody?: string } = {},
): Record<string, string> {
	const seconds = change.seconds ?? nowSeconds();
	const hex = sign(
		change.secret ?? context.sandbox.signingSecret,
		seconds,
		change.signedBody ?? body,
	);
	return {
		'x-chert-signature': `v1,${seconds},${hex}`,
		'x-chert-tenant': context.sandbox.tenant,
		...(body === '' ? {} : { 'content-type': 'application/json' }),
	};
}

describe('bearer', () => {
	it('accepts the signing secret alone', async () => {
		const response = await context.api.get('/phone-numbers');
		expect(response.status).toBe(200);
		expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]+$/);
	});

	it('accepts the right tenant with it', async () => {
		const headers = { ...context.api.bearer, 'x-chert-tenant': context.sandbox.tenant };
		expect((await context.api.get('/phone-numbers', headers)).status).toBe(200);
	});

	it.each([
		['no credentials', 401, 2012, () => ({})],
		[
			'a wrong token',
			401,
			2004,
			() => ({ authorization: 'Bearer 00000000000000000000000000000000' }),
		],
		[
			'another scheme',
			401,
			2004,
			() => ({ authorization: `Basic ${context.sandbox.signingSecret}` }),
		],
		[
			'another tenant',
			404,
			2001,
			() => ({ ...context.api.bearer, 'x-chert-tenant': 'elsewhere-1' }),
		],
	])('refuses %s', async (_case, status, code, headers) => {
		expectError(
			await context.api.get('/phone-numbers', headers() as Record<string, string>),
			status,
			code,
		);
	});

	it('refuses on /send in the flat shape', async () => {
		const response = await context.api.call('POST', '/send', {
			body: { phone: LEAD, body: 'Hello' },
			headers: { 'content-type': 'application/json' },
		});
		expectFlatError(response, 401, 2012);
		expect(context.sandbox.control.messages()).toEqual([]);
	});
});

describe('signature', () => {
	const body = `{ "phone": "${LEAD}",  "body": "Grüße 👋" }`;

	it('covers the raw bytes of a POST, with any spacing', async () => {
		const response = await context.api.call('POST', '/send', { body, headers: signed(body) });
		expect(response.body).toMatchObject({ status: 'sent' });
	});

	it.each(['GET /phone-numbers', 'DELETE /webhook-subscriptions/none', 'POST /chats/none/leave'])(
		'is over the empty string for %s',
		async (request) => {
			const [method, path] = request.split(' ');
			const response = await context.api.call(method, path, { headers: signed('') });
			expect([200, 404]).toContain(response.status);
		},
	);

	it.each([
		['PUT', '/chats/none', '{"display_name":"Team"}', 2002],
		['PATCH', '/webhook-subscriptions/none', '{"is_active":false}', 2011],
	])('covers the body of %s', async (method, path, json, code) => {
		expectError(
			await context.api.call(method, path, { body: json, headers: signed(json) }),
			404,
			code,
		);
		expectError(
			await context.api.call(method, path, {
				body: json,
				headers: signed(json, { signedBody: '' }),
			}),
			401,
			2004,
		);
	});

	it.each([
		['299 s in the past', -299, 200],
		['299 s in the future', 299, 200],
		['302 s in the past', -302, 401],
		['302 s in the future', 302, 401],
	])('%s is %i off', async (_case, offset, status) => {
		const response = await context.api.get(
			'/phone-numbers',
			signed('', { seconds: nowSeconds() + offset }),
		);
		expect(response.status).toBe(status);
		if (status === 401) expect(response.body.error.code).toBe(2013);
	});

	it('uses the sandbox clock', async () => {
		context.sandbox.control.clock({ advanceMs: 400_000 });
		expectError(await context.api.get('/phone-numbers', signed('')), 401, 2013);
		expect(
			(await context.api.get('/phone-numbers', signed('', { seconds: nowSeconds() + 400 }))).status,
		).toBe(200);
	});

	it.each([
		[
			'the hex-decoded secret is not the key',
			(): string => Buffer.from(context.sandbox.signingSecret, 'hex').toString('latin1'),
		],
		['another secret', (): string => 'ffffffffffffffffffffffffffffffff'],
	])('%s: 2004', async (_case, secret) => {
		expectError(
			await context.api.get('/phone-numbers', signed('', { secret: secret() })),
			401,
			2004,
		);
	});

	it.each(['', 'v1', 'v2,1,aa', 'sha256=00', `t=${nowSeconds()},v1=${'0'.repeat(64)}`])(
		'malformed %j: 2004',
		async (value) => {
			const headers = { ...signed(''), 'x-chert-signature': value };
			expectError(await context.api.get('/phone-numbers', headers), 401, 2004);
		},
	);

	it('needs the tenant, which is checked first', async () => {
		const { 'x-chert-tenant': _tenant, ...rest } = signed('', { seconds: 1 });
		expectError(await context.api.get('/phone-numbers', rest), 404, 2001);
		expectError(
			await context.api.get('/phone-numbers', { ...rest, 'x-chert-tenant': 'elsewhere-1' }),
			404,
			2001,
		);
	});

	it('is evaluated first and does not fall back to a good bearer', async () => {
		const headers = { ...signed('', { secret: 'wrong' }), ...context.api.bearer };
		expectError(await context.api.get('/phone-numbers', headers), 401, 2004);
		expect(
			(await context.api.get('/phone-numbers', { ...signed(''), authorization: 'Bearer wrong' }))
				.status,
		).toBe(200);
	});

	it('is checked before the body is parsed', async () => {
		const broken = '{"phone":';
		expectFlatError(
			await context.api.call('POST', '/send', {
				body: broken,
				headers: signed(broken, { secret: 'wrong' }),
			}),
			401,
			2004,
		);
		expectFlatError(
			await context.api.call('POST', '/send', { body: broken, headers: signed(broken) }),
			400,
			1004,
		);
	});
});

describe('account', () => {
	it.each([
		['suspended', 403, 2005],
		['unverified', 403, 2007],
		['limited', 402, 2008],
	] as const)('%s: %i / %i', async (state, status, code) => {
		context.sandbox.control.account(state);
		expectError(await context.api.get('/phone-numbers'), status, code);
	});
});

it('refuses unknown paths in the envelope, with a trace id', async () => {
	expectError(await context.api.get('/chats'), 404, 2011);
	expect(context.sandbox.control.requests()).toMatchObject([{ route: 'unknown', status: 404 }]);
});
