import { phoneText } from './format.js';

/**
 * What the page knows: conversations, messages, and what became of the events of the leads' messages.
 * Views read it and are told by `change` (batched, once per frame) and by `news` (each new message or tapback).
 */
export class Store extends EventTarget {
	info = null;
	connection = 'connecting';
	selectedId = null;
	chats = new Map();
	messages = new Map();
	/** Messages of each chat, in order. */
	threads = new Map();
	unread = new Map();
	typing = new Set();
	/** Deliveries of the event of an inbound message: `{ isHeard, isRecordedOnly, outcomes: Map<subscription, attempt> }`. */
	deliveries = new Map();
	/** Who speaks in a group. */
	personas = new Map();
	#directs = new Map();
	#messageOfEvent = new Map();
	#isChanging = false;

	/** Replaces everything by what the sandbox says. */
	load({ info, chats, messages, events }) {
		this.info = info;
		this.#clear();
		for (const chat of chats) this.#putChat(chat);
		for (const message of messages) this.#put(message);
		for (const row of events) this.#putEvent(row);
		this.#changed();
	}

	/**
	 * Takes in one event of `/control/live`.
	 *
	 * @param {string} type
	 * @param {any} detail
	 * @param {{ isReplay?: boolean }} options replayed events are no news
	 */
	apply(type, detail, { isReplay = false } = {}) {
		switch (type) {
			case 'message':
			case 'inbound':
			case 'edited':
			case 'read': {
				const isNew = !this.messages.has(detail.id);
				this.#put(detail);
				if (!isNew || isReplay) break;
				this.typing.delete(detail.chatId);
				if (type === 'message' && detail.chatId !== this.selectedId) {
					this.unread.set(detail.chatId, (this.unread.get(detail.chatId) ?? 0) + 1);
				}
				this.#news({ kind: 'message', message: detail });
				break;
			}
			case 'reaction':
				this.#put(detail.message);
				if (!isReplay) this.#news({ kind: 'reaction', ...detail });
				break;
			case 'chat':
				this.#putChat(detail);
				break;
			case 'typing':
				this.typing[detail.state === 'typing' ? 'add' : 'delete'](detail.chatId);
				break;
			case 'event':
				this.#putEvent(detail);
				break;
			case 'delivery':
				this.#putAttempt(detail.eventId, detail.attempt);
				break;
			case 'reset':
				this.#clear();
				this.unread.clear();
				this.typing.clear();
				if (!isReplay) this.#news({ kind: 'reset' });
				break;
		}
		this.#changed();
	}

	setConnection(state) {
		this.connection = state;
		this.#changed();
	}

	/** Opens a conversation; null for the list. */
	select(chatId) {
		this.selectedId = chatId;
		this.unread.delete(chatId);
		this.#changed();
	}

	setPersona(chatId, phone) {
		this.personas.set(chatId, phone);
		this.#changed();
	}

	get selected() {
		return this.chats.get(this.selectedId) ?? null;
	}

	/** Messages of one conversation, oldest first. */
	thread(chatId) {
		return this.threads.get(chatId) ?? [];
	}

	/** Conversations with their last message, the liveliest first. */
	conversations() {
		const rows = [...this.chats.values()].map((chat) => ({
			chat,
			last: this.thread(chat.id).at(-1) ?? null,
		}));
		return rows.sort((a, b) => (b.last?.sequence ?? 0) - (a.last?.sequence ?? 0));
	}

	/** Who of a chat can write: those with a phone number. */
	writers(chat) {
		return chat.participants.filter((address) => address.startsWith('+'));
	}

	/** Whom the page speaks for in a chat: its lead, or the chosen member of a group. Null when nobody can write. */
	persona(chat) {
		const able = this.writers(chat);
		const chosen = this.personas.get(chat.id);
		return able.includes(chosen) ? chosen : (able[0] ?? null);
	}

	/** Name of a participant: of the chat, or of the direct chat that a group's member has; else the number. */
	nameIn(chat, phone) {
		const direct = chat.isGroup ? this.#directs.get(phone) : chat;
		return direct && direct.displayName !== phone ? direct.displayName : phoneText(phone);
	}

	#putChat(chat) {
		this.chats.set(chat.id, chat);
		if (!chat.isGroup) this.#directs.set(chat.participants[0], chat);
	}

	#put(message) {
		const thread = this.threads.get(message.chatId) ?? [];
		if (this.messages.has(message.id))
			thread[thread.findIndex(({ id }) => id === message.id)] = message;
		else thread.push(message);
		this.threads.set(message.chatId, thread);
		this.messages.set(message.id, message);
	}

	#putEvent({ event_id, payload, delivery }) {
		const messageId = payload.event === 'message.received' && payload.data.message?.id;
		if (!messageId) return;
		this.#messageOfEvent.set(event_id, messageId);
		this.deliveries.set(messageId, {
			isHeard: delivery.url !== null,
			isRecordedOnly: delivery.status === 'dev_inbox',
			outcomes: new Map(),
		});
		for (const attempt of delivery.attempts) this.#putAttempt(event_id, attempt);
	}

	#putAttempt(eventId, attempt) {
		this.deliveries
			.get(this.#messageOfEvent.get(eventId))
			?.outcomes.set(attempt.subscription_id, attempt);
	}

	#clear() {
		for (const map of [
			this.chats,
			this.#directs,
			this.messages,
			this.threads,
			this.deliveries,
			this.#messageOfEvent,
		])
			map.clear();
	}

	#news(detail) {
		this.dispatchEvent(new CustomEvent('news', { detail }));
	}

	#changed() {
		if (this.#isChanging) return;
		this.#isChanging = true;
		// A hidden page gets no frames; it must still follow.
		const later = document.hidden ? queueMicrotask : requestAnimationFrame;
		later(() => {
			this.#isChanging = false;
			this.dispatchEvent(new Event('change'));
		});
	}
}
