import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Sandbox } from '../../sandbox';
import { LEAD, LINE, OTHER_LEAD } from './action';

const CLIENT = '+15550109999';
const PICTURE = 'a picture';

/** Creates in a sandbox what operations refer to, by requests written by hand. */
export class Samples {
	constructor(
		private readonly sandbox: Sandbox,
		private readonly receiver: Receiver,
	) {}

	async chatId(): Promise<string> {
		return String((await this.send()).lead_id);
	}

	async messageId(): Promise<string> {
		return String((await this.send()).message_id);
	}

	/** A group of your line and three others, so that one can leave. */
	async groupId(): Promise<string> {
		const to = [LEAD, OTHER_LEAD, CLIENT];
		const message = { parts: [{ type: 'text', value: 'Welcome' }] };
		const body = await this.post('/chats', { from: LINE, to, message });
		return String((body.chat ?? body).id);
	}

	async attachmentId(): Promise<string> {
		const contentType = 'image/png';
		const { attachment_id: id, upload_url: url } = await this.post('/attachments', {
			filename: 'roof.png',
			content_type: contentType,
			size_bytes: PICTURE.length,
		});
		const headers = { ...this.headers, 'content-type': contentType };
		await fetch(String(url), { method: 'PUT', headers, body: PICTURE });
		return String(id);
	}

	/** An event in the log: someone wrote. */
	async eventRowId(): Promise<string> {
		const { events } = await this.sandbox.control.reply(LEAD, { text: 'Yes please' });
		await this.sandbox.control.idle();
		return events[0].id;
	}

	/** A webhook whose receiver accepts everything. */
	async webhookId(): Promise<string> {
		const url = await this.receiver.url();
		const body = await this.post('/webhook-subscriptions', { url, events: ['message.received'] });
		return String((body.subscription ?? body).id);
	}

	private async send(): Promise<Body> {
		return await this.post('/send', { phone: CLIENT, body: 'Before' });
	}

	private get headers() {
		const { signingSecret, tenant } = this.sandbox;
		return { authorization: `Bearer ${signingSecret}`, 'x-chert-tenant': tenant };
	}

	private async post(path: string, json: object): Promise<Body> {
		const response = await fetch(this.sandbox.apiUrl + path, {
			method: 'POST',
			headers: { ...this.headers, 'content-type': 'application/json' },
			body: JSON.stringify(json),
		});
		const body = (await response.json()) as Body;
		if (!response.ok) throw new Error(`POST ${path}: ${JSON.stringify(body)}`);
		return body;
	}
}

/** Any JSON object: the samples know which fields a response has. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = Record<string, any>;

/** A server that accepts every delivery, started when it is needed. */
export class Receiver {
	private server?: Server;

	async url(): Promise<string> {
		this.server ??= await listening(
			createServer((request, response) => {
				request.resume();
				response.end();
			}),
		);
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	async close(): Promise<void> {
		const { server } = this;
		if (server) await new Promise((resolve) => server.close(resolve));
	}
}

async function listening(server: Server): Promise<Server> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

/** One receiver for a test file. */
export function useReceiver(): Receiver {
	const receiver = new Receiver();
	afterAll(async () => await receiver.close());
	return receiver;
}
