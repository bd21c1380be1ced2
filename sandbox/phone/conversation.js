import { reply } from './api.js';
import { Composer } from './composer.js';
import { phoneText, titleOf } from './format.js';
import { Picker, tapbackName, tapbacksOf } from './tapbacks.js';
import { Thread } from './thread.js';
import { Avatar, html, Icon } from './ui.js';
import { useRef, useState } from './vendor/htm-preact.js';

/** What the page says for some seconds, e.g. that no workflow listens; it takes room and covers nothing. */
export const Notice = ({ store }) => html`<p class="notice" role="status">${store.notice}</p>`;

/** Adds a tapback as the customer that the page speaks for, or removes it when it is there. */
async function react(store, message, type, isRemoved) {
	try {
		const { events } = await reply(store.speaker(store.chats.get(message.chatId)), {
			chatId: message.chatId,
			reaction: { type, messageId: message.id, remove: isRemoved },
		});
		const { type: event, delivery } = events.at(-1);
		if (delivery.url === null)
			store.notify(
				`${tapbackName(type)} ${isRemoved ? 'removed' : 'added'}. No workflow listens for ${event}.`,
			);
	} catch (error) {
		store.notify(`Not Delivered: ${error.message}`);
	}
}

/** Names and phone numbers in a row, which breaks between them, and never inside a number. */
const People = ({ people }) =>
	people.map(
		(person, index) =>
			html`${index > 0 && ', '}<span class=${person.startsWith('+') && 'nowrap'}>${person}</span>`,
	);

function Header({ store, chat, title }) {
	const line = store.lineOf(chat);
	const people = chat.participants.map((each) =>
		chat.isGroup ? store.nameIn(chat, each) : phoneText(each),
	);
	const binding = chat.hasLeft ? 'the workflow left' : line && `line ${phoneText(line)}`;
	return html`
		<header class="bar flex">
			<a class="back" href="#/"><${Icon} name="back" />Conversations</a>
			<${Avatar} name=${chat.displayName} isGroup=${chat.isGroup} />
			<div class="bar-names">
				<h2 id="who" class="ellipsis" tabindex="-1">${title}</h2>
				<p>
					${people.join(', ') !== title && html`<${People} people=${people} />${' · '}`}
					<span class="nowrap">${binding}</span>
				</p>
			</div>
		</header>
	`;
}

/** The open conversation: who it is with, its messages, and where to reply. */
export function Conversation({ store, chat, openPhoto }) {
	const zone = useRef(null);
	const [picking, setPicking] = useState(null);
	const title = titleOf(chat);
	const speaker = store.speaker(chat);
	const message = picking && store.messages.get(picking.message.id);
	const current = message && tapbacksOf(message).find(({ from }) => from === speaker)?.type;
	return html`
		<section class="conversation" ref=${zone} aria-labelledby="who">
			<${Header} store=${store} chat=${chat} title=${title} />
			<${Thread}
				store=${store}
				chat=${chat}
				title=${title}
				openPhoto=${openPhoto}
				openPicker=${setPicking}
			/>
			<${Notice} store=${store} />
			<${Composer} store=${store} chat=${chat} zone=${zone} />
			${
				message &&
				html`
					<${Picker}
						...${picking}
						current=${current}
						choose=${(type) => react(store, message, type, type === current)}
						onClose=${() => setPicking(null)}
					/>
				`
			}
		</section>
	`;
}
