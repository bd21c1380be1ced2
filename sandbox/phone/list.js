import { shortDateText, summary, titleOf } from './format.js';
import { Avatar, html, Spoken } from './ui.js';
import { useState } from './vendor/htm-preact.js';

/** Conversations shown at first, and added by each Show More: a load test may have thousands. */
const PAGE_CONVERSATIONS = 100;

/** Where a conversation is opened: in the address, so that Back and reload do what one expects. */
export const addressOf = (chatId) => `#/chats/${encodeURIComponent(chatId)}`;

/** Chat ID in an address; null for the list. */
export function chatIdIn(hash) {
	const match = /^#\/chats\/(.+)$/.exec(hash);
	return match ? decodeURIComponent(match[1]) : null;
}

/** Conversations whose name, number or messages hold a text; each with the newest message that does. */
function search(store, query) {
	const rows = store.conversations();
	const wanted = query.trim().toLowerCase();
	if (wanted === '') return rows;
	const digits = wanted.replace(/[\s().+-]/g, '');
	return rows.flatMap(({ chat, last }) => {
		const hit = store
			.thread(chat.id)
			.findLast((each) => summary(each).toLowerCase().includes(wanted));
		const isNamed =
			titleOf(chat).toLowerCase().includes(wanted) ||
			(/^\d+$/.test(digits) && chat.participants.some((address) => address.includes(digits)));
		return hit || isNamed ? [{ chat, last: hit ?? last }] : [];
	});
}

function Row({ chat, last, unread, isCurrent }) {
	return html`
		<li>
			<a class="row flex" href=${addressOf(chat.id)} aria-current=${isCurrent ? 'true' : null}>
				<${Avatar} name=${chat.displayName} isGroup=${chat.isGroup} />
				<span class="row-text">
					<span class="row-head">
						<strong class="ellipsis">${titleOf(chat)}</strong>
						${chat.isGroup && html`<${Spoken}>, group<//>`}
						${last && html`<time datetime=${last.createdAt}>${shortDateText(last.createdAt)}</time>`}
					</span>
					<span class="row-foot">
						<span class="row-last ellipsis">
							${last ? (last.direction === 'outbound' ? 'Workflow: ' : '') + summary(last) : 'No messages'}
						</span>
						${unread > 0 && html`<span class="unread">${unread}<${Spoken}> unread<//></span>`}
					</span>
				</span>
			</a>
		</li>
	`;
}

/** The list of conversations with its search. */
export function Conversations({ store }) {
	const [query, setQuery] = useState('');
	const [shownCount, setShownCount] = useState(PAGE_CONVERSATIONS);
	const rows = search(store, query);
	const hint =
		store.chats.size > 0
			? 'No results'
			: 'No conversations. They appear here when a workflow sends a message.';
	return html`
		<nav aria-label="Conversations">
			<input
				type="search"
				class="search"
				placeholder="Search"
				aria-label="Search"
				value=${query}
				oninput=${({ target }) => setQuery(target.value)}
			/>
			<ul class="rows">
				${rows
					.slice(0, shownCount)
					.map(
						(each) => html`
							<${Row}
								key=${each.chat.id}
								...${each}
								unread=${store.unread(each.chat.id)}
								isCurrent=${each.chat.id === store.selectedId}
							/>
						`,
					)}
			</ul>
			${
				rows.length > shownCount &&
				html`<button class="button" onclick=${() => setShownCount(shownCount + PAGE_CONVERSATIONS)}>
					Show More
				</button>`
			}
			${rows.length === 0 && store.connection !== 'connecting' && html`<p class="hint">${hint}</p>`}
		</nav>
	`;
}
