import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LOOPBACK } from '../../hosts/ports';

/** Counts work done by workflows: each call names the event that it was done for. */
export interface Counter {
	/** Where a workflow reports: `<url>/<event id>/<execution id>` */
	url: string;
	/** For each event the executions that worked on it, in order. */
	work: Map<string, string[]>;
	close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startCounter(): Promise<Counter> {
	const work = new Map<string, string[]>();
	const server = createServer((request, response) => {
		const [eventId, executionId] = (request.url ?? '').slice(1).split('/').map(decodeURIComponent);
		work.set(eventId, [...(work.get(eventId) ?? []), executionId]);
		request.resume();
		response.setHeader('content-type', 'application/json');
		response.end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
	return {
		url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
		work,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
