import { contactCard, linkCard, locationCard, media, photo } from './cards.js';
import { el, icon, spoken } from './dom.js';
import { attachmentOf, effectText, fileKind, safeHref, summary, timeText } from './format.js';
import { badges, opensOnHold } from './tapbacks.js';

/** An address in a text, without the punctuation that ends the sentence. */
const LINK = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]]/g;

/** A collage has room for this many photos; the last one says how many more there are. */
const COLLAGE_PHOTOS = 4;

/** Longest part of a message that a button's name quotes. */
const QUOTE_LENGTH = 60;

/**
 * How a message stands among its neighbours.
 *
 * @typedef {{ isMine: boolean, sender: string, showsSender: boolean, isFirst: boolean, isLast: boolean, receipt: string | null, isTrouble: boolean }} Place
 */

/** Text with its addresses made links. */
function withLinks(text) {
	const nodes = [];
	let from = 0;
	for (const match of text.matchAll(LINK)) {
		const href = safeHref(match[0]);
		if (!href) continue;
		nodes.push(
			text.slice(from, match.index),
			el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, match[0]),
		);
		from = match.index + match[0].length;
	}
	return [...nodes, text.slice(from)];
}

/** Photos that were sent as one group. */
function collage(files, openPhoto) {
	const shown = files
		.slice(0, COLLAGE_PHOTOS)
		.map((file, index) => photo(file, () => openPhoto(files, index)));
	const hidden = files.length - shown.length;
	if (hidden > 0) {
		const last = shown[shown.length - 1];
		last.append(el('span', { className: 'more', 'aria-hidden': 'true' }, `+${hidden}`));
		last.setAttribute('aria-label', `${last.getAttribute('aria-label')}, and ${hidden} more`);
	}
	return el(
		'div',
		{
			className: `collage collage-${shown.length}`,
			role: 'group',
			'aria-label': `${files.length} photos`,
		},
		...shown,
	);
}

function bubbleOf(part) {
	switch (part.type) {
		case 'text':
			return el('p', { className: 'bubble' }, ...withLinks(part.value));
		case 'rich_link':
		case 'link':
			return linkCard(part);
		case 'location':
			return locationCard(part);
		case 'contact':
			return contactCard(part);
		default:
			return el('p', { className: 'bubble' }, `[${part.type}]`);
	}
}

/** The bubbles of a message in their order; photos of a grouped message that follow one another are one. */
function bubblesOf(message, openPhoto) {
	const bubbles = [];
	let photos = [];
	const endPhotos = () => {
		const group = photos;
		if (group.length > 1) bubbles.push(collage(group, openPhoto));
		if (group.length === 1) bubbles.push(photo(group[0], () => openPhoto(group, 0)));
		photos = [];
	};
	for (const part of message.parts) {
		const file = part.type === 'media' ? attachmentOf(message, part) : null;
		const isPhoto = file !== null && fileKind(file.mimeType) === 'photo';
		if (!isPhoto || !message.parallelAttachments) endPhotos();
		if (isPhoto) photos.push(file);
		else bubbles.push(file ? media(file) : bubbleOf(part));
	}
	endPhotos();
	return bubbles;
}

function notes(message) {
	const lines = [
		message.effect && `Sent with ${effectText(message.effect)}`,
		message.editHistory.length > 0 && 'Edited',
	];
	return lines.filter(Boolean).map((line) => el('p', { className: 'note' }, line));
}

/**
 * One message of a conversation.
 *
 * @param {object} message as `GET /control/messages` lists it
 * @param {Place} place
 * @param {{ openPhoto: Function, openPicker: Function, who: Function }} actions
 * @returns {HTMLLIElement}
 */
export function messageItem(message, place, { openPhoto, openPicker, who }) {
	const text = summary(message);
	const quote = text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text;
	const stack = el(
		'div',
		{ className: 'stack' },
		...bubblesOf(message, openPhoto).map((bubble) => el('div', { className: 'piece' }, bubble)),
	);
	const current = message.reactions.find((reaction) => who(reaction).isMine)?.type;
	const open = () =>
		openPicker(message, stack.firstElementChild, button, current, `Tapback on “${quote}”`);
	const button = el(
		'button',
		{
			type: 'button',
			id: `react-${message.id}`,
			className: 'react',
			'aria-label': `React to “${quote}”`,
			title: 'React',
			'data-focus': 'react',
			onclick: open,
		},
		icon('smile'),
	);
	const tapbacks = badges(message.reactions, who);
	if (tapbacks) stack.firstElementChild.append(tapbacks);
	opensOnHold(stack, open);
	const state =
		place.receipt &&
		el('span', { className: place.isTrouble ? 'trouble' : '' }, ` · ${place.receipt}`);
	const isShown = {
		message: true,
		[place.isMine ? 'mine' : 'theirs']: true,
		first: place.isFirst,
		last: place.isLast,
		reacted: tapbacks !== null,
	};
	return el(
		'li',
		{
			className: Object.keys(isShown)
				.filter((name) => isShown[name])
				.join(' '),
		},
		place.showsSender
			? el('p', { className: 'sender' }, place.sender)
			: spoken(`${place.sender}: `),
		el('div', { className: 'line' }, stack, button),
		...notes(message),
		place.isLast || place.receipt
			? el(
					'p',
					{ className: 'meta' },
					el('time', { dateTime: message.createdAt }, timeText(message.createdAt)),
					state,
				)
			: spoken(timeText(message.createdAt)),
	);
}
