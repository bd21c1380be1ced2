import { avatar } from './cards.js';
import { byId, el, reconcile, spoken } from './dom.js';
import { phoneText, shortDateText, summary } from './format.js';

/** Conversations shown at first, and more at each wish: a load test may have thousands. */
const PAGE_CONVERSATIONS = 100;

/** Where a conversation is opened: in the address, so that Back and reload do what one expects. */
export const addressOf = (chatId) => `#/chats/${encodeURIComponent(chatId)}`;

/** Chat id in an address; null for the list. */
export function chatIdIn(hash) {
	const match = /^#\/chats\/(.+)$/.exec(hash);
	return match ? decodeURIComponent(match[1]) : null;
}

/** Name of a conversation: of the lead, of the group, or else the numbers. */
export function titleOf({ displayName, participants }) {
	return displayName === participants.join(', ')
		? participants.map(phoneText).join(', ')
		: displayName;
}

function row({ chat, last }, unread, isCurrent) {
	const from = last?.direction === 'outbound' ? 'Workflow: ' : '';
	const head = el(
		'span',
		{ className: 'row-head' },
		el('strong', {}, titleOf(chat)),
		chat.isGroup && spoken(', group'),
		last && el('time', { dateTime: last.createdAt }, shortDateText(last.createdAt)),
	);
	return el(
		'li',
		{},
		el(
			'a',
			{
				className: 'conversation-row',
				href: addressOf(chat.id),
				'aria-current': isCurrent ? 'true' : null,
				'data-focus': 'row',
			},
			avatar(chat.displayName, chat.isGroup),
			el(
				'span',
				{ className: 'row-text' },
				head,
				el('span', { className: 'row-last' }, last ? from + summary(last) : 'No messages yet'),
			),
			unread > 0 && el('span', { className: 'unread' }, String(unread), spoken(' unread')),
		),
	);
}

/** The list of conversations. */
export function createConversations(store) {
	const list = byId('conversations');
	const more = byId('more-conversations');
	let shownCount = PAGE_CONVERSATIONS;

	function render() {
		const rows = store.conversations();
		byId('no-conversations').hidden = rows.length > 0 || store.connection === 'connecting';
		more.hidden = rows.length <= shownCount;
		reconcile(
			list,
			rows.slice(0, shownCount).map((each) => {
				const { chat, last } = each;
				const unread = store.unread.get(chat.id) ?? 0;
				const isCurrent = chat.id === store.selectedId;
				return {
					key: chat.id,
					signature: JSON.stringify([titleOf(chat), last?.id, last?.text, unread, isCurrent]),
					build: () => row(each, unread, isCurrent),
				};
			}),
		);
	}

	more.addEventListener('click', () => {
		shownCount += PAGE_CONVERSATIONS;
		render();
	});
	return { render };
}
