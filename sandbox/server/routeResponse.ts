import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** What a route's handler returns. */
export interface RouteResponse {
	/** Default: 200 for reads, else the variant `successStatus`. */
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
	/** Bytes to send instead of a JSON body. */
	stream?: Readable;
	/** Takes over the connection (server-sent events). */
	takeOver?: (response: ServerResponse) => void;
}
