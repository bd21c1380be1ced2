import type { IDataObject } from 'n8n-workflow';

import { unwrapObject } from '../../shared/responseBody';
import { ItemError } from '../transport/itemError';
import type { Output, Plan, Result } from '../transport/operation';
import type { Settings } from './questionSettings';

/** What the question's output has, until its answer takes its place. */
export interface SentQuestion {
	messageId: string;
	chatId?: string;
	/**
	 * When Chert was asked to send it, by Chert's own clock, milliseconds since 1970; to the second. Unknown when an
	 * earlier attempt may have sent it
	 */
	sentAt?: number;
}

/**
 * The request that asks the question. Source: API sections 3.1 and 3.3.
 *
 * @param link the page for the answer, when it is given there
 */
export function planRequest(
	{ recipient, message, page }: Pick<Settings, 'recipient' | 'message' | 'page'>,
	link: string | undefined,
	ownKey: string,
): Pick<Plan, 'orderingKey' | 'repeat' | 'request' | 'toOutput'> {
	if (recipient.phone !== undefined) {
		// Only text goes to a phone number: the phone shows the preview of an address in a separate bubble.
		const body = link === undefined ? message : `${message}\n\n${link}`;
		return {
			orderingKey: recipient.phone,
			repeat: { keyIn: 'body', ownKey },
			request: { method: 'POST', path: '/send', json: { phone: recipient.phone, body } },
			toOutput,
		};
	}
	const parts: IDataObject[] = [{ type: 'text', value: message }];
	if (link !== undefined) parts.push({ type: 'rich_link', url: link, title: page.title });
	return {
		orderingKey: recipient.chatId,
		repeat: { keyIn: 'message', ownKey },
		request: {
			method: 'POST',
			path: `/chats/${encodeURIComponent(recipient.chatId)}/messages`,
			json: { message: { parts } },
		},
		toOutput,
	};
}

/** @throws ItemError when Chert did not send the question */
function toOutput({ body, response, outcomeWasUnknown }: Result): Output {
	if (body.status === 'duplicate') {
		throw new ItemError({
			message: 'Chert did not send the question, because this person just got the same text',
			description: 'Change the wording of Message, e.g. add what the question is about.',
		});
	}
	const message = unwrapObject(body, 'message');
	const respondedAt = outcomeWasUnknown ? NaN : Date.parse(String(response.headers.date ?? ''));
	// A quick person answers before Chert responds, which can wait until the question is delivered.
	const sentAt = respondedAt - (response.durationMs ?? 0);
	const json: IDataObject = {
		messageId: body.message_id ?? message.id ?? '',
		chatId: body.lead_id ?? message.chat_id,
		...(!Number.isNaN(sentAt) && { sentAt }),
	};
	return { json };
}

/** Reads back what {@link planRequest} put into the output; undefined for an item that failed. */
export function readSentQuestion(json: IDataObject): SentQuestion | undefined {
	const { messageId, chatId, sentAt } = json;
	if (typeof messageId !== 'string') return undefined;
	return {
		messageId,
		chatId: typeof chatId === 'string' ? chatId : undefined,
		sentAt: typeof sentAt === 'number' ? sentAt : undefined,
	};
}
