import { reply } from './api.js';
import { createComposer } from './composer.js';
import { addressOf, chatIdIn, createConversations, titleOf } from './conversations.js';
import { byId, icon } from './dom.js';
import { createLeadForm } from './lead.js';
import { createLightbox } from './lightbox.js';
import { follow } from './live.js';
import { announce, toast } from './notices.js';
import { createSetup } from './setup.js';
import { Store } from './store.js';
import { createPicker, tapbackName } from './tapbacks.js';
import { createThread } from './thread.js';

/** Below this width the list and the conversation take turns; styles/phone.css has the same number. */
const isNarrow = matchMedia('(max-width: 719px)');

const CLOCK_MS = 10_000;

const CONNECTION_TEXT = {
	connecting: 'Connecting',
	live: 'Live',
	lost: 'Connection lost, trying again',
};

const store = new Store();
const thread = createThread(store, {
	openPhoto: createLightbox(),
	openPicker: createPicker(react),
});
const composer = createComposer(store, thread.toEnd);
const conversations = createConversations(store);
const setup = createSetup(store);
createLeadForm((chatId) => (location.hash = addressOf(chatId)));

/** Puts a tapback on as the lead that the page speaks for, or takes it back. */
async function react(message, type, remove) {
	const chat = store.chats.get(message.chatId);
	try {
		const { events } = await reply(store.persona(chat), {
			chatId: chat.id,
			reaction: { type, messageId: message.id, remove },
		});
		const unheard = events.find(({ delivery }) => delivery.url === null);
		if (unheard)
			toast(
				`${tapbackName(type)} ${remove ? 'taken back' : 'put on'}. No workflow listens for ${unheard.type}.`,
			);
	} catch (error) {
		toast(`Not done: ${error.message}`);
	}
}

function renderFrame() {
	const chat = store.selected;
	byId('app').dataset.view = chat ? 'conversation' : 'list';
	byId('welcome').hidden = chat !== null;
	byId('conversation').hidden = chat === null;
	byId('skip').hidden = chat === null;
	byId('welcome-title').textContent =
		store.chats.size > 0 ? 'Choose a conversation' : 'Waiting for the first message';
	const connection = byId('connection');
	if (connection.dataset.state !== store.connection) {
		connection.dataset.state = store.connection;
		connection.textContent = CONNECTION_TEXT[store.connection];
	}
	const unread = [...store.unread.values()].reduce((sum, count) => sum + count, 0);
	document.title = [
		unread > 0 && `(${unread})`,
		chat && `${titleOf(chat)} ·`,
		'Chert sandbox phone',
	]
		.filter(Boolean)
		.join(' ');
}

function render() {
	openFirst();
	renderFrame();
	setup.render();
	conversations.render();
	composer.render();
	thread.render();
}

/** Where list and conversation stand side by side, the first message needs no click to be seen. */
function openFirst() {
	if (store.selected || isNarrow.matches) return;
	const [first] = store.conversations();
	if (!first) return;
	history.replaceState(null, '', addressOf(first.chat.id));
	store.select(first.chat.id);
}

store.addEventListener('change', render);
store.addEventListener('news', ({ detail }) => {
	if (detail.kind !== 'reset') return announce(store, detail);
	history.replaceState(null, '', '#/');
	store.select(null);
	toast('The sandbox was reset.');
});
addEventListener('hashchange', () => {
	store.select(chatIdIn(location.hash));
	render();
	if (!store.selected) byId('conversations').querySelector('a')?.focus();
	else if (isNarrow.matches) byId('who').focus();
	else composer.focus();
});
isNarrow.addEventListener('change', render);

const showTime = () =>
	(byId('clock').textContent = new Date().toLocaleTimeString([], {
		hour: 'numeric',
		minute: '2-digit',
	}));
setInterval(showTime, CLOCK_MS);
showTime();
byId('back').prepend(icon('back'));
byId('status-icons').append(icon('signal'), icon('battery'));
store.select(chatIdIn(location.hash));
follow(store);
