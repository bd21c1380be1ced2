import { phoneText } from './format.js';

/** Where the browser keeps, for each chat, the sequence of the last message that was seen. */
const SEEN_KEY = 'chert-phone-seen';

/** How long a notice stays. */
const NOTICE_MS = 6000;

function storedSeen() {
	try {
		return new Map(Object.entries(JSON.parse(localStorage.getItem(SEEN_KEY) ?? '{}')));
	} catch {
		return new Map();
	}
}

function storeSeen(seen) {
	try {
		localStorage.setItem(SEEN_KEY, JSON.stringify(Object.fromEntries(seen)));
	} catch {
		// A browser without storage knows what was seen until the page closes.
	}
}

/**
 * What the page knows: chats, messages, and the deliveries of the events of inbound messages. Components read it and
 * draw again at each `change` (once per frame); `news` tells each new message or tapback, `reset` that all is gone.
 */
export class Store extends EventTarget {
	/** `GET /control`, or null before the first connection. */
	info = null;
	/** `connecting`, `live` or `lost` */
	connection = 'connecting';
	/** Chat ID of the open conversation, or null. */
	selectedId = null;
	chats = new Map();
	messages = new Map();
	/** Delivery of the event of each inbound message, by message ID; `attempts` is a map by subscription ID. */
	deliveries = new Map();
	/** Unsent text and files of each chat. */
	drafts = new Map();
	/** What the page says for some seconds, e.g. that no workflow listens for a tapback. */
	notice = '';
	/** What screen readers say of news. */
	announcement = '';
	#threads = new Map();
	#directs = new Map();
	#messageOfEvent = new Map();
	/** Who speaks in each group. */
	#speakers = new Map();
	#seen = storedSeen();
	#noticeTimer;
	#isChanging = false;

	/** Replaces everything by what the sandbox says. */
	load({ info, chats, messages, events }) {
		this.info = info;
		this.#clear();
		for (const chat of chats) this.#putChat(chat);
		for (const message of messages) this.#put(message);
		for (const row of events) this.#putEvent(row);
		for (const id of this.#seen.keys()) if (!this.chats.has(id)) this.#seen.delete(id);
		this.see();
	}

	/**
	 * Takes in one event of `GET /control/live`.
	 *
	 * @param {string} type
	 * @param {any} detail
	 * @param {{ isReplay?: boolean }} options replayed events are no news
	 */
	apply(type, detail, { isReplay = false } = {}) {
		const tell = (name, news) =>
			isReplay || this.dispatchEvent(new CustomEvent(name, { detail: news }));
		switch (type) {
			case 'message':
			case 'inbound':
			case 'edited':
			case 'read':
				this.#put(detail);
				if (type === 'message') tell('news', { message: detail });
				break;
			case 'reaction':
				this.#put(detail.message);
				tell('news', detail);
				break;
			case 'chat':
				this.#putChat(detail);
				break;
			case 'typing':
				this.chats.get(detail.chatId).isTyping = detail.state === 'typing';
				break;
			case 'event':
				this.#putEvent(detail);
				break;
			case 'delivery':
				this.#putAttempt(detail.eventId, detail.attempt);
				break;
			case 'reset':
				this.#clear();
				this.#seen.clear();
				tell('reset');
				break;
		}
		this.see();
	}

	setConnection(state) {
		this.connection = state;
		this.#changed();
	}

	/** Opens a conversation; null for the list. */
	select(chatId) {
		this.selectedId = chatId;
		this.see();
	}

	/** Counts the messages of the open conversation as seen, unless the page is hidden. */
	see() {
		const last = this.thread(this.selectedId).at(-1);
		if (last && !document.hidden && this.#seen.get(last.chatId) !== last.sequence) {
			this.#seen.set(last.chatId, last.sequence);
			storeSeen(this.#seen);
		}
		this.#changed();
	}

	/** Number of unread messages in a chat. A customer who replied has read what came before. */
	unread(chatId) {
		const thread = this.thread(chatId);
		const reply = thread.findLast(({ direction, isGroup }) => direction === 'inbound' && !isGroup);
		const seen = Math.max(this.#seen.get(chatId) ?? 0, reply?.sequence ?? 0);
		return thread.filter(({ direction, sequence }) => direction === 'outbound' && sequence > seen)
			.length;
	}

	/** Shows a text for some seconds; screen readers read it out. */
	notify(text) {
		clearTimeout(this.#noticeTimer);
		this.#noticeTimer = setTimeout(() => this.#say('notice', ''), NOTICE_MS);
		this.#say('notice', text);
	}

	/** Lets screen readers say a text. */
	announce(text) {
		this.#say('announcement', text);
	}

	setSpeaker(chatId, phone) {
		this.#speakers.set(chatId, phone);
		this.#changed();
	}

	get selected() {
		return this.chats.get(this.selectedId) ?? null;
	}

	/** Messages of one chat, oldest first. */
	thread(chatId) {
		return this.#threads.get(chatId) ?? [];
	}

	/** Chats with their last message, the one with the newest message first. */
	conversations() {
		const rows = [...this.chats.values()].map((chat) => ({
			chat,
			last: this.thread(chat.id).at(-1) ?? null,
		}));
		return rows.sort((a, b) => (b.last?.sequence ?? 0) - (a.last?.sequence ?? 0));
	}

	/** Members of a chat that can write: those with a phone number. */
	writers(chat) {
		return chat.participants.filter((address) => address.startsWith('+'));
	}

	/** The customer that the page speaks for: of a direct chat, or the chosen member of a group. Null without any. */
	speaker(chat) {
		const able = this.writers(chat);
		const chosen = this.#speakers.get(chat.id);
		return able.includes(chosen) ? chosen : (able[0] ?? null);
	}

	/** Name of a member: of the chat, or of the direct chat that a group's member has; else the number. */
	nameIn(chat, address) {
		const direct = chat.isGroup ? this.#directs.get(address) : chat;
		return direct && direct.displayName !== address ? direct.displayName : phoneText(address);
	}

	/** Phone number of the line that a chat is bound to. */
	lineOf(chat) {
		return this.info?.lines.find(({ phoneLineId }) => phoneLineId === chat.phoneLineId)
			?.phoneNumber;
	}

	#putChat(chat) {
		this.chats.set(chat.id, chat);
		if (!chat.isGroup) this.#directs.set(chat.participants[0], chat);
	}

	#put(message) {
		const thread = this.#threads.get(message.chatId) ?? [];
		if (this.messages.has(message.id))
			thread[thread.findIndex(({ id }) => id === message.id)] = message;
		else thread.push(message);
		this.#threads.set(message.chatId, thread);
		this.messages.set(message.id, message);
	}

	#putEvent({ event_id, payload, delivery }) {
		const messageId = payload.event === 'message.received' && payload.data.message?.id;
		if (!messageId) return;
		this.#messageOfEvent.set(event_id, messageId);
		this.deliveries.set(messageId, { ...delivery, attempts: new Map() });
		for (const attempt of delivery.attempts) this.#putAttempt(event_id, attempt);
	}

	#putAttempt(eventId, attempt) {
		this.deliveries
			.get(this.#messageOfEvent.get(eventId))
			?.attempts.set(attempt.subscription_id, attempt);
	}

	#clear() {
		for (const known of [
			this.chats,
			this.messages,
			this.deliveries,
			this.#threads,
			this.#directs,
			this.#messageOfEvent,
		])
			known.clear();
	}

	#say(place, text) {
		this[place] = text;
		this.#changed();
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
