import type { IDataObject } from 'n8n-workflow';

import { readCountryCode } from '../../input/commonOptions';
import { toChatId } from '../../input/id';
import type { Item } from '../../input/item';
import { toPhoneOrEmail } from '../../input/phone';

/**
 * The group and the person whom an item names.
 *
 * @throws InputError when the chat ID or the address can't be used
 */
export function readParticipant(
	item: Item,
	options: IDataObject,
): { chatId: string; address: string } {
	return {
		chatId: toChatId(item.getNodeParameter('chatId', '')),
		address: toPhoneOrEmail(
			item.getNodeParameter('address', ''),
			'Phone or Email',
			readCountryCode(options),
		),
	};
}
