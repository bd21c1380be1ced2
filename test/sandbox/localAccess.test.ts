import { request } from 'undici';

import { LEAD } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';

const context = useSandbox();

const port = (): string => new URL(context.sandbox.origin).port;

async function statusOf(
	method: 'GET' | 'POST' | 'DELETE',
	path: string,
	headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
	const { statusCode, body } = await request(context.sandbox.origin + path, {
		method,
		headers: {
			...headers,
			...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
		},
		...(method === 'POST' ? { body: '{}' } : {}),
	});
	// The stream does not end; its start is enough.
	if (path === '/control/live' && statusCode === 200) {
		body.destroy();
		return { status: statusCode, text: '' };
	}
	return { status: statusCode, text: await body.text() };
}

/** Every route of the control API, and files of the page. */
const ROUTES = [
	['GET', '/'],
	['GET', '/index.html'],
	['GET', '/vendor/htm-preact.js'],
	['GET', '/control'],
	['GET', '/control/messages'],
	['GET', '/control/chats'],
	['GET', '/control/events'],
	['GET', '/control/requests'],
	['GET', '/control/audit'],
	['GET', '/control/subscriptions'],
	['GET', '/control/idle'],
	['POST', `/control/leads/${encodeURIComponent(LEAD)}/reply`],
	['POST', '/control/scripts'],
	['DELETE', '/control/scripts'],
	['GET', '/control/faults'],
	['POST', '/control/faults'],
	['DELETE', '/control/faults'],
	['GET', '/control/clock'],
	['POST', '/control/clock'],
	['GET', '/control/variants'],
	['POST', '/control/variants'],
	['POST', '/control/account'],
	['POST', '/control/redeliver'],
	['DELETE', '/control/state'],
	['GET', '/control/live'],
	['GET', '/control/media/none'],
	['GET', '/control/unknown'],
] as const;

describe.each(ROUTES)('%s %s', (method, path) => {
	it.each([
		['another name', { host: 'rebound.example' }],
		['another name with the port', () => ({ host: `rebound.example:${port()}` })],
		[
			'a name that begins like a local one',
			() => ({ host: `localhost.rebound.example:${port()}` }),
		],
		['an address of the network', () => ({ host: `192.168.1.10:${port()}` })],
		['another port', { host: '127.0.0.1:1' }],
		['no port', { host: '127.0.0.1' }],
		['another origin', { origin: 'https://rebound.example' }],
		['another local origin', { origin: 'http://localhost:1' }],
		['the opaque origin', { origin: 'null' }],
		['its own address by HTTPS as origin', () => ({ origin: `https://127.0.0.1:${port()}` })],
	])('refuses %s', async (_what, headers) => {
		const given = typeof headers === 'function' ? headers() : headers;
		const { status, text } = await statusOf(method, path, given);
		expect({ status, text }).toEqual({
			status: 403,
			text: expect.stringMatching(/Open the sandbox at http:\/\/127\.0\.0\.1:\d+/),
		});
	});

	it.each([
		['its address', () => ({})],
		['localhost', () => ({ host: `localhost:${port()}` })],
		['the IPv6 loopback', () => ({ host: `[::1]:${port()}` })],
		['its own origin', () => ({ origin: context.sandbox.origin })],
		['localhost as origin', () => ({ origin: `http://localhost:${port()}` })],
	])('accepts %s', async (_what, headers) => {
		expect((await statusOf(method, path, headers())).status).not.toBe(403);
	});
});

it('changes nothing for a refused request', async () => {
	context.sandbox.control.addFaults({ kind: 'html' });
	await statusOf('DELETE', '/control/faults', { origin: 'https://rebound.example' });
	expect(context.sandbox.control.faults()).toHaveLength(1);
});
