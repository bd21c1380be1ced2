/** How numbers, times, names and contents are written. */

/** E.164 as a person writes it, `+1 (555) 010-0123`; anything else as it is. */
export function phoneText(number) {
	const northAmerican = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
	if (northAmerican) return `+1 (${northAmerican[1]}) ${northAmerican[2]}-${northAmerican[3]}`;
	return /^\+\d{7,15}$/.test(number) ? number.replace(/(\+\d{2})(\d{3})(\d+)/, '$1 $2 $3') : number;
}

/** E.164 of what a person types; a national number counts as one of the US. Null for anything else. */
export function e164(text) {
	if (/[^\d\s().+-]/.test(text)) return null;
	const digits = text.replace(/[^\d+]/g, '');
	if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
	const national = /^1?([2-9]\d{9})$/.exec(digits);
	return national ? `+1${national[1]}` : null;
}

const timeFormat = new Intl.DateTimeFormat('en-US', { timeStyle: 'short' });
const dayFormat = new Intl.DateTimeFormat('en-US', {
	weekday: 'short',
	day: 'numeric',
	month: 'short',
});

const isToday = (at) => at.toDateString() === new Date().toDateString();

/** @param {string | number | Date} at */
export const timeText = (at) => timeFormat.format(new Date(at));

/** Day and time above a group of messages. */
export const dayText = (iso) =>
	`${isToday(new Date(iso)) ? 'Today' : dayFormat.format(new Date(iso))} ${timeText(iso)}`;

/** Time today, else the date: for the list. */
export const shortDateText = (iso) =>
	(isToday(new Date(iso)) ? timeFormat : dayFormat).format(new Date(iso));

export function sizeText(bytes) {
	if (bytes < 1000) return `${bytes} bytes`;
	return bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Up to two initials of a name; nothing for a number. */
export function initials(name) {
	const words = name.match(/\p{L}[^\s]*/gu) ?? [];
	return [words[0], words.length > 1 ? words.at(-1) : undefined]
		.map((word) => word?.[0] ?? '')
		.join('')
		.toUpperCase();
}

/** Name of a conversation: of the customer, of the group, or else the numbers. */
export const titleOf = ({ displayName, participants }) =>
	displayName === participants.join(', ') ? participants.map(phoneText).join(', ') : displayName;

/** `Ana`, `Ana and Ben`, `Ana, Ben, and you`. */
export const listText = (names) => new Intl.ListFormat('en-US').format(names);

/** `invisible_ink` as people say it. */
export function effectText(effect) {
	const words = effect.replaceAll('_', ' ');
	return words[0].toUpperCase() + words.slice(1);
}

/** The address of a link that may be opened; undefined for anything but http and https. */
export function safeHref(url) {
	if (!URL.canParse(url)) return undefined;
	const { protocol, href } = new URL(url);
	return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** Host of a URL without `www.`; the text itself when it is none. */
export const hostText = (url) =>
	URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') || url : url;

/** Host and path of a webhook address, with long IDs cut: `localhost:5678/webhook/8ad7c3fb…/webhook`. */
export function webhookText(url) {
	if (!URL.canParse(url)) return url;
	const { host, pathname } = new URL(url);
	return host + pathname.replace(/[\w-]{20,}/g, (id) => `${id.slice(0, 8)}…`);
}

/** `photo`, `video`, `recording`, or `file`. */
export function fileKind(mimeType) {
	if (mimeType.startsWith('image/')) return 'photo';
	if (mimeType.startsWith('video/')) return 'video';
	return mimeType.startsWith('audio/') ? 'recording' : 'file';
}

/** What is known of the file of a media part, which outbound parts name by ID only. */
export function attachmentOf(message, part) {
	const known = message.attachments.find(({ attachmentId }) => attachmentId === part.attachment_id);
	return {
		url: `control/media/${encodeURIComponent(part.attachment_id)}`,
		fileName: known?.fileName ?? part.filename ?? 'file',
		mimeType: known?.mimeType ?? part.mime_type ?? 'application/octet-stream',
		sizeBytes: known?.sizeBytes ?? part.size_bytes ?? 0,
		isLive: Boolean(part.live_photo),
	};
}

/** What files a message has: `1 Photo`, `2 Photos, 1 File`. */
function filesText(message) {
	const counts = {};
	for (const part of message.parts) {
		if (part.type !== 'media') continue;
		const kind = effectText(fileKind(attachmentOf(message, part).mimeType));
		counts[kind] = (counts[kind] ?? 0) + 1;
	}
	return Object.entries(counts)
		.map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`)
		.join(', ');
}

function partText(part) {
	switch (part.type) {
		case 'text':
			return part.value;
		case 'rich_link':
		case 'link':
			return part.title ?? hostText(part.url);
		case 'location':
			return ['Location', part.label ?? part.address].filter(Boolean).join(': ');
		case 'contact':
			return ['Contact Card', part.name].filter(Boolean).join(': ');
		default:
			return '';
	}
}

/** One line that says what a message holds, for the list and for announcements. */
export const summary = (message) =>
	[...message.parts.map(partText), filesText(message)]
		.filter(Boolean)
		.join(' · ')
		.replace(/\s+/g, ' ');
