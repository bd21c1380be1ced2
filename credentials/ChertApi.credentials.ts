import type {
	Icon,
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

import { authenticateRequest, DEFAULT_BASE_URL } from '../nodes/shared/credential';

export class ChertApi implements ICredentialType {
	name = 'chertApi';

	displayName = 'Chert API';

	icon: Icon = { light: 'file:../icons/chert.svg', dark: 'file:../icons/chert.dark.svg' };

	documentationUrl = 'https://docs.trychert.com/api/authentication';

	properties: INodeProperties[] = [
		{
			displayName:
				'Sign in to the <a href="https://console.trychert.com" target="_blank">Chert console</a> and open the API keys page: it shows the tenant slug, and the signing secret once, when it is made. Lost it? Ask a Chert admin to rotate it; the old one stops at once.',
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
					description: 'Sign every request with the secret, which is then sent for file uploads only',
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
			description: 'The 32 characters from the API keys page. This is not the secret of a webhook subscription.',
		},
		{
			displayName: 'Tenant',
			name: 'tenant',
			type: 'string',
			default: '',
			placeholder: 'e.g. northwind-42c1',
			description: 'The tenant slug from the API keys page. Needed for signed requests and for multi-tenant accounts.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			description: 'Change it only to use the local sandbox or a proxy of your own',
		},
	];

	authenticate: IAuthenticate = async (credentials, requestOptions) =>
		authenticateRequest(credentials, requestOptions);

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}',
			url: '/phone-numbers',
			// A redirect would carry the secret to another address.
			disableFollowRedirect: true,
		},
	};
}
