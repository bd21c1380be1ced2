import type { Sandbox } from '../../sandbox';
import { Api } from './api';
import { LEAD, LINE, OTHER_LEAD } from './fixtures';
import type { Receiver } from './receiver';

const CLIENT = '+15550109999';
const PICTURE = 'a picture';

/** Creates in a sandbox what operations refer to, by requests written by hand. */
export class Samples {
	private readonly api: Api;

	constructor(
		private readonly sandbox: Sandbox,
		/** Gets the deliveries of webhooks */
		private readonly webhooks: { receiver: Receiver },
	) {
		this.api = new Api(sandbox);
	}

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
		await this.api.call('PUT', String(url), { headers, body: PICTURE });
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
		const { url } = this.webhooks.receiver;
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
		const headers = { ...this.headers, 'content-type': 'application/json' };
		const { status, body } = await this.api.call('POST', path, { body: json, headers });
		if (status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(body)}`);
		return body as Body;
	}
}

/** Any JSON object: the samples know which fields a response has. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = Record<string, any>;
