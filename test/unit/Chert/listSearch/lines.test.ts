import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { searchLineIds, searchLineNumbers } from '../../../../nodes/Chert/listSearch/lines';

const LINES = [
	{ id: 'pl_9K', phone_line_id: 'pl_9K', phone_number: '+15550100001', is_active: true },
	{ id: 'pl_7A', phone_line_id: 'pl_7A', phone_number: '+15550100002', is_active: false },
	{ phone_line_id: '555-line', phone_number: '+442079460018' },
];

interface Sent {
	url: string;
	method: string;
}

/** The editor's functions, with a server that answers once. */
function editor(
	answer: object | Error,
	credential: object = {},
): { context: ILoadOptionsFunctions; sent: Sent[] } {
	const sent: Sent[] = [];
	const context = {
		getNode: () => ({ name: 'Chert' }),
		getNodeParameter: (_name: string, fallback: unknown) => fallback,
		getCredentials: async () => ({
			authentication: 'bearer',
			signingSecret: 'secret',
			tenant: '',
			baseUrl: 'http://127.0.0.1:1/api/v1',
			...credential,
		}),
		helpers: {
			httpRequestWithAuthentication: async (_type: string, { url, method }: Sent) => {
				sent.push({ url, method });
				if (answer instanceof Error) throw answer;
				return answer;
			},
		},
	};
	return { context: context as unknown as ILoadOptionsFunctions, sent };
}

const ok = (body: unknown) => ({ statusCode: 200, headers: {}, body });

const namesOf = async (answer: object, filter?: string) =>
	(await searchLineNumbers.call(editor(answer).context, filter)).results.map(({ name }) => name);

it('lists the lines by their numbers, and says which are not active', async () => {
	const { context, sent } = editor(ok({ phone_numbers: LINES }));

	expect(await searchLineNumbers.call(context)).toEqual({
		results: [
			{ name: '+15550100001', value: '+15550100001' },
			{ name: '+15550100002 (inactive)', value: '+15550100002' },
			{ name: '+442079460018', value: '+442079460018' },
		],
	});
	expect(sent).toEqual([{ method: 'GET', url: 'http://127.0.0.1:1/api/v1/phone-numbers' }]);
});

it('gives their IDs where the operation wants IDs', async () => {
	const { results } = await searchLineIds.call(editor(ok({ phone_numbers: LINES })).context);

	expect(results).toEqual([
		{ name: '+15550100001', value: 'pl_9K' },
		{ name: '+15550100002 (inactive)', value: 'pl_7A' },
		{ name: '+442079460018', value: '555-line' },
	]);
});

it.each([
	['0002', ['+15550100002 (inactive)']],
	['+1 (555) 010-0001', ['+15550100001']],
	['PL_9', ['+15550100001']],
	['555-line', ['+442079460018']],
	['  ', ['+15550100001', '+15550100002 (inactive)', '+442079460018']],
	['nobody', []],
])('finds %j', async (filter, names) => {
	expect(await namesOf(ok({ phone_numbers: LINES }), filter)).toEqual(names);
});

it.each([
	['bare', LINES],
	['under "data"', { data: LINES }],
])('reads a list that is %s', async (_case, body) => {
	expect(await namesOf(ok(body))).toHaveLength(3);
});

it('shows the ID of a line without number, and leaves it out where a number is needed', async () => {
	const answer = ok({ phone_numbers: [{ id: 'pl_1' }] });

	expect((await searchLineIds.call(editor(answer).context)).results).toEqual([
		{ name: 'pl_1', value: 'pl_1' },
	]);
	expect(await namesOf(answer)).toEqual([]);
});

it('is empty when there is no line', async () => {
	expect(await namesOf(ok({ phone_numbers: [] }))).toEqual([]);
});

const REFUSAL = {
	success: false,
	error: { code: 2004, message: 'Bad token', retryable: false },
	trace_id: 'abc',
};

it.each<[string, object | Error, string, RegExp]>([
	[
		'a refusal',
		{ statusCode: 401, headers: {}, body: REFUSAL },
		'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		/If the secret was rotated.+trace abc/,
	],
	[
		'a web page',
		ok('<html>'),
		'Something other than Chert responded at http://127.0.0.1:1/api/v1',
		/Check Base URL/,
	],
	[
		'other JSON',
		ok({ lines: [] }),
		'Something other than Chert responded at http://127.0.0.1:1/api/v1',
		/Check Base URL/,
	],
	[
		'no response',
		Object.assign(new Error('connect'), { code: 'ECONNREFUSED', isAxiosError: true }),
		"Chert at http://127.0.0.1:1/api/v1 did not respond (the connection was refused): check Base URL and n8n's network",
		/try again later/,
	],
])('says what is wrong: %s', async (_case, answer, message, description) => {
	await expect(searchLineIds.call(editor(answer).context)).rejects.toMatchObject({
		name: 'NodeApiError',
		message,
		description: expect.stringMatching(description),
	});
});

it('asks nothing with a credential that cannot be used', async () => {
	const { context, sent } = editor(ok({ phone_numbers: LINES }), { authentication: 'hmac' });

	await expect(searchLineNumbers.call(context)).rejects.toThrow(
		'Tenant is empty in the Chert API credential',
	);
	expect(sent).toEqual([]);
});
