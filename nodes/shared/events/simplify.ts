import type { IDataObject } from 'n8n-workflow';

import type { ChertEvent } from './envelope';
import { findOptOutWord } from './optOut';

/**
 * The item that a workflow gets with *Simplify* on: the usual values by short names.
 *
 * A message has all of them, `null` where Chert gives none; `sessionId` and `chatInput` are what n8n's AI nodes look
 * for. Of any other event, whose payload is not documented, the item has the values that the payload has, and the
 * payload itself, unchanged, in `data`.
 *
 * @param optOutWords messages that consist of one of these words are marked with `optOut`
 */
export function simplifyEvent(event: ChertEvent, optOutWords: readonly string[]): IDataObject {
	const { name, eventId, receivedAt, chatId, isGroup, messageId, from, line, participants, text } =
		event;
	if (name === 'message.received') {
		const optOutWord = findOptOutWord(text, optOutWords);
		return {
			event: name,
			eventId,
			receivedAt,
			chatId,
			sessionId: chatId,
			isGroup,
			messageId,
			from,
			line,
			participants,
			text,
			chatInput: text,
			optOut: optOutWord !== null,
			optOutWord,
			attachments: event.media.map((part) => ({ ...part })),
		};
	}
	const known: IDataObject = {
		...withoutNulls({ chatId, isGroup, messageId, from, line }),
		...(participants.length > 0 && { participants }),
		...(text !== '' && { text }),
	};
	return { event: name, eventId, receivedAt, ...known, data: event.data ?? event.envelope };
}

/**
 * The item of a turn: the newest message, with the text and the attachments of all. Several messages together are never
 * an opt-out word.
 *
 * @param events in the order in which they were written, at least one
 */
export function simplifyTurn(
	events: readonly ChertEvent[],
	optOutWords: readonly string[],
): IDataObject {
	const newest = simplifyEvent(events[events.length - 1], events.length === 1 ? optOutWords : []);
	const messages = events.map(({ eventId, messageId, receivedAt, from, text, media }) => ({
		eventId,
		messageId,
		receivedAt,
		from,
		text,
		attachments: media.map((part) => ({ ...part })),
	}));
	const text = joinTexts(events);
	const attachments = messages.flatMap((message) => message.attachments);
	return { ...newest, text, chatInput: text, attachments, messages };
}

function joinTexts(events: readonly ChertEvent[]): string {
	return events
		.map(({ text }) => text)
		.filter((text) => text !== '')
		.join('\n');
}

function withoutNulls(values: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
