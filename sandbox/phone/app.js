import { Connect, Steps } from './connect.js';
import { Conversation, Notice } from './conversation.js';
import { summary, timeText, titleOf } from './format.js';
import { Lightbox } from './lightbox.js';
import { addressOf, chatIdIn, Conversations } from './list.js';
import { follow } from './live.js';
import { NewMessage } from './newMessage.js';
import { Store } from './store.js';
import { tapbackName } from './tapbacks.js';
import { html, Icon } from './ui.js';
import { render, useEffect, useState } from './vendor/htm-preact.js';

/** Below this width the list and the conversation take turns; styles/phone.css has the same number. */
const isNarrow = matchMedia('(max-width: 719px)');

const CLOCK_MS = 10_000;

const CONNECTION_TEXT = {
	connecting: 'Connecting',
	live: 'Live',
	lost: 'Connection lost, trying again',
};

const store = new Store();

function StatusBar() {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), CLOCK_MS);
		return () => clearInterval(timer);
	}, []);
	return html`
		<div class="status-bar" aria-hidden="true">
			<span>${timeText(now)}</span><span class="island" />
			<span class="status-icons"><${Icon} name="signal" /><${Icon} name="battery" /></span>
		</div>
	`;
}

function Side({ openDialog }) {
	return html`
		<div class="side">
			<header class="side-head flex">
				<img src="mark.svg" alt="" width="32" height="32" />
				<div>
					<p class="brand">Chert sandbox</p>
					<p class="connection" data-state=${store.connection} role="status">
						${CONNECTION_TEXT[store.connection]}
					</p>
				</div>
			</header>
			<${Conversations} store=${store} />
			${store.info?.note && html`<p class="hint">${store.info.note}</p>`}
			${!store.selected && html`<${Notice} store=${store} />`}
			<div class="side-foot">
				<button
					type="button"
					class="button"
					disabled=${!store.info}
					onclick=${() => openDialog('newMessage')}
				>
					New Message
				</button>
				<button
					type="button"
					class="button"
					disabled=${!store.info}
					onclick=${() => openDialog('connect')}
				>
					Connect n8n
				</button>
			</div>
		</div>
	`;
}

const Welcome = () => html`
	<section class="welcome" aria-labelledby="welcome-title">
		<h2 id="welcome-title">
			${store.chats.size > 0 ? 'Choose a conversation' : 'Waiting for the first message'}
		</h2>
		<p class="lead">
			This page is the phone of everyone your workflows write to. Nothing leaves this computer.
		</p>
		${store.info && html`<${Steps} info=${store.info} />`}
	</section>
`;

function App() {
	const [dialog, setDialog] = useState(null);
	const [photos, setPhotos] = useState(null);
	const chat = store.selected;
	const closeDialog = () => setDialog(null);
	return html`
		${chat && html`<a class="skip" href="#composer-text" onclick=${skip}>Skip to the message box</a>`}
		<main
			class="app"
			data-view=${chat ? 'conversation' : 'list'}
			data-empty=${store.chats.size === 0}
		>
			<h1 class="sr-only">Chert sandbox phone</h1>
			<${Side} openDialog=${setDialog} />
			<div class="phone">
				<${StatusBar} />
				${
					chat
						? html`
								<${Conversation}
									key=${chat.id}
									store=${store}
									chat=${chat}
									openPhoto=${(files, index) => setPhotos({ files, index })}
								/>
							`
						: html`<${Welcome} />`
				}
			</div>
			<p class="sr-only" role="status" aria-live="polite">${store.announcement}</p>
		</main>
		${dialog === 'connect' && html`<${Connect} info=${store.info} onClose=${closeDialog} />`}
		${
			dialog === 'newMessage' &&
			html`
				<${NewMessage}
					lines=${store.info.lines.filter(({ isActive }) => isActive)}
					onSent=${(chatId) => (location.hash = addressOf(chatId))}
					onClose=${closeDialog}
				/>
			`
		}
		${photos && html`<${Lightbox} ...${photos} onClose=${() => setPhotos(null)} />`}
	`;
}

function skip(event) {
	event.preventDefault();
	document.getElementById('composer-text').focus();
}

/** Reads out what others have just done, for those who do not see it. */
function announce({ message, reaction, removed }) {
	const chat = store.chats.get(message.chatId);
	if (!reaction) return store.announce(`New message to ${titleOf(chat)}: ${summary(message)}`);
	const { direction, from, type } = reaction;
	const name = direction === 'outbound' ? 'Workflow' : store.nameIn(chat, from);
	store.announce(`${name} ${removed ? 'removed' : 'added'} ${tapbackName(type)}, ${titleOf(chat)}`);
}

function updateTitle() {
	const unread = [...store.chats.keys()].reduce((sum, id) => sum + store.unread(id), 0);
	const title = store.selected && `${titleOf(store.selected)} ·`;
	document.title = [unread > 0 && `(${unread})`, title, 'Chert sandbox phone']
		.filter(Boolean)
		.join(' ');
}

/** Where list and conversation stand side by side, the first conversation opens without a click. */
function openFirst() {
	const [first] = isNarrow.matches || store.selected ? [] : store.conversations();
	if (!first) return;
	history.replaceState(null, '', addressOf(first.chat.id));
	store.select(first.chat.id);
}

function draw() {
	openFirst();
	updateTitle();
	render(html`<${App} />`, document.body);
}

store.addEventListener('change', draw);
store.addEventListener('news', ({ detail }) => announce(detail));
store.addEventListener('reset', () => {
	history.replaceState(null, '', '#/');
	store.select(null);
	store.notify('The sandbox was reset.');
});
isNarrow.addEventListener('change', draw);
document.addEventListener('visibilitychange', () => store.see());
addEventListener('hashchange', () => {
	const closedId = store.selectedId;
	store.select(chatIdIn(location.hash));
	draw();
	const target = isNarrow.matches ? '#who' : '#composer-text';
	const row = `.row[href="${addressOf(closedId ?? '')}"]`;
	document.querySelector(store.selected ? target : row)?.focus();
});
store.select(chatIdIn(location.hash));
draw();
follow(store);
