import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LOOPBACK } from '../../hosts/ports';

/** Counts work done by workflows: each call names the events that it was done for. */
export interface Counter {
	/** Where a workflow reports: `<url>/<event IDs, separated by spaces>/<execution id>` */
	url: string;
	/** The events of each call. */
	calls: string[][];
	/** For each event the executions that worked on it, in order. */
	work: Map<string, string[]>;
	close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startCounter(): Promise<Counter> {
	const work = new Map<string, string[]>();
	const calls: string[][] = [];
	const server = createServer((request, response) => {
		const [names, executionId] = (request.url ?? '').slice(1).split('/').map(decodeURIComponent);
		const eventIds = names.split(' ');
		calls.push(eventIds);
		for (const eventId of eventIds) work.set(eventId, [...(work.get(eventId) ?? []), executionId]);
		request.resume();
		response.setHeader('content-type', 'application/json');
		response.end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
	return {
		url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
		calls,
		work,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
