import type { Sandbox } from '../sandbox';
import type { NewCredential } from './rest';

/** What a user enters in n8n's credential dialog to connect to a sandbox. */
export function chertCredential(
	{ apiUrl, signingSecret, tenant }: Pick<Sandbox, 'apiUrl' | 'signingSecret' | 'tenant'>,
	changes: Record<string, unknown> = {},
): NewCredential {
	return {
		name: 'Chert account',
		type: 'chertApi',
		data: { authentication: 'bearer', signingSecret, tenant, baseUrl: apiUrl, ...changes },
	};
}
