import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { parseJson } from './api';

export interface Received {
	headers: IncomingHttpHeaders;
	text: string;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	body: any;
	atMs: number;
}

/** A receiver of webhooks that responds with the given statuses in turn, then 200. */
export class Receiver {
	readonly received: Received[] = [];
	statuses: number[] = [];
	/** Keeps the connection open without a response. */
	isSilent = false;
	/** Runs before each response. */
	beforeResponse: () => Promise<unknown> = async () => undefined;
	private server!: Server;
	url = '';

	async start(): Promise<this> {
		this.server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				this.received.push({
					headers: request.headers,
					text,
					body: parseJson(text),
					atMs: Date.now(),
				});
				if (this.isSilent) return;
				void this.beforeResponse().then(() => {
					response.statusCode = this.statuses.shift() ?? 200;
					response.end();
				});
			});
		});
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
		return this;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

/** A receiver for each test. */
export function useReceiver(): { receiver: Receiver } {
	const holder = {} as { receiver: Receiver };
	beforeEach(async () => {
		holder.receiver = await new Receiver().start();
	});
	afterEach(async () => await holder.receiver.stop());
	return holder;
}
