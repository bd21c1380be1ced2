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

export async function startForwardProxy(): Promise<ForwardProxy> {
	const requests: string[] = [];
	const server = createServer((incoming, outgoing) => {
		const { method = '', headers } = incoming;
		const url = new URL(incoming.url ?? '');
		requests.push(`${method} ${url.pathname}`);
		const sent = forward(url, { method, headers }, (response) => {
			outgoing.writeHead(response.statusCode ?? 502, response.headers);
			response.pipe(outgoing);
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
