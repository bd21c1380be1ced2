import type { IDataObject } from 'n8n-workflow';

import { toChatId } from '../../input/id';
import type { Item } from '../../input/item';
import { toPhone } from '../../input/phone';
import { readCountryCode } from '../../input/commonOptions';

/** Where a contact card goes. */
export interface CardRecipient {
	/** Path of the chat, or of all chats where there may be none yet */
	path: string;
	/** What the body says of the recipient */
	json: IDataObject;
	given: { chatId?: string; phone?: string };
	orderingKey: string;
}

/**
 * The chat or phone number of {@link recipientFields}.
 *
 * @throws InputError when it is not filled in or malformed
 * Source: API sections 3.11 and 3.12.
 */
export function readCardRecipient(item: Item, options: IDataObject): CardRecipient {
	if (item.getNodeParameter('recipient', 'chatId') === 'phone') {
		const phone = toPhone(item.getNodeParameter('phone', ''), 'Phone', readCountryCode(options));
		return { path: '/chats', json: { to: phone }, given: { phone }, orderingKey: phone };
	}
	const chatId = toChatId(item.getNodeParameter('chatId', ''));
	const path = `/chats/${encodeURIComponent(chatId)}`;
	return { path, json: {}, given: { chatId }, orderingKey: chatId };
}
