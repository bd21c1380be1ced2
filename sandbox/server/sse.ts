import type { ServerResponse } from 'node:http';

/** An open stream of server-sent events. */
export interface SseStream {
	send(json: unknown): void;
	/** Runs when the stream ends, from either side. */
	onEnd(callback: () => void): void;
	/** Sends `event: close` and ends. */
	close(): void;
}

/** Starts a stream on a response that nothing else writes to; each heartbeat sends a comment line. */
export function openSse(response: ServerResponse, heartbeatMs: number): SseStream {
	response.writeHead(200, {
		'content-type': 'text/event-stream',
		'cache-control': 'no-cache',
		connection: 'keep-alive',
	});
	response.write(': connected\n\n');
	const heartbeat = setInterval(() => response.write(': heartbeat\n\n'), heartbeatMs);
	response.on('close', () => clearInterval(heartbeat));
	return {
		send: (json) => void response.write(`data: ${JSON.stringify(json)}\n\n`),
		onEnd: (callback) => void response.on('close', callback),
		close: () => void response.end('event: close\ndata: {}\n\n'),
	};
}
