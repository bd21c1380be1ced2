import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { requestList } from './listRequest';

/**
 * The webhooks of the account by their URLs.
 *
 * @throws NodeApiError that says what to do
 * Source: API section 5.1.
 */
export async function searchWebhooks(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const webhooks = await requestList(
		this,
		'/webhook-subscriptions',
		'subscriptions',
		'webhook_subscriptions',
	);
	const wanted = (filter ?? '').trim().toLowerCase();
	return {
		results: webhooks
			.map(({ id, url, is_active: isActive }) => ({
				name: `${String(url ?? id)}${isActive === false ? ' (inactive)' : ''}`,
				value: String(id ?? ''),
			}))
			.filter(
				({ name, value }) =>
					value !== '' && [name, value].some((text) => text.toLowerCase().includes(wanted)),
			),
	};
}
