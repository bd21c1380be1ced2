import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';

export const LEAD = '+15550100123';
export const OTHER_LEAD = '+15550100124';
export const THIRD_LEAD = '+15550100125';
export const LINE = '+15550100001';
export const LINE_ID = 'pl_15550100001';
export const SECOND_LINE = '+15550100002';
export const SECOND_LINE_ID = 'pl_15550100002';
export const INACTIVE_LINE = '+15550100003';
export const INACTIVE_LINE_ID = 'pl_15550100003';

export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

export interface ApiResponse {
	status: number;
	headers: Headers;
	text: string;
	/** Parsed body; undefined when it is empty or not JSON. */
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	body: any;
}

export interface RequestOptions {
	/** Serialized as JSON, unless it is a string or bytes already. */
	body?: unknown;
	/** Instead of the bearer header and the JSON content type. */
	headers?: Record<string, string>;
}

/** Requests written by hand: what a client sends whose author has only read the documentation. */
export class Api {
	constructor(private readonly sandbox: Sandbox) {}

	get bearer(): Record<string, string> {
		return { authorization: `Bearer ${this.sandbox.signingSecret}` };
	}

	async call(
		method: string,
		path: string,
		{ body, headers }: RequestOptions = {},
	): Promise<ApiResponse> {
		const isRaw = typeof body === 'string' || body instanceof Uint8Array;
		const response = await fetch(path.startsWith('http') ? path : this.sandbox.apiUrl + path, {
			method,
			headers: headers ?? {
				...this.bearer,
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined
				? {}
				: { body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
		});
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, body: parsed(text) };
	}

	async get(path: string, headers?: Record<string, string>): Promise<ApiResponse> {
		return await this.call('GET', path, headers ? { headers } : {});
	}

	async post(path: string, body?: unknown): Promise<ApiResponse> {
		return await this.call('POST', path, { body });
	}

	/** The control API, which needs no credential. */
	async control(method: string, path: string, body?: unknown): Promise<ApiResponse> {
		return await this.call(method, `${this.sandbox.origin}/control${path}`, {
			body,
			headers: body === undefined ? {} : { 'content-type': 'application/json' },
		});
	}

	/** Sends a text. Returns the IDs of the response. */
	async send(phone = LEAD, text = 'Hello Ana'): Promise<{ messageId: string; chatId: string }> {
		const { body } = await this.post('/send', { phone, body: text });
		return { messageId: body.message_id, chatId: body.lead_id };
	}

	/** A group of the given numbers; returns its chat ID. */
	async group(to = [LEAD, OTHER_LEAD, THIRD_LEAD]): Promise<string> {
		const { body } = await this.post('/chats', {
			from: LINE,
			to,
			message: { parts: [{ type: 'text', value: 'Hello all' }] },
		});
		return body.chat.id;
	}

	/** Registers and uploads a file; returns its attachment ID. */
	async upload(
		bytes: Buffer = PNG,
		contentType = 'image/png',
		filename = 'photo.png',
	): Promise<string> {
		const slot = await this.post('/attachments', {
			filename,
			content_type: contentType,
			size_bytes: bytes.length,
		});
		const put = await this.call('PUT', slot.body.upload_url, {
			body: bytes,
			headers: { ...this.bearer, 'content-type': contentType },
		});
		if (put.status >= 300) throw new Error(put.text);
		return slot.body.attachment_id;
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Lower-case hex of HMAC-SHA256 over `<seconds>.<body>` with the secret as text (§1.3, §5.5). */
export function sign(secret: string, seconds: number | string, body: string): string {
	return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

/** Asserts the standard envelope (§2.1) with its HTTP status and code. */
export function expectError(
	response: ApiResponse,
	status: number,
	code: number,
	retryable = false,
): void {
	expect({ status: response.status, ...response.body }).toMatchObject({
		status,
		success: false,
		error: { status, code, retryable },
	});
	expect(response.body.error.message).toEqual(expect.any(String));
	expect(response.body.trace_id).toBe(response.headers.get('x-trace-id'));
}

/** Asserts the flat shape of `/send` (§2.2). */
export function expectFlatError(
	response: ApiResponse,
	status: number,
	code: number,
	retryable = false,
): void {
	expect({ http: response.status, ...response.body }).toMatchObject({
		http: status,
		status: 'failed',
		code,
		retryable,
	});
	expect(response.body).not.toHaveProperty('error');
	expect(response.body.trace_id).toBe(response.headers.get('x-trace-id'));
}

/** One sandbox for a test file, reset before each test. */
export function useSandbox(options: SandboxOptions = {}): { sandbox: Sandbox; api: Api } {
	const holder = {} as { sandbox: Sandbox; api: Api };
	const variants = { ...options.variants };
	beforeAll(async () => {
		holder.sandbox = await startSandbox({ ...options, variants });
		holder.api = new Api(holder.sandbox);
	});
	beforeEach(() => holder.sandbox.control.reset());
	afterAll(async () => await holder.sandbox.close());
	return holder;
}

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
					body: parsed(text),
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
