import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from '../hosts/ports';
import { DEFAULT_SIGNING_SECRET, DEFAULT_TENANT, startSandbox } from '../sandbox';

export type TargetName = 'sandbox' | 'sink';

/** The server of the file transfers. */
export interface Target {
	apiUrl: string;
	signingSecret: string;
	tenant: string;
	close(): Promise<void>;
}

/** @throws {RangeError} for an unknown name */
export async function startTarget(name: TargetName): Promise<Target> {
	if (name === 'sandbox') return await startSandbox({ recordBodies: false });
	if (name === 'sink') return await startSink();
	throw new RangeError(`Unknown target "${String(name)}". Choose sandbox or sink.`);
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Chert's file routes without disk and hashes, to show what these cost. */
async function startSink(): Promise<Target> {
	const sizes = new Map<string, number>();
	const server = createServer((request, response) => {
		const { method, url = '' } = request;
		const id = /attachments\/([^/]+)/.exec(url)?.[1] ?? '';
		if (url.endsWith('/content')) return void sendZeros(response, sizes.get(id) ?? 0);
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => method === 'POST' && chunks.push(chunk));
		request.on('end', () => {
			response.setHeader('content-type', 'application/json');
			if (method !== 'POST') return response.end('{"success":true}');
			const { size_bytes } = JSON.parse(Buffer.concat(chunks).toString()) as { size_bytes: number };
			const attachment_id = `att_${sizes.size + 1}`;
			sizes.set(attachment_id, size_bytes);
			return response.end(
				JSON.stringify({
					attachment_id,
					upload_url: `${apiUrl}/attachments/${attachment_id}/upload`,
				}),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
	const apiUrl = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/api/v1`;
	return {
		apiUrl,
		signingSecret: DEFAULT_SIGNING_SECRET,
		tenant: DEFAULT_TENANT,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function sendZeros(response: ServerResponse, sizeBytes: number): void {
	response.writeHead(200, {
		'content-type': 'video/mp4',
		'content-length': sizeBytes,
		'content-disposition': 'attachment; filename="film.mp4"',
	});
	let left = sizeBytes;
	const send = (): void => {
		while (left > 0) {
			const chunk = ZEROS.subarray(0, Math.min(left, ZEROS.length));
			left -= chunk.length;
			if (!response.write(chunk)) return void response.once('drain', send);
		}
		response.end();
	};
	send();
}
