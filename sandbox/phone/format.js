/** How numbers, times and names are written. */

/** E.164 with blanks, so that a person can read it; anything else as it is. */
export function phoneText(number) {
	const northAmerican = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
	if (northAmerican) return `+1 ${northAmerican.slice(1).join(' ')}`;
	return /^\+\d{7,15}$/.test(number) ? number.replace(/(\+\d{2})(\d{3})(\d+)/, '$1 $2 $3') : number;
}

const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const dayFormat = new Intl.DateTimeFormat(undefined, {
	weekday: 'short',
	day: 'numeric',
	month: 'short',
});

/** @param {string} iso */
export const timeText = (iso) => timeFormat.format(new Date(iso));

/** Day and time of a separator; today without its date. */
export function dayText(iso, now = new Date()) {
	const at = new Date(iso);
	const day = at.toDateString() === now.toDateString() ? 'Today' : dayFormat.format(at);
	return `${day} ${timeFormat.format(at)}`;
}

/** Time today, else the date: for the list. */
export function shortDateText(iso, now = new Date()) {
	const at = new Date(iso);
	return at.toDateString() === now.toDateString() ? timeFormat.format(at) : dayFormat.format(at);
}

export function sizeText(bytes) {
	if (bytes < 1000) return `${bytes} bytes`;
	return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Up to two initials of a name; nothing for a number. */
export function initials(name) {
	const words = name.match(/\p{L}[^\s]*/gu) ?? [];
	return [words[0], words.length > 1 ? words.at(-1) : undefined]
		.map((word) => word?.[0] ?? '')
		.join('')
		.toUpperCase();
}

/** `photo`, `video`, `recording`, or `file`. */
export function fileKind(mimeType) {
	if (mimeType.startsWith('image/')) return 'photo';
	if (mimeType.startsWith('video/')) return 'video';
	return mimeType.startsWith('audio/') ? 'recording' : 'file';
}

/** `invisible_ink` as people say it. */
export function effectText(effect) {
	const words = effect.replaceAll('_', ' ');
	return words[0].toUpperCase() + words.slice(1);
}

/** The address of a link that may be followed; undefined for anything but http and https. */
export function safeHref(url) {
	if (!URL.canParse(url)) return undefined;
	const { protocol, href } = new URL(url);
	return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** Host of a URL without `www.`; the text itself when it is none. */
export const hostText = (url) =>
	URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') || url : url;

const PLURALS = { photo: 'photos', video: 'videos', recording: 'recordings', file: 'files' };

/** What files there are: `photo`, `3 photos`, `2 photos, file`. */
function filesText(message) {
	const counts = new Map();
	for (const part of message.parts) {
		if (part.type !== 'media') continue;
		const kind = fileKind(attachmentOf(message, part).mimeType);
		counts.set(kind, (counts.get(kind) ?? 0) + 1);
	}
	return [...counts]
		.map(([kind, count]) => (count === 1 ? kind : `${count} ${PLURALS[kind]}`))
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
			return `[location] ${part.label ?? part.address ?? ''}`;
		case 'contact':
			return `[contact] ${part.name ?? ''}`;
		case 'media':
			return '';
		default:
			return `[${part.type}]`;
	}
}

/** One line that says what a message holds, for the list and for announcements. */
export function summary(message) {
	const files = filesText(message);
	return [...message.parts.map(partText), files && `[${files}]`]
		.join(' ')
		.replace(/\s+/g, ' ')
		.trim();
}

/** What is known of the file of a media part, which outbound parts name by id only. */
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
