import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { newCancellation } from '../world/cancellation';
import { recordInbound, recordLeadReply, recordReaction } from '../world/eventLog';
import { newId } from '../world/ids';
import {
	addMessage,
	addReaction,
	directChat,
	lineById,
	lineOf,
	removeReaction,
} from '../world/messaging';
import type { RecipientReply, ValidReplyScript } from '../schemas/control';
import type { Attachment, Chat, EventRow, Part, SandboxMessage } from '../world/types';
import type { World } from '../world/world';

/** What a recipient did, and the events that it caused; their deliveries may still be pending. */
export interface RecipientAction {
	chatId: string;
	/** The message that the recipient wrote, if any. */
	message?: SandboxMessage;
	events: EventRow[];
}

interface ActiveScript {
	phone?: string;
	onText?: RegExp;
	reply: RecipientReply;
	afterMs: number;
	/** How often it may still run. */
	runsLeft: number;
}

/** Inbound files do not expire: later than any test sets the clock. */
const NEVER_MS = 8_000_000_000_000_000;

/** The people who own the phones: they write and react when the control API says so, or by script. */
export class SimulatedRecipients {
	private scripts: ActiveScript[] = [];
	private readonly pending = new Set<Promise<void>>();
	private cancellation = newCancellation();

	/** Runs scripts on every message that the world delivers. */
	constructor(private readonly world: World) {
		world.events.on('message', (message) => this.runScripts(message));
	}

	addScripts(scripts: ValidReplyScript[]): void {
		for (const { phone, onText, reply, afterMs, times } of scripts) {
			this.scripts.push({
				...(phone === undefined ? {} : { phone }),
				...(onText === undefined ? {} : { onText: new RegExp(onText, 'i') }),
				reply,
				afterMs,
				runsLeft: times ?? Number.POSITIVE_INFINITY,
			});
		}
	}

	/** Removes all scripts and cancels the replies that are due. */
	clear(): void {
		this.scripts = [];
		this.cancellation.abort();
		this.cancellation = newCancellation();
	}

	/** Resolves when no scripted reply is due. */
	async idle(): Promise<void> {
		while (this.pending.size > 0) await Promise.all(this.pending);
	}

	/** Runs the first matching script of each recipient of a delivered message. */
	private runScripts(message: SandboxMessage): void {
		for (const phone of message.recipients) {
			const script = this.scripts.find(
				(each) =>
					each.runsLeft > 0 &&
					(each.phone ?? phone) === phone &&
					(each.onText?.test(message.text) ?? true),
			);
			if (!script) continue;
			script.runsLeft -= 1;
			const work = this.runScript(script, phone, message).finally(() => this.pending.delete(work));
			this.pending.add(work);
		}
	}

	/**
	 * A recipient writes, sends a file, or adds or removes a reaction.
	 *
	 * @throws Error when there is no such chat, message or file
	 */
	async reply(phone: string, input: RecipientReply): Promise<RecipientAction> {
		const { world } = this;
		const chat = this.chatFor(phone, input);
		const events: EventRow[] = [];
		const message =
			input.text !== undefined || input.attachment
				? await this.write(chat, phone, input)
				: undefined;
		if (message) {
			events.push(recordInbound(world, chat, message, phone));
			if (input.legacy ?? world.variants.leadReply)
				events.push(recordLeadReply(world, chat, message, phone));
		}
		if (input.reaction) events.push(...this.react(chat, phone, input.reaction));
		return { chatId: chat.id, ...(message ? { message } : {}), events };
	}

	private async runScript(
		script: ActiveScript,
		phone: string,
		message: SandboxMessage,
	): Promise<void> {
		const { signal } = this.cancellation;
		const { reaction, ...rest } = script.reply;
		const reply: RecipientReply = {
			...rest,
			chatId: message.chatId,
			...(reaction ? { reaction: { messageId: message.id, ...reaction } } : {}),
		};
		try {
			await sleep(script.afterMs, undefined, { signal });
			await this.reply(phone, reply);
		} catch (error) {
			// A reset may have removed the chat: nobody waits for this reply, so listeners are told.
			if (!signal.aborted) this.world.events.emit('scriptFailed', error as Error);
		}
	}

	private chatFor(phone: string, input: RecipientReply): Chat {
		const { world } = this;
		const { name, phoneLineId, reaction } = input;
		const chatId = input.chatId ?? world.state.messages.get(reaction?.messageId ?? '')?.chatId;
		if (chatId === undefined) {
			return directChat(world, phone, {
				...(name === undefined ? {} : { name }),
				...(phoneLineId === undefined ? {} : { line: lineById(world, phoneLineId) }),
			}).chat;
		}
		const chat = world.state.chats.get(chatId);
		if (!chat) throw new Error(`There is no chat ${chatId}`);
		if (!chat.participants.includes(phone)) throw new Error(`${phone} is not in chat ${chatId}`);
		return chat;
	}

	private async write(chat: Chat, phone: string, input: RecipientReply): Promise<SandboxMessage> {
		const { world } = this;
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
		return addMessage(world, {
			chat,
			line: lineOf(world, chat),
			direction: 'inbound',
			route: 'lead',
			parts,
			sender: phone,
		});
	}

	private async storeFile(input: NonNullable<RecipientReply['attachment']>): Promise<Attachment> {
		const { files, state, clock, variants } = this.world;
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

	/** One reaction per person and message: a new one replaces the previous one (§5.3). */
	private react(
		chat: Chat,
		phone: string,
		{ type, messageId, remove = false }: NonNullable<RecipientReply['reaction']>,
	): EventRow[] {
		const { world } = this;
		const message = this.messageToReactTo(chat, messageId);
		const current = message.reactions.find(({ from }) => from === phone);
		if (remove && current?.type !== type) throw new Error(`${phone} has no reaction ${type} there`);
		if (!remove && current?.type === type) return [];
		const at = world.clock.iso();
		const removed = remove
			? removeReaction(world, message, phone)
			: addReaction(world, message, { type, from: phone, direction: 'inbound', at });
		return [
			...(removed
				? [
						recordReaction(world, chat, message, {
							type: removed.type,
							sender: phone,
							removed: true,
						}),
					]
				: []),
			...(remove
				? []
				: [recordReaction(world, chat, message, { type, sender: phone, removed: false })]),
		];
	}

	private messageToReactTo(chat: Chat, messageId: string | undefined): SandboxMessage {
		const { messages } = this.world.state;
		const isOurs = (id: string): boolean => messages.get(id)?.direction === 'outbound';
		const id = messageId ?? chat.messageIds.filter(isOurs).at(-1);
		if (id === undefined) throw new Error('There is no message of ours to react to');
		const message = messages.get(id);
		if (!message || !chat.messageIds.includes(id)) throw new Error(`There is no message ${id}`);
		return message;
	}
}
