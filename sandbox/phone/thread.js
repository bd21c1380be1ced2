import { avatar } from './cards.js';
import { messageItem } from './bubbles.js';
import { titleOf } from './conversations.js';
import { byId, el, reconcile } from './dom.js';
import { dayText, phoneText } from './format.js';
import { placesOf } from './places.js';

/** Messages shown at first, and more at each wish: a load test may have thousands. */
const PAGE_MESSAGES = 200;

/** Nearer to the end than this counts as being at the end. */
const END_SLACK_PX = 60;

/**
 * The open conversation.
 *
 * @param {import('./store.js').Store} store
 * @param {{ openPhoto: Function, openPicker: Function }} actions
 */
export function createThread(store, { openPhoto, openPicker }) {
	const scroll = byId('scroll');
	const list = byId('thread');
	const newest = byId('newest');
	const earlier = byId('earlier');
	let shownId = null;
	let shownCount = PAGE_MESSAGES;
	let lastId;
	let isAtEnd = true;
	let lastTop = 0;

	function toEnd() {
		isAtEnd = true;
		newest.hidden = true;
		scroll.scrollTop = scroll.scrollHeight;
	}

	scroll.addEventListener('scroll', () => {
		const isNear = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < END_SLACK_PX;
		// Only a person scrolls up; a photo that finishes loading makes the end move away without that.
		if (isNear || scroll.scrollTop < lastTop) isAtEnd = isNear;
		lastTop = scroll.scrollTop;
		if (isAtEnd) newest.hidden = true;
	});
	// Neither such a photo nor a writing box that grows may push the last message out of sight.
	const observer = new ResizeObserver(() => isAtEnd && toEnd());
	observer.observe(scroll);
	observer.observe(list);
	newest.addEventListener('click', () => {
		toEnd();
		scroll.focus({ preventScroll: true });
	});
	earlier.addEventListener('click', () => {
		const height = scroll.scrollHeight;
		isAtEnd = false;
		shownCount += PAGE_MESSAGES;
		render();
		scroll.scrollTop += scroll.scrollHeight - height;
	});
	list.addEventListener('keydown', (event) => moveBetweenMessages(list, event));
	list.addEventListener(
		'focusin',
		({ target }) => target.matches('.react') && makeTabStop(list, target),
	);

	function itemsOf(chat, messages) {
		const persona = store.persona(chat);
		const who = ({ direction, from }) =>
			direction === 'outbound'
				? { name: 'the workflow', isMine: false }
				: { name: from === persona ? 'you' : store.nameIn(chat, from), isMine: from === persona };
		return placesOf(store, chat, messages).flatMap(({ message, place, startsSection }) => {
			const time = dayText(message.createdAt);
			const separator = {
				key: `before ${message.id}`,
				signature: time,
				build: () => el('li', { className: 'day' }, time),
			};
			const item = {
				key: message.id,
				signature: JSON.stringify([message, place, persona]),
				build: () => messageItem(message, place, { openPhoto, openPicker, who }),
			};
			return startsSection ? [separator, item] : [item];
		});
	}

	function renderBar(chat) {
		const title = titleOf(chat);
		byId('who').textContent = title;
		byId('who-avatar').replaceChildren(avatar(chat.displayName, chat.isGroup));
		const numbers = chat.participants
			.map((each) => (chat.isGroup ? store.nameIn(chat, each) : phoneText(each)))
			.join(', ');
		const line = store.info?.lines.find(
			({ phoneLineId }) => phoneLineId === chat.phoneLineId,
		)?.phoneNumber;
		const binding = chat.hasLeft ? 'the workflow has left' : line && `line ${phoneText(line)}`;
		byId('who-sub').textContent = [numbers !== title && numbers, binding]
			.filter(Boolean)
			.join(' · ');
		scroll.setAttribute('aria-label', `Messages with ${title}`);
	}

	function render() {
		const chat = store.selected;
		if (!chat) {
			shownId = null;
			list.replaceChildren();
			return;
		}
		const isOther = chat.id !== shownId;
		if (isOther) {
			shownId = chat.id;
			shownCount = PAGE_MESSAGES;
			isAtEnd = true;
		}
		const all = store.thread(chat.id);
		const hasNew = !isOther && all.at(-1)?.id !== lastId;
		lastId = all.at(-1)?.id;
		renderBar(chat);
		reconcile(list, itemsOf(chat, all.slice(-shownCount)));
		earlier.hidden = all.length <= shownCount;
		byId('typing').hidden = !store.typing.has(chat.id);
		const stops = list.querySelectorAll('.react');
		if (!list.contains(document.activeElement)) makeTabStop(list, stops[stops.length - 1]);
		if (isAtEnd) toEnd();
		else if (hasNew) newest.hidden = false;
	}

	return { render, toEnd };
}

/** Of all React buttons one is a tab stop, so that Tab gets past a long conversation; arrow keys reach the others. */
function makeTabStop(list, button) {
	for (const each of list.querySelectorAll('.react')) each.tabIndex = each === button ? 0 : -1;
}

function moveBetweenMessages(list, event) {
	if (!event.target.matches('.react')) return;
	const stops = [...list.querySelectorAll('.react')];
	const at = stops.indexOf(event.target);
	const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: stops.length - 1 }[event.key];
	if (to === undefined) return;
	event.preventDefault();
	stops[Math.min(Math.max(0, to), stops.length - 1)].focus();
}
