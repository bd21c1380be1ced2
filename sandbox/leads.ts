import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Context } from './context';
import { recordInbound, recordLeadReply, recordReaction } from './events';
import { newId } from './ids';
import { addMessage, directChat, lineOf } from './messaging';
import { leadScript, type LeadReply, type LeadScript } from './schemas/control';
import type { Attachment, Chat, EventRow, Part, SandboxMessage } from './types';

/** What a lead did, and the events it made; their deliveries may still be under way. */
export interface LeadAction {
	chatId: string;
	/** The message that the lead wrote, if any. */
	message?: SandboxMessage;
	events: EventRow[];
}

interface ActiveScript {
	phone?: string;
	onText?: RegExp;
	reply: LeadReply;
	afterMs: number;
	/** How often it may still answer. */
	left: number;
}

/** Inbound files do not expire; far enough away for any test of the clock. */
const NEVER_MS = 8_000_000_000_000_000;

/** The people at the other end: they answer when told to, or by script. */
export class Leads {
	private scripts: ActiveScript[] = [];
	private readonly underWay = new Set<Promise<void>>();
	private cancelling = new AbortController();

	constructor(private readonly context: () => Context) {}

	addScripts(scripts: LeadScript[]): void {
		for (const input of scripts) {
			const { phone, onText, reply, afterMs, times } = leadScript.parse(input);
			this.scripts.push({
				...(phone === undefined ? {} : { phone }),
				...(onText === undefined ? {} : { onText: new RegExp(onText, 'i') }),
				reply,
				afterMs,
				left: times ?? Number.POSITIVE_INFINITY,
			});
		}
	}

	/** Forgets all scripts and the answers that are due. */
	clear(): void {
		this.scripts = [];
		this.cancelling.abort();
		this.cancelling = new AbortController();
	}

	/** Resolves when no scripted answer is due or being written. */
	async idle(): Promise<void> {
		while (this.underWay.size > 0) await Promise.all(this.underWay);
	}

	/** Lets the first matching script of each recipient answer a message that was just delivered. */
	onDelivered(message: SandboxMessage): void {
		for (const phone of message.recipients) {
			const script = this.scripts.find(
				(each) =>
					each.left > 0 &&
					(each.phone ?? phone) === phone &&
					(each.onText?.test(message.text) ?? true),
			);
			if (!script) continue;
			script.left -= 1;
			const work = this.answer(script, phone, message).finally(() => this.underWay.delete(work));
			this.underWay.add(work);
		}
	}

	/**
	 * A lead writes, sends a file, or puts on or takes off a tapback.
	 *
	 * @throws Error when there is no such chat, message or file
	 */
	async reply(phone: string, input: LeadReply): Promise<LeadAction> {
		const context = this.context();
		const chat = this.chatFor(phone, input.chatId);
		const events: EventRow[] = [];
		const message =
			input.text !== undefined || input.attachment
				? await this.write(chat, phone, input)
				: undefined;
		if (message) {
			events.push(recordInbound(context, chat, message, phone));
			if (input.legacy ?? context.variants.leadReply)
				events.push(recordLeadReply(context, chat, message, phone));
		}
		if (input.reaction) events.push(this.react(chat, phone, input.reaction));
		return { chatId: chat.id, ...(message ? { message } : {}), events };
	}

	private async answer(
		script: ActiveScript,
		phone: string,
		message: SandboxMessage,
	): Promise<void> {
		const { signal } = this.cancelling;
		const { reaction, ...rest } = script.reply;
		const reply: LeadReply = {
			...rest,
			chatId: message.chatId,
			...(reaction ? { reaction: { messageId: message.id, ...reaction } } : {}),
		};
		try {
			await sleep(script.afterMs, undefined, { signal });
			await this.reply(phone, reply);
		} catch (error) {
			// Cancelled, or a reset left no chat to answer in: there is nobody to tell but a person who watches.
			if (!signal.aborted) this.context().events.emit('scriptFailed', error as Error);
		}
	}

	private chatFor(phone: string, chatId: string | undefined): Chat {
		const context = this.context();
		if (chatId === undefined) return directChat(context, phone).chat;
		const chat = context.state.chats.get(chatId);
		if (!chat) throw new Error(`There is no chat ${chatId}`);
		if (!chat.participants.includes(phone)) throw new Error(`${phone} is not in chat ${chatId}`);
		return chat;
	}

	private async write(chat: Chat, phone: string, input: LeadReply): Promise<SandboxMessage> {
		const context = this.context();
		const parts: Part[] = [];
		if (input.text !== undefined) parts.push({ type: 'text', value: input.text });
		if (input.attachment) {
			const file = await this.storeFile(input.attachment);
			parts.push({
				type: 'media',
				attachment_id: file.id,
				filename: file.fileName,
				mime_type: file.mimeType,
				size_bytes: file.sizeBytes,
			});
		}
		return addMessage(context, {
			chat,
			line: lineOf(context, chat),
			direction: 'inbound',
			route: 'lead',
			parts,
			sender: phone,
		});
	}

	private async storeFile(input: NonNullable<LeadReply['attachment']>): Promise<Attachment> {
		const { files, state, clock, variants } = this.context();
		const stored =
			input.path === undefined
				? await files.write(Readable.from([Buffer.from(input.base64 ?? '', 'base64')]))
				: await files.copy(input.path);
		const attachment: Attachment = {
			id: newId('inboundAttachment', variants.ids),
			fileName: input.fileName,
			mimeType: input.mimeType,
			expiresAt: NEVER_MS,
			uploadedAt: clock.now(),
			...stored,
		};
		state.attachments.set(attachment.id, attachment);
		return attachment;
	}

	private react(
		chat: Chat,
		phone: string,
		{ type, messageId, remove }: NonNullable<LeadReply['reaction']>,
	): EventRow {
		const context = this.context();
		const { messages } = context.state;
		const id =
			messageId ??
			chat.messageIds.filter((each) => messages.get(each)?.direction === 'outbound').at(-1);
		const message = id === undefined ? undefined : messages.get(id);
		if (!message)
			throw new Error(
				id === undefined ? 'There is no message of ours to react to' : `There is no message ${id}`,
			);
		const removed = remove ?? false;
		const known = message.reactions.findIndex((each) => each.from === phone);
		const reaction = { type, from: phone, direction: 'inbound' as const, at: context.clock.iso() };
		// One tapback per person: a new one takes the place of the old one.
		if (known >= 0) message.reactions.splice(known, 1);
		if (!removed) message.reactions.push(reaction);
		context.events.emit('reaction', { message, reaction, removed });
		return recordReaction(context, chat, message, { type, sender: phone, removed });
	}
}
