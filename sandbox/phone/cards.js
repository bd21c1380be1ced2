import { el, icon, spoken } from './dom.js';
import { fileKind, hostText, initials, phoneText, safeHref, sizeText } from './format.js';
import { drawnMap } from './map.js';

/** How many colours styles/list.css has for pictures that are drawn instead of fetched. */
const TINTS = 6;

/** A colour that stays the same for a text. */
function tint(text) {
	let sum = 0;
	for (const character of text) sum = (sum * 31 + character.codePointAt(0)) % 9973;
	return `tint-${sum % TINTS}`;
}

/** Round picture of a person or a group: initials, or a drawn group. */
export function avatar(name, isGroup) {
	const letters = isGroup ? '' : initials(name);
	return el(
		'span',
		{ className: `avatar ${tint(name)}`, 'aria-hidden': 'true' },
		letters || icon(isGroup ? 'people' : 'person'),
	);
}

/** Preview of a link. Pictures of other sites are not fetched: their place is drawn and says which would be there. */
export function linkCard({ url, title, summary, image_url: imageUrl }) {
	const host = hostText(url);
	const href = safeHref(url);
	const picture = el(
		'span',
		{
			className: `link-picture ${tint(host)}${imageUrl ? ' link-picture-large' : ''}`,
			'aria-hidden': 'true',
		},
		el('span', { className: 'link-letter' }, host[0]?.toUpperCase() ?? '?'),
		imageUrl &&
			el(
				'span',
				{ className: 'link-image' },
				icon('image'),
				imageUrl.split('/').at(-1) || imageUrl,
			),
	);
	const texts = el(
		'span',
		{ className: 'card-text' },
		el('strong', {}, title ?? host),
		summary && el('span', { className: 'card-summary' }, summary),
		el('span', { className: 'card-small' }, host),
	);
	return href
		? el(
				'a',
				{
					className: 'card',
					href,
					target: '_blank',
					rel: 'noopener noreferrer',
					title: href,
					'data-focus': 'link',
				},
				picture,
				texts,
			)
		: el('span', { className: 'card' }, picture, texts);
}

/** A pin on a drawn map. */
export function locationCard({ latitude, longitude, label, address, mode }) {
	const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
	return el(
		'div',
		{ className: 'card' },
		drawnMap(latitude, longitude),
		el(
			'span',
			{ className: 'card-text' },
			spoken('Location: '),
			el('strong', {}, label ?? address ?? 'Pinned location'),
			label && address && el('span', { className: 'card-summary' }, address),
			el(
				'span',
				{ className: 'card-small' },
				mode === 'url' ? `${where} (sent as a map link)` : where,
			),
		),
	);
}

/** Name and number of a shared contact. */
export function contactCard({ name, vcard_text: vcard = '' }) {
	const field = (key) => new RegExp(`^${key}[^:\\r\\n]*:(.+)$`, 'im').exec(vcard)?.[1].trim();
	const shown = name ?? field('FN') ?? 'Contact';
	return el(
		'div',
		{ className: 'card card-row' },
		avatar(shown, false),
		el(
			'span',
			{ className: 'card-text' },
			spoken('Contact: '),
			el('strong', {}, shown),
			el(
				'span',
				{ className: 'card-small' },
				phoneText(field('TEL') ?? '') || field('EMAIL') || 'Contact card',
			),
		),
	);
}

/** A file that is neither shown nor played: its name and size, saved by a click. */
export function fileCard({ url, fileName, mimeType, sizeBytes }) {
	const kind = /([^/+.]+)$/.exec(mimeType)?.[1].toUpperCase();
	return el(
		'a',
		{ className: 'card card-row', href: url, download: fileName, 'data-focus': url },
		el('span', { className: 'file-icon', 'aria-hidden': 'true' }, icon('file')),
		el(
			'span',
			{ className: 'card-text' },
			el('strong', {}, fileName),
			el(
				'span',
				{ className: 'card-small' },
				[kind, sizeText(sizeBytes)].filter(Boolean).join(', '),
			),
			spoken(', save'),
		),
	);
}

/**
 * A photo that opens large. Kinds that this browser cannot show (HEIC) become a file.
 *
 * @param {object} file as `attachmentOf` gives it
 * @param {() => void} open
 */
export function photo(file, open) {
	const button = el(
		'button',
		{
			type: 'button',
			className: 'photo',
			'aria-label': `Photo ${file.fileName}, open large`,
			'data-focus': file.url,
			onclick: open,
		},
		el('img', { src: file.url, alt: '', onerror: () => button.replaceWith(fileCard(file)) }),
		file.isLive && el('span', { className: 'live' }, 'LIVE'),
	);
	return button;
}

/** Whatever a media part holds, as it is best shown. */
export function media(file, open) {
	switch (fileKind(file.mimeType)) {
		case 'photo':
			return photo(file, open);
		case 'video':
			return el('video', {
				className: 'video',
				src: file.url,
				controls: true,
				preload: 'metadata',
				'aria-label': `Video ${file.fileName}`,
			});
		case 'recording':
			return el('audio', {
				className: 'audio',
				src: file.url,
				controls: true,
				preload: 'metadata',
				'aria-label': `Recording ${file.fileName}`,
			});
		default:
			return fileCard(file);
	}
}
