import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { Agent, request } from 'undici';

import { newCancellation } from './cancellation';
import { signatureHex } from './signature';
import type {
	DeliveryAttempt,
	DeliveryStatus,
	EventRow,
	SandboxMessage,
	Subscription,
} from './types';
import type { World } from './world';

/** Records events without posting them anywhere (§5.1). */
export const DEV_INBOX_URL = 'https://dev-inbox';

/** Whether a subscription is active and includes an event; an empty list includes all (§5.1). */
export function isSubscribedTo(subscription: Subscription, eventType: string): boolean {
	return (
		subscription.isActive &&
		(subscription.events.length === 0 || subscription.events.includes(eventType))
	);
}

/** Retried: server errors and receivers that cannot be reached; a 4xx is final (§5.6), and so is a redirect. */
function isFinal({ status }: DeliveryAttempt): boolean {
	return status !== undefined && status < 500;
}

function isSuccess({ status }: DeliveryAttempt): boolean {
	return status !== undefined && status >= 200 && status < 300;
}

/** Top-level fields that some old deliveries have next to `data` (§5.3). */
function legacyExtras(row: EventRow): Record<string, unknown> {
	const { chat, message } = row.payload.data as {
		chat?: { owner_handle?: { handle: string } };
		message?: { id: string; sender_handle: { handle: string }; parts: SandboxMessage['parts'] };
	};
	const texts = message?.parts.flatMap((part) => (part.type === 'text' ? [part.value] : [])) ?? [];
	return {
		from: message?.sender_handle.handle ?? null,
		to: chat?.owner_handle?.handle ?? null,
		text: texts.join('\n'),
		message_guid: message?.id ?? null,
		line_id: null,
	};
}

/** Posts events to their subscribers, signed, with retries (§5.4 to §5.6). */
export class Deliveries {
	private readonly agent = new Agent({ connections: 64 });
	private cancellation = newCancellation();
	private readonly pending = new Set<Promise<unknown>>();

	/** Delivers every event that the world records. */
	constructor(private readonly world: World) {
		world.events.on('event', (row) => this.start(row));
	}

	/** Starts delivering a new event to every subscription that includes it; returns immediately. */
	private start(row: EventRow): void {
		const { state, timing } = this.world;
		const work = this.deliver(row, [...state.subscriptions.values()], timing.webhookRetryMs);
		const tracked: Promise<unknown> = work.finally(() => this.pending.delete(tracked));
		this.pending.add(tracked);
	}

	/** Resolves when no delivery or retry is pending. */
	async idle(): Promise<void> {
		while (this.pending.size > 0) await Promise.all(this.pending);
	}

	/**
	 * Delivers to those of the subscriptions that include the event, and updates the row's `delivery`.
	 *
	 * @param retryMs pauses before further attempts; none for a replay, whose response tells the outcome
	 */
	async deliver(
		row: EventRow,
		subscriptions: Subscription[],
		retryMs: number[] = [],
	): Promise<DeliveryStatus> {
		const subscribed = subscriptions.filter((each) => isSubscribedTo(each, row.type));
		const targets = subscribed.filter(({ url }) => url !== DEV_INBOX_URL);
		if (targets.length === 0) {
			if (subscribed.length > 0)
				Object.assign(row.delivery, { status: 'dev_inbox', url: DEV_INBOX_URL });
			return row.delivery.status;
		}
		row.delivery.status = 'pending';
		row.delivery.url = targets[0].url;
		const outcomes = await Promise.all(
			targets.map(async (each) => await this.deliverWithRetries(row, each, retryMs)),
		);
		row.delivery.status = outcomes.every(Boolean) ? 'delivered' : 'failed';
		row.delivery.delivered_at = outcomes.some(Boolean) ? this.world.clock.iso() : null;
		return row.delivery.status;
	}

	/** One attempt: signs with a new timestamp, posts, and records the attempt. */
	async attempt(row: EventRow, subscription: Subscription): Promise<DeliveryAttempt> {
		const { clock, timing, events } = this.world;
		const body = this.body(row);
		const started = performance.now();
		const at = clock.iso();
		let outcome: { status: number } | { error: string };
		try {
			const response = await request(subscription.url, {
				method: 'POST',
				headers: this.headers(row, subscription, body),
				body,
				dispatcher: this.agent,
				signal: AbortSignal.timeout(timing.webhookTimeoutMs),
			});
			await response.body.dump();
			outcome = { status: response.statusCode };
		} catch (error) {
			outcome = { error: (error as Error).message || (error as Error).name };
		}
		const attempt = {
			at,
			...outcome,
			duration_ms: Math.round(performance.now() - started),
			subscription_id: subscription.id,
		};
		row.delivery.attempts.push(attempt);
		events.emit('delivery', {
			eventId: row.event_id,
			type: row.type,
			url: subscription.url,
			attempt,
		});
		return attempt;
	}

	/** Cancels the retries that are due. */
	cancel(): void {
		this.cancellation.abort();
		this.cancellation = newCancellation();
	}

	/** Cancels all deliveries. */
	async close(): Promise<void> {
		this.cancel();
		await this.agent.destroy();
		await Promise.allSettled(this.pending);
	}

	private async deliverWithRetries(
		row: EventRow,
		subscription: Subscription,
		retryMs: number[],
	): Promise<boolean> {
		const { signal } = this.cancellation;
		for (const pause of [0, ...retryMs]) {
			// Cancelling ends the pause early. Then, and after the subscription was deleted, there are no more attempts.
			if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
			if (signal.aborted || !this.world.state.subscriptions.has(subscription.id)) return false;
			const attempt = await this.attempt(row, subscription);
			if (isFinal(attempt)) return isSuccess(attempt);
		}
		return false;
	}

	private body(row: EventRow): string {
		switch (this.world.variants.deliveryBody) {
			case 'flat':
				return JSON.stringify(row.payload);
			case 'legacyExtras':
				return JSON.stringify({ ...row.payload, ...legacyExtras(row) });
			case 'wrapped': {
				const { type, event_id, lead_id, convo_id, payload } = row;
				return JSON.stringify({ type, event_id, lead_id, convo_id, payload });
			}
		}
	}

	private headers(row: EventRow, subscription: Subscription, body: string): Record<string, string> {
		const { clock, variants } = this.world;
		const seconds = Math.floor(clock.now() / 1000);
		const hex = signatureHex(subscription.secret, seconds, body);
		const modern = `t=${seconds},v1=${hex}`;
		const legacy = `v1,${seconds},${hex}`;
		const { webhookSignature: form, webhookSignatureHeader: carrier } = variants;
		const headers: Record<string, string> = {
			'content-type': 'application/json',
			'user-agent': 'chert-sandbox',
			'x-webhook-event': row.type,
			'x-webhook-event-id': row.event_id,
			'x-webhook-subscription-id': subscription.id,
		};
		if (carrier !== 'x-chert-signature')
			headers['x-webhook-signature'] = form === 'legacy' ? legacy : modern;
		if (carrier !== 'X-Webhook-Signature')
			headers['x-chert-signature'] = form === 'modern' ? modern : legacy;
		return headers;
	}
}
