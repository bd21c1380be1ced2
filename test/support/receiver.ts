import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { parseJson } from './api';

export interface Received {
	method: string;
	url: string;
	headers: IncomingHttpHeaders;
	text: string;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	body: any;
	atMs: number;
}

/** What it responds: a status, or more. */
type Reply = number | { status: number; body?: string; headers?: Record<string, string> };

/** A server that records what it receives, and responds with the given replies in turn, then 200. */
export class Receiver {
	readonly received: Received[] = [];
	replies: Reply[] = [];
	/** Keeps the connection open without a response. */
	isSilent = false;
	/** Runs before each response. */
	beforeResponse: () => Promise<unknown> = async () => undefined;
	private server!: Server;
	origin = '';

	async start(): Promise<this> {
		this.server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				const { method = '', url = '', headers } = request;
				this.received.push({
					method,
					url,
					headers,
					text,
					body: parseJson(text),
					atMs: Date.now(),
				});
				if (this.isSilent) return;
				void this.beforeResponse().then(() => {
					const reply = this.replies.shift() ?? 200;
					const { status, body, headers }: Exclude<Reply, number> =
						typeof reply === 'number' ? { status: reply } : reply;
					response.writeHead(status, headers).end(body);
				});
			});
		});
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
		return this;
	}

	/** Where it takes webhooks. */
	get url(): string {
		return `${this.origin}/hook`;
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
