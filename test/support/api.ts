import type { Sandbox } from '../../sandbox';
import { LEAD, LINE, OTHER_LEAD, PNG, THIRD_LEAD } from './fixtures';

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
		return { status: response.status, headers: response.headers, text, body: parseJson(text) };
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

/** JSON where it is JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
