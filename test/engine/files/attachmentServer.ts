import { createHash } from 'node:crypto';
import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request with a body, as it came over the wire. */
export interface ReceivedRequest {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	bytes: number;
	sha256?: string;
	/** The client went away before the request was complete. */
	isCut: boolean;
	/** The connection has ended, on either side. */
	isClosed: boolean;
}

export interface AttachmentServer {
	baseUrl: string;
	received: ReceivedRequest[];
	close(): Promise<void>;
}

export interface AttachmentServerScript {
	/** `upload_url` of each slot; default is the address that the sandbox gives too. */
	uploadUrl?: (baseUrl: string, attachmentId: string) => string;
	/** Takes a PUT over; the request is unread. */
	onPut?: (request: IncomingMessage, response: ServerResponse, record: ReceivedRequest) => void;
	/** Takes a GET of a content over. */
	onContent?: (request: IncomingMessage, response: ServerResponse, tries: number) => void;
}

/** A server beneath Chert's, for what a well-behaved Chert hides: headers, bytes on the wire, redirects, stalls. */
export async function startAttachmentServer({
	uploadUrl,
	onPut,
	onContent,
}: AttachmentServerScript = {}): Promise<AttachmentServer> {
	const received: ReceivedRequest[] = [];
	let slots = 0;
	const server = createServer((request, response) => {
		const { method = '', url: path = '', headers } = request;
		const record: ReceivedRequest = {
			method,
			path,
			headers,
			bytes: 0,
			isCut: false,
			isClosed: false,
		};
		// The name of the file, which the node looks up where a response does not tell it.
		const isMetadata = method === 'GET' && !path.endsWith('/content');
		if (isMetadata)
			return void response.end(JSON.stringify({ attachment: { filename: 'roof.png' } }));
		received.push(record);
		// A client that goes away is what some tests are about.
		request.on('error', () => undefined);
		request.on('close', () => (record.isCut = !request.complete));
		request.socket.on('close', () => (record.isClosed = true));
		if (method === 'PUT' && onPut) return onPut(request, response, record);
		if (method === 'GET' && path.endsWith('/content') && onContent)
			return onContent(request, response, received.filter((each) => each.path === path).length);

		const hash = createHash('sha256');
		request.on('data', (chunk: Buffer) => {
			record.bytes += chunk.length;
			hash.update(chunk);
		});
		request.on('end', () => {
			record.sha256 = hash.digest('hex');
			response.setHeader('content-type', 'application/json');
			const attachmentId = `att_${++slots}`;
			const upload_url = uploadUrl
				? uploadUrl(baseUrl, attachmentId)
				: `${baseUrl}/attachments/${attachmentId}/upload`;
			response.end(
				JSON.stringify(
					method === 'POST' ? { attachment_id: attachmentId, upload_url } : { success: true },
				),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		baseUrl,
		received,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Resolves once something is true that other code makes true, or rejects after 10 s. */
export async function eventually(
	what: string,
	isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
	const deadline = Date.now() + 10_000;
	while (!(await isTrue())) {
		if (Date.now() > deadline) throw new Error(`${what}: not within 10 s`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
