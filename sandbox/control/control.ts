import type { Context } from '../server/context';
import { DEV_INBOX_URL, isSubscribedTo } from '../world/deliveries';
import { findEvent } from '../world/eventLog';
import type { ActiveFault } from '../faults/faultInjector';
import type { RecipientAction, SimulatedRecipients } from './simulatedRecipients';
import type { Audit, RequestRecord } from '../server/requestLog';
import { ROUTE_NAMES } from '../routes';
import { phone as phoneNumber } from '../schemas/common';
import {
	clockChange,
	faultRules,
	recipientReply,
	replyScripts,
	redelivery,
	type ClockChange,
	type FaultRule,
	type MessageFilter,
	type RecipientReply,
	type ReplyScript,
	type Redelivery,
} from '../schemas/control';
import type { AccountState, Chat, EventRow, SandboxMessage, Subscription } from '../world/types';
import { checkVariants, type Variants } from '../world/variants';

/** Invalid input to the control API, or an object that does not exist. */
export class ControlError extends Error {}

/** Controls a sandbox in process; `/control` does the same over HTTP. */
export class Control {
	constructor(
		private readonly context: Context,
		private readonly recipients: SimulatedRecipients,
	) {}

	/** Messages in the order in which they were delivered. */
	messages({ phone, chatId, direction = 'outbound' }: MessageFilter = {}): SandboxMessage[] {
		return this.context.state.timeline.filter(
			(message) =>
				(direction === 'all' || message.direction === direction) &&
				(chatId === undefined || message.chatId === chatId) &&
				(phone === undefined || message.phone === phone || message.recipients.includes(phone)),
		);
	}

	/**
	 * Waits until at least `count` messages match.
	 *
	 * @throws ControlError after `timeoutMs`
	 */
	async waitForMessages(
		count: number,
		filter: MessageFilter = {},
		timeoutMs = 10_000,
	): Promise<SandboxMessage[]> {
		const { events } = this.context;
		return await new Promise((resolve, reject) => {
			const check = (): void => {
				const found = this.messages(filter);
				if (found.length < count) return;
				stop();
				resolve(found);
			};
			const timer = setTimeout(() => {
				stop();
				reject(
					new ControlError(
						`${this.messages(filter).length} of ${count} messages after ${timeoutMs} ms`,
					),
				);
			}, timeoutMs);
			const stop = (): void => {
				clearTimeout(timer);
				events.off('message', check);
				events.off('inbound', check);
			};
			events.on('message', check);
			events.on('inbound', check);
			check();
		});
	}

	/** All chats; `deliveryChatId` is what `POST /locations` takes. */
	chats(): Chat[] {
		return [...this.context.state.chats.values()];
	}

	/** All recorded events with their deliveries, oldest first. */
	eventRows(): EventRow[] {
		return [...this.context.state.eventRows];
	}

	/** The request log, oldest first. */
	requests(): RequestRecord[] {
		return this.context.log.requests();
	}

	/** What was delivered, and what a good client avoids: duplicates, wrong order, requests before the end of a wait. */
	audit(): Audit {
		return this.context.log.audit();
	}

	/** A recipient writes or reacts. Resolves when the events are recorded; see `idle` for their deliveries. */
	async reply(phone: string, reply: RecipientReply): Promise<RecipientAction> {
		try {
			return await this.recipients.reply(phoneNumber.parse(phone), recipientReply.parse(reply));
		} catch (error) {
			throw new ControlError(messageOf(error));
		}
	}

	addScripts(scripts: ReplyScript | ReplyScript[]): void {
		this.recipients.addScripts(parse(replyScripts, scripts));
	}

	clearScripts(): void {
		this.recipients.clear();
	}

	addFaults(rules: FaultRule | FaultRule[]): ActiveFault[] {
		const list = parse(faultRules, rules);
		for (const { route } of list) {
			if (route !== undefined && route !== '*' && !ROUTE_NAMES.includes(route)) {
				throw new ControlError(
					`There is no route "${route}". Choose from: *, ${ROUTE_NAMES.join(', ')}`,
				);
			}
		}
		return this.context.faults.add(list);
	}

	faults(): ActiveFault[] {
		return this.context.faults.list();
	}

	clearFaults(): void {
		this.context.faults.clear();
	}

	/** Moves the sandbox's clock. Returns its time. */
	clock(change?: ClockChange): { now: string } {
		const { clock } = this.context;
		if (change) {
			const { advanceMs, setMs } = parse(clockChange, change);
			if (advanceMs !== undefined) clock.advance(advanceMs);
			if (setMs !== undefined) clock.set(setMs);
		}
		return { now: clock.iso() };
	}

	/** Changes variants. Returns all current ones. */
	variants(change: Partial<Variants> = {}): Variants {
		try {
			Object.assign(this.context.variants, checkVariants(change));
		} catch (error) {
			throw new ControlError(messageOf(error));
		}
		return { ...this.context.variants };
	}

	/** Suspends, limits or restores the account (2005, 2007, 2008). */
	account(state?: AccountState): AccountState {
		if (state) this.context.account = state;
		return this.context.account;
	}

	/** All subscriptions, with their secrets. */
	subscriptions(): Subscription[] {
		return [...this.context.state.subscriptions.values()].map((each) => ({ ...each }));
	}

	/** Delivers one event several times, as an at-least-once sender may. Returns the receivers' statuses. */
	async redeliver(input: Redelivery): Promise<{ statuses: Array<number | string> }> {
		const { eventId, times, concurrency } = parse(redelivery, input);
		const row = findEvent(this.context, eventId);
		if (!row) throw new ControlError(`There is no event ${eventId}`);
		const targets = this.subscriptions().filter(
			(each) => isSubscribedTo(each, row.type) && each.url !== DEV_INBOX_URL,
		);
		const queue = Array.from({ length: times }, () => targets).flat();
		const statuses: Array<number | string> = [];
		const worker = async (): Promise<void> => {
			for (let target = queue.shift(); target; target = queue.shift()) {
				const attempt = await this.context.deliveries.attempt(row, target);
				statuses.push(attempt.status ?? attempt.error ?? 'unreachable');
			}
		};
		await Promise.all(Array.from({ length: concurrency }, worker));
		return { statuses };
	}

	/** Resolves when no scripted reply is due, and no delivery or retry is pending. */
	async idle(): Promise<void> {
		await this.recipients.idle();
		await this.context.deliveries.idle();
	}

	/** Clears everything but lines, variants and options. */
	reset(): void {
		const { state, idempotency, faults, deliveries, log, clock, events } = this.context;
		this.recipients.clear();
		deliveries.cancel();
		state.clear();
		idempotency.clear();
		faults.clear();
		log.clear();
		clock.reset();
		this.context.account = 'active';
		events.emit('reset');
	}
}

function messageOf(error: unknown): string {
	const issues = (error as { issues?: Array<{ path: unknown[]; message: string }> }).issues;
	if (!issues) return (error as Error).message;
	return issues
		.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
		.join('; ');
}

function parse<Output>(schema: { parse: (input: unknown) => Output }, input: unknown): Output {
	try {
		return schema.parse(input);
	} catch (error) {
		throw new ControlError(messageOf(error));
	}
}
