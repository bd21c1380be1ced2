import type { TestHost } from './testHost';

/** Creates a group of the default line and the given people. Returns its chat ID. */
export async function createGroup({ sandbox }: TestHost, people: string[]): Promise<string> {
	const response = await fetch(`${sandbox.apiUrl}/chats`, {
		method: 'POST',
		headers: {
			authorization: `Bearer ${sandbox.signingSecret}`,
			'content-type': 'application/json',
		},
		body: JSON.stringify({
			from: '+15550100001',
			to: people,
			message: { parts: [{ type: 'text', value: 'Hello' }] },
		}),
	});
	const { chat } = (await response.json()) as { chat: { id: string } };
	return chat.id;
}
