import type { IDataObject } from 'n8n-workflow';

import type { ChertEvent } from './envelope';

/**
 * The item that a workflow gets with *Simplify* on: the usual values by short names.
 * A message has all of them, `null` where Chert gave none. Of any other event, whose payload is not promised, it has
 * those that the payload gave, and the payload itself, untouched, in `data`.
 */
export function simplify(event: ChertEvent): IDataObject {
	const {
		name,
		eventId,
		receivedAt,
		chatId,
		isGroup,
		messageId,
		from,
		line,
		participants,
		text,
		media,
	} = event;
	if (name === 'message.received') {
		const attachments = media.map((part) => ({ ...part }));
		return {
			event: name,
			eventId,
			receivedAt,
			chatId,
			isGroup,
			messageId,
			from,
			line,
			participants,
			text,
			attachments,
		};
	}
	const known: IDataObject = {
		...withoutNulls({ chatId, isGroup, messageId, from, line }),
		...(participants.length > 0 && { participants }),
		...(text !== '' && { text }),
	};
	return { event: name, eventId, receivedAt, ...known, data: event.data ?? event.envelope };
}

function withoutNulls(values: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
