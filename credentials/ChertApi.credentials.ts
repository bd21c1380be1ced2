import type {
	Icon,
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

import { authenticateRequest, DEFAULT_BASE_URL } from '../nodes/shared/credential';
import { INVISIBLE } from '../nodes/shared/fieldValue';

const NOT_THE_API =
	'Something other than the Chert API responded: check that Base URL ends in /api/v1';

const REDIRECTED =
	'Something other than the Chert API responded: check that Base URL starts with https:// and ends in /api/v1';

/** What the person who tests the credential reads, instead of the HTTP status. */
const BY_STATUS: Record<number, string> = {
	301: REDIRECTED,
	302: REDIRECTED,
	307: REDIRECTED,
	308: REDIRECTED,
	401: 'Chert did not accept the credential: check Signing Secret, and for signed requests the clock of the machine that runs n8n',
	402: 'An account limit is reached: wait for the next period or upgrade the Chert plan',
	403: 'The Chert account is suspended, or its email address is not verified: verify the address in the Chert console, or contact Chert support',
	404: 'Chert does not know this tenant, or the address is wrong: check Tenant, and check that Base URL ends in /api/v1',
};

/** n8n reads both kinds of rules from one list, although its type allows one kind in each. */
const TEST_RULES = [
	...Object.entries(BY_STATUS).map(([status, message]) => ({
		type: 'responseCode' as const,
		properties: { value: Number(status), message },
	})),
	// A web page with status 200 has no list of lines either.
	{
		type: 'responseSuccessBody' as const,
		properties: { key: 'phone_numbers', value: undefined, message: NOT_THE_API },
	},
] as ICredentialTestRequest['rules'];

export class ChertApi implements ICredentialType {
	name = 'chertApi';

	displayName = 'Chert API';

	icon: Icon = { light: 'file:../icons/chert.svg', dark: 'file:../icons/chert.dark.svg' };

	documentationUrl = 'https://docs.trychert.com/api/authentication';

	properties: INodeProperties[] = [
		{
			displayName:
				'Sign in to the <a href="https://console.trychert.com" target="_blank">Chert console</a> and open the API keys page to get the tenant slug and the signing secret. Chert shows the secret only once, when it is created. If you lose it, ask a Chert admin to rotate it. The old secret then stops working immediately.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{
					name: 'Bearer Token',
					value: 'bearer',
					description: 'Send the signing secret as a bearer token',
				},
				{
					name: 'Signed Requests (HMAC)',
					value: 'hmac',
					description:
						'Sign each request instead of sending the secret. File uploads still send it.',
				},
			],
			default: 'bearer',
		},
		{
			displayName: 'Signing Secret',
			name: 'signingSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'The 32 characters from the API keys page. This is not the secret of a webhook subscription.',
		},
		{
			displayName: 'Tenant',
			name: 'tenant',
			type: 'string',
			default: '',
			placeholder: 'e.g. northwind-42c1',
			description:
				'The tenant slug from the API keys page. Needed for signed requests and for multi-tenant accounts.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			description: 'Change it only to use the local sandbox or your own proxy',
		},
	];

	authenticate: IAuthenticate = async (credentials, requestOptions) =>
		authenticateRequest(credentials, requestOptions);

	test: ICredentialTestRequest = {
		request: {
			// Cleaned as in the nodes. An empty Base URL is the default one.
			baseURL: `={{ ($credentials.baseUrl.replace(${String(INVISIBLE)}, "").trim() || "${DEFAULT_BASE_URL}").replace(/\\/+$/, "") }}`,
			url: '/phone-numbers',
			// A redirect would send the secret to another address.
			disableFollowRedirect: true,
		},
		rules: TEST_RULES,
	};
}
