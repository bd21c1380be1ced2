import { InputError } from './inputError';
import { refuseObject } from './text';

/** Characters that would end or change the path of the request, and everything that cannot be seen or encoded. */
const CHANGES_THE_PATH = /[/\\?#%\s\p{Cc}\p{Cf}\p{Cs}]|^\.{1,2}$/u;

/** What people take for an ID */
const PHONE = /^[+(]\d/;
const WEB_ADDRESS = /^https?:/i;
const EVENT_KEY = /^chert:/i;

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
			`${label} "${id}" contains a character that is not allowed in an ID, such as a slash or a space: use ${source}`,
		);
	}
	return id;
}

export function toChatId(value: unknown): string {
	refuseMatch(
		value,
		PHONE,
		'Chat ID',
		'is a phone number: use the chat ID from the Chert Trigger or Create Chat, or the operation Send, which takes a phone number',
	);
	return toId(value, 'Chat ID', 'the chat ID from the Chert Trigger, Send or Create Chat');
}

export const toMessageId = (value: unknown) =>
	toId(
		value,
		'Message ID',
		'the message ID from the Chert Trigger, Send, Send to Chat or Get Many Messages',
	);

export function toAttachmentId(value: unknown, label = 'Attachment ID'): string {
	refuseMatch(
		value,
		WEB_ADDRESS,
		label,
		'is a web address: use File URLs in Send, or a part of the type File From URL',
	);
	return toId(value, label, 'the attachment ID from Upload Attachment or the Chert Trigger');
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

export function toEventRowId(value: unknown): string {
	refuseMatch(
		value,
		EVENT_KEY,
		'Event ID',
		'is the "event_id" of a message: use the ID from Get Many Events, e.g. evt_8X1',
	);
	return toId(value, 'Event ID', 'the ID from Get Many Events');
}

export function toWebhookId(value: unknown, label = 'Webhook'): string {
	refuseMatch(
		value,
		WEB_ADDRESS,
		label,
		'is a web address, not an ID: pick the webhook from the list, or use its ID from Get Many Webhooks',
	);
	return toId(value, label, 'a webhook from the list, or an ID from Get Many Webhooks');
}

/** @throws InputError for what is mistaken for an ID */
function refuseMatch(value: unknown, mistaken: RegExp, label: string, sentence: string): void {
	if (typeof value === 'string' && mistaken.test(value.trim()))
		throw new InputError(`${label} "${value.trim()}" ${sentence}`);
}
