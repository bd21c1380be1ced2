import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LOOPBACK } from '../../hosts/ports';

/** An HTTP proxy, as a user enters it under Request Options. */
export interface ForwardProxy {
	url: string;
	/** Method and path of each request, in order */
	requests: string[];
	close(): Promise<void>;
}

/** @param before what a response waits for; it then has the time at which it is sent */
export async function startForwardProxy(
	before: (path: string) => Promise<unknown> = async () => await Promise.resolve(),
): Promise<ForwardProxy> {
	const requests: string[] = [];
	const server = createServer((incoming, outgoing) => {
		const { method = '', headers } = incoming;
		const url = new URL(incoming.url ?? '');
		requests.push(`${method} ${url.pathname}`);
		const sent = forward(url, { method, headers }, (response) => {
			void before(url.pathname).then(() => {
				const date = new Date().toUTCString();
				outgoing.writeHead(response.statusCode ?? 502, { ...response.headers, date });
				response.pipe(outgoing);
			});
		});
		sent.on('error', () => outgoing.destroy());
		incoming.pipe(sent);
	});
	await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
	return {
		url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
