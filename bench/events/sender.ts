import { setTimeout as delay } from 'node:timers/promises';

import { Agent, request } from 'undici';

import { sign } from '../../nodes/shared/subscription/signature';

/**
 * How soon an event that was not acknowledged is sent again. Chert waits longer, and gives up; this sender does not.
 */
const RESEND_MS = 200;

/** Delivers events as an at-least-once sender does: each copy until it is acknowledged. */
export class Sender {
	private readonly agent = new Agent({ connections: 64 });
	/** Deliveries that were not acknowledged, and so were sent again. */
	resent = 0;
	acknowledged = 0;

	constructor(private readonly secret: string) {}

	/**
	 * Sends one copy to one of the addresses, by turns, until the response is 2xx.
	 *
	 * @param addresses asked before each try, since a process may come back elsewhere
	 * @param recovery what is waited for before another try: knocking at a closed port again and again would in the end
	 *   connect a socket to itself, and so take the port away
	 */
	async deliver(
		addresses: () => readonly string[],
		eventId: string,
		recovery: () => Promise<void>,
	): Promise<void> {
		for (let tries = 0; ; tries++) {
			const urls = addresses();
			const status = await this.post(urls[(this.acknowledged + tries) % urls.length], eventId);
			if (status >= 200 && status < 300) {
				this.acknowledged++;
				return;
			}
			if (status >= 400 && status < 500 && status !== 404)
				throw new Error(`A delivery got the response ${status}`);
			this.resent++;
			if (urls.length === 1) await recovery();
			await delay(RESEND_MS);
		}
	}

	async close(): Promise<void> {
		await this.agent.close();
	}

	private async post(url: string, eventId: string): Promise<number> {
		const body = deliveryBody(eventId);
		const signature = sign(body, this.secret, Math.floor(Date.now() / 1000));
		const headers = { 'content-type': 'application/json', 'x-webhook-signature': signature };
		try {
			const response = await request(url, {
				method: 'POST',
				headers,
				body,
				dispatcher: this.agent,
			});
			await response.body.dump();
			return response.statusCode;
		} catch {
			// Nobody listens, or the connection was cut before the response: as a status that means "again".
			return 503;
		}
	}
}

/** A `message.received` delivery of about 1 kB (API section 5.3). */
export function deliveryBody(eventId: string): Buffer {
	const line = { handle: '+15550100001', service: 'imessage', is_me: true };
	const ana = { handle: '+15550100123', service: 'imessage', is_me: false };
	const chat = {
		id: '5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
		is_group: false,
		handles: [line, ana],
		owner_handle: line,
	};
	const message = {
		id: eventId,
		direction: 'inbound',
		sender_handle: ana,
		parts: [
			{ type: 'text', value: 'Yes please, and thank you for coming by so quickly. '.repeat(6) },
		],
	};
	const timestamp = new Date().toISOString();
	return Buffer.from(
		JSON.stringify({
			event: 'message.received',
			event_id: eventId,
			timestamp,
			data: { chat, message },
		}),
	);
}
