import { titleOf } from './conversations.js';
import { byId } from './dom.js';
import { summary } from './format.js';
import { tapbackName } from './tapbacks.js';

/** How long a passing notice stays. */
const TOAST_MS = 6000;

let timer;

/** A notice that goes away by itself; screen readers read it out. */
export function toast(text) {
	byId('toast').textContent = text;
	byId('toast').hidden = false;
	clearTimeout(timer);
	timer = setTimeout(() => (byId('toast').hidden = true), TOAST_MS);
}

/** Reads out what others have just done, for those who do not see it. */
export function announce(store, { kind, message, reaction, removed }) {
	const chat = message && store.chats.get(message.chatId);
	if (!chat) return;
	if (kind === 'reaction') {
		const name = reaction.direction === 'outbound' ? 'Workflow' : store.nameIn(chat, reaction.from);
		byId('announcer').textContent =
			`${name} ${removed ? 'took back' : 'put on'} ${tapbackName(reaction.type)}, ${titleOf(chat)}`;
	} else if (message.direction === 'outbound') {
		byId('announcer').textContent = `New message to ${titleOf(chat)}: ${summary(message)}`;
	}
}
