import { InputError } from './inputError';
import { refuseObject } from './text';

/** Characters that would end or change the path of the request, and everything that cannot be seen or encoded. */
const CHANGES_THE_PATH = /[/\\?#%\s\p{Cc}\p{Cf}\p{Cs}]|^\.{1,2}$/u;

/** What people take for an ID */
const PHONE = /^\+\d/;
const WEB_ADDRESS = /^https?:/i;

/**
 * An opaque id, checked only for what would change the request's path (API section 2.6).
 *
 * @returns the id, not yet URL-encoded
 * @throws InputError when it is empty, holds such a character, or is no single value
 */
export function toId(value: unknown, label: string, source: string): string {
	refuseObject(value, label, 'an ID');
	const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (id === '') throw new InputError(`${label} is empty: use ${source}`);
	if (CHANGES_THE_PATH.test(id)) {
		throw new InputError(
			`${label} "${id}" has a character that no ID has (a slash or a blank, for example): use ${source}`,
		);
	}
	return id;
}

export function toChatId(value: unknown): string {
	refuseMatch(
		value,
		PHONE,
		'Chat ID',
		'is a phone number: use Send, which takes one, or the chat ID from the Chert Trigger',
	);
	return toId(value, 'Chat ID', 'the chat ID from Create Chat or from the Chert Trigger');
}

export const toMessageId = (value: unknown) =>
	toId(value, 'Message ID', 'the message ID from a send or from the Chert Trigger');

export function toAttachmentId(value: unknown, label = 'Attachment ID'): string {
	refuseMatch(
		value,
		WEB_ADDRESS,
		label,
		'is a web address: fetch the file with an HTTP Request node and send it from its binary field',
	);
	return toId(value, label, 'the attachment ID from Upload Attachment or from the Chert Trigger');
}

export function toLineId(value: unknown): string {
	refuseMatch(
		value,
		PHONE,
		'From Line',
		'is a phone number, not the ID of a line: pick the line from the list',
	);
	return toId(value, 'From Line', 'a line from the list');
}

/** @throws InputError for what is mistaken for an ID */
function refuseMatch(value: unknown, mistaken: RegExp, label: string, sentence: string): void {
	if (typeof value === 'string' && mistaken.test(value.trim()))
		throw new InputError(`${label} "${value.trim()}" ${sentence}`);
}
