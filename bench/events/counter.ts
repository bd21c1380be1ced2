import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LOOPBACK } from '../../hosts/ports';

/** Counts work done by workflows: each call names the event that it was done for. */
export interface Counter {
	/** Where a workflow reports: `<url>/<event id>` */
	url: string;
	/** How often each event was worked on. */
	counts: Map<string, number>;
	close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startCounter(): Promise<Counter> {
	const counts = new Map<string, number>();
	const server = createServer((request, response) => {
		const eventId = decodeURIComponent((request.url ?? '').slice(1));
		counts.set(eventId, (counts.get(eventId) ?? 0) + 1);
		request.resume();
		response.setHeader('content-type', 'application/json');
		response.end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
	return {
		url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
		counts,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
