import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import { file } from '../../../support/action';

/** Input that cannot be sent, and the sentence that says so, word for word. */
export interface Case {
	operation: string;
	parameters: IDataObject;
	binary?: IBinaryKeyData;
	sentence: string;
}

/** A case of an operation whose cases have no parameters in common. */
export const one = (operation: string, parameters: IDataObject, sentence: string): Case => ({
	operation,
	parameters,
	sentence,
});

/** A field that is filled in, but with nothing: n8n itself sees to fields that are not. */
export const EMPTY = '={{ "" }}';

export const EMPTY_FILE = file('data', { content: '' });
export const PDF = file('bill', { mimeType: 'application/pdf', fileName: 'bill.pdf' });

export const CHAT_IS_PHONE =
	'is a phone number: use the chat ID from the Chert Trigger or Create Chat, or the operation Send, which takes a phone number';
export const NO_ID =
	'contains a character that is not allowed in an ID, such as a slash or a space';
export const WEBHOOK_IS_URL =
	'is a web address, not an ID: pick the webhook from the list, or use its ID from Get Many Webhooks';

export const ID_SOURCE = {
	chat: 'use the chat ID from the Chert Trigger, Send or Create Chat',
	message: 'use the message ID from the Chert Trigger, Send, Send to Chat or Get Many Messages',
	event: 'use the ID from Get Many Events',
	webhook: 'use a webhook from the list, or an ID from Get Many Webhooks',
	attachment: 'use the attachment ID from Upload Attachment or the Chert Trigger',
};
