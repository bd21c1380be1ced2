import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import { file, from, LEAD, OTHER_LEAD, parts, text } from '../../support/action';

export interface Case {
	operation: string;
	parameters: IDataObject;
	binary?: IBinaryKeyData;
	/** what the reader is told */
	sentence: string;
}

const THIRTY_TWO = Array.from({ length: 32 }, (_, index) => `+155501${10000 + index}`).join(',');
/** A field that is filled in, but with nothing: n8n itself sees to fields that are not. */
const EMPTY = '={{ "" }}';

export const EMPTY_FILE = file('data', { content: '' });
const PDF = file('bill', { mimeType: 'application/pdf', fileName: 'bill.pdf' });

const send = (parameters: IDataObject, sentence: string, binary?: IBinaryKeyData): Case => ({
	operation: 'message.send',
	parameters: { phone: LEAD, body: 'Hello', ...parameters },
	binary,
	sentence,
});

const toChat = (parameters: IDataObject, sentence: string, binary?: IBinaryKeyData): Case => ({
	operation: 'message.sendToChat',
	parameters: { chatId: 'ch_1', ...parts(text()), ...parameters },
	binary,
	sentence,
});

const json = (partsJson: string, sentence: string) =>
	toChat({ specifyParts: 'json', partsJson }, sentence);

const create = (parameters: IDataObject, sentence: string, binary?: IBinaryKeyData): Case => ({
	operation: 'chat.create',
	parameters: { ...from(), to: LEAD, ...parts(text()), ...parameters },
	binary,
	sentence,
});

const pin = (parameters: IDataObject, sentence: string): Case => ({
	operation: 'location.send',
	parameters: { phone: LEAD, latitude: 1, longitude: 2, ...parameters },
	sentence,
});

const react = (parameters: IDataObject, sentence: string): Case => ({
	operation: 'message.react',
	parameters: { messageId: 'msg_1', reaction: 'love', ...parameters },
	sentence,
});

const upload = (parameters: IDataObject, sentence: string, binary?: IBinaryKeyData): Case => ({
	operation: 'attachment.upload',
	parameters,
	binary,
	sentence,
});

const one = (operation: string, parameters: IDataObject, sentence: string): Case => ({
	operation,
	parameters,
	sentence,
});

const CHAT_IS_PHONE =
	'is a phone number: use the chat ID from the Chert Trigger or Create Chat, or the operation Send, which takes a phone number';
const WEBHOOK_IS_URL =
	'is a web address, not an ID: pick the webhook from the list, or use its ID from Get Many Webhooks';
const NO_ADDRESS = 'is not a web address: enter it in full, e.g. https://example.com/review';
const FIRST_URL =
	"the first message of a chat can't have a web address in its text: move it to a part of the type Rich Link";
const GROUP_TEXT_ONLY =
	'the first message to a group can only have text without links: create the group with a text, then use Send to Chat for files and links';
const ID_SOURCE = {
	chat: 'use the chat ID from the Chert Trigger, Send or Create Chat',
	message: 'use the message ID from the Chert Trigger, Send, Send to Chat or Get Many Messages',
	event: 'use the ID from Get Many Events',
	webhook: 'use a webhook from the list, or an ID from Get Many Webhooks',
	attachment: 'use the attachment ID from Upload Attachment or the Chert Trigger',
};
const NO_ID = 'contains a character that is not allowed in an ID, such as a slash or a space';

/** Input that cannot be sent, and the sentence that says so, word for word. */
export const CASES: Record<string, Case> = {
	'no phone': send(
		{ phone: ' ' },
		'Phone is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),
	'a phone without country': send(
		{ phone: '(555) 010-0123' },
		'Phone "(555) 010-0123" has no country code: put + and the code in front, e.g. +1 555 010 0123, or set Default Country Code in the options',
	),
	'a phone given as a number': send(
		{ phone: '={{ 15550100123 }}' },
		'Phone "15550100123" has no country code: put + and the code in front, e.g. +1 555 010 0123, or set Default Country Code in the options',
	),
	'a phone with letters': send(
		{ phone: '+1555ABC0123' },
		'Phone "+1555ABC0123" contains characters that are not allowed in a phone number: enter only digits after the +',
	),
	'several phones': send(
		{ phone: '+15550100123, +15550100124' },
		'Phone "+15550100123, +15550100124" has several numbers: enter one for each item',
	),
	'a phone that is too short': send(
		{ phone: '+1555' },
		'Phone "+1555" is too short for a phone number: enter the whole number with its country code, e.g. +15550100123',
	),
	'a phone that is too long': send(
		{ phone: '+15550100123 15550100124' },
		'Phone "+15550100123 15550100124" is too long for a phone number: enter the whole number with its country code, e.g. +15550100123',
	),
	'a phone with its trunk zero': send(
		{ phone: '+44 (0)20 7946 0018' },
		'Phone "+44 (0)20 7946 0018" contains "(0)", which most countries leave out after the country code: remove it',
	),
	'a phone given as a list': send(
		{ phone: '={{ ["+15550100123"] }}' },
		'Phone is a list, not a phone number: choose the value inside it',
	),
	'no text': send(
		{ body: ' \n' },
		'Text is empty: enter the text to send, or check what its expression returns for this item',
	),
	'a text that is a condition': send(
		{ body: '={{ false }}' },
		'Text is empty: enter the text to send, or check what its expression returns for this item',
	),
	'a text that is an object': send(
		{ body: '={{ { text: "Hello" } }}' },
		'Text is an object, not text: choose the value inside it',
	),
	'an attachment ID with a slash': send(
		{ options: { attachments: 'att_1, ../messages' } },
		`Attachment IDs "../messages" ${NO_ID}: ${ID_SOURCE.attachment}`,
	),
	'an attachment instead of its ID': send(
		{ options: { attachments: '={{ [{ attachmentId: "in_1", mimeType: "image/png" }] }}' } },
		'Attachment IDs is an object, not an ID: choose the value inside it',
	),
	'a key given as a list': send(
		{ options: { idempotencyKey: '={{ ["order-1"] }}' } },
		'Idempotency Key is a list, not text: choose the value inside it',
	),
	'a line that is an object': send(
		{ options: { phoneLineId: '={{ { id: "pl_9" } }}' } },
		'From Line is an object, not text: choose the value inside it',
	),
	'a line given by its number': send(
		{ options: { phoneLineId: { __rl: true, mode: 'id', value: '+15550100001' } } },
		'From Line "+15550100001" is a phone number, not the ID of a line: pick the line from the list',
	),
	'a web address as an attachment ID': send(
		{ options: { attachments: 'https://example.com/a.png' } },
		'Attachment IDs "https://example.com/a.png" is a web address: use File URLs in Send, or a part of the type File From URL',
	),
	'a line with a blank': send(
		{ options: { phoneLineId: { __rl: true, mode: 'id', value: 'pl 9K' } } },
		`From Line "pl 9K" ${NO_ID}: use a line from the list`,
	),
	'a missing binary field': send(
		{ binaryPropertyNames: 'photo' },
		'Binary field "photo" is not in this item (it has "bill"): enter the name of the field that holds the file',
		PDF,
	),
	'a Live Photo of one file': send(
		{ binaryPropertyNames: 'data', options: { livePhoto: true } },
		'Live Photo needs a HEIC photo and its MOV video: add both to Attach Files or Attachment IDs, or turn the option off',
		file('data', { mimeType: 'image/heic' }),
	),

	'no chat': toChat({ chatId: EMPTY }, `Chat ID is empty: ${ID_SOURCE.chat}`),
	'a chat that is a phone number': toChat(
		{ chatId: '+15550100123' },
		'Chat ID "+15550100123" is a phone number: use the chat ID from the Chert Trigger or Create Chat, or the operation Send, which takes a phone number',
	),
	'a chat that is an object': toChat(
		{ chatId: '={{ { id: "ch_1" } }}' },
		'Chat ID is an object, not an ID: choose the value inside it',
	),
	'a chat ID with a slash': toChat(
		{ chatId: 'ch_1/../x' },
		`Chat ID "ch_1/../x" ${NO_ID}: ${ID_SOURCE.chat}`,
	),
	'a chat ID that is a step up': toChat(
		{ chatId: '..' },
		`Chat ID ".." ${NO_ID}: ${ID_SOURCE.chat}`,
	),
	'a chat ID with a query': toChat(
		{ chatId: 'ch_1?x=1' },
		`Chat ID "ch_1?x=1" ${NO_ID}: ${ID_SOURCE.chat}`,
	),
	'an encoded chat ID': toChat(
		{ chatId: 'ch%2F1' },
		`Chat ID "ch%2F1" ${NO_ID}: ${ID_SOURCE.chat}`,
	),
	'no parts': toChat(parts(), 'Parts is empty: add at least one part, for example a text'),
	'a text part without text': toChat(
		parts(text(), text('')),
		'Part 2: Text is empty: enter the text to send, or check what its expression returns for this item',
	),
	'a media part without ID': toChat(
		parts({ type: 'media' }),
		`Part 1: Attachment ID is empty: ${ID_SOURCE.attachment}`,
	),
	'a link that is no address': toChat(
		parts({ type: 'richLink', url: 'shop.example' }),
		'Part 1: URL "shop.example" is not a web address: enter it in full, e.g. https://example.com/review',
	),
	'a link without address': toChat(
		parts({ type: 'richLink', url: '' }),
		'Part 1: URL is empty: enter a web address, e.g. https://example.com/review',
	),
	'a preview image that is no address': toChat(
		parts(text(), {
			type: 'richLink',
			url: 'https://shop.example',
			linkPreview: { imageUrl: 'logo.png' },
		}),
		'Part 2: Image URL "logo.png" is not a web address: enter it in full, e.g. https://example.com/review',
	),
	'a file part without its file': toChat(
		parts({ type: 'file', binaryPropertyName: 'photo' }),
		'Binary field "photo" is not in this item (it has no files): enter the name of the field that holds the file',
	),
	'a file part that is empty': toChat(
		parts({ type: 'file', binaryPropertyName: 'data' }),
		'File "data.png" in binary field "data" is empty: use a file that has content',
		EMPTY_FILE,
	),
	'one image as a group': toChat(
		{
			...parts({ type: 'file', binaryPropertyName: 'data' }),
			options: { parallelAttachments: true },
		},
		'Send Photos as Collage needs at least two images: add another one, or turn the option off',
		file('data'),
	),
	'a PDF among grouped images': toChat(
		{
			...parts(
				{ type: 'file', binaryPropertyName: 'data' },
				{ type: 'file', binaryPropertyName: 'bill' },
			),
			options: { parallelAttachments: true },
		},
		'Send Photos as Collage: "bill.pdf" is application/pdf, not an image: send it in a separate message',
		{ ...file('data'), ...PDF },
	),
	'no JSON': json(
		'',
		'Parts (JSON) is empty: enter an array, e.g. [{ "type": "text", "value": "Hello" }]',
	),
	'JSON that is no list': json(
		'{}',
		'Parts (JSON) is not a list: enter an array, e.g. [{ "type": "text", "value": "Hello" }]',
	),
	'an empty JSON list': json(
		'[]',
		'Parts (JSON) is empty: add at least one part, e.g. { "type": "text", "value": "Hello" }',
	),
	'a JSON part without type': json(
		'[{ "value": "Hello" }]',
		'Parts (JSON): part 1 has no "type": use text, media or rich_link',
	),
	'a JSON part that is null': json(
		'[null]',
		'Parts (JSON): part 1 has no "type": use text, media or rich_link',
	),
	'a JSON text without value': json(
		'[{ "type": "text", "value": "Hello" }, { "type": "text", "text": "Hello" }]',
		'Parts (JSON): part 2 of type text has no "value": add it',
	),
	'JSON media without ID': json(
		'[{ "type": "media" }]',
		'Parts (JSON): part 1 of type media has no "attachment_id": add it',
	),

	'no line': create(
		from(EMPTY),
		'From is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),
	'a line that is no number': create(
		from('pl_9K'),
		'From "pl_9K" is not a phone number: enter + and the country code first, e.g. +15550100123',
	),
	'no recipient': create(
		{ to: ' , \n' },
		'To is empty: enter one number, or several separated by commas, e.g. +15550100123',
	),
	'a recipient that is no number': create(
		{ to: `${LEAD}, Ana` },
		'To "Ana" is not a phone number: enter + and the country code first, e.g. +15550100123',
	),
	'32 recipients': create(
		{ to: THIRTY_TWO },
		'To has 32 recipients, but a group can have at most 31: split the list',
	),
	'a web address in the first text': create(
		parts(text(), text('See HTTPS://shop.example')),
		`Part 2: ${FIRST_URL}`,
	),
	'a web address in the first text, as JSON': create(
		{ specifyParts: 'json', partsJson: '[{ "type": "text", "value": "http://shop.example" }]' },
		`Part 1: ${FIRST_URL}`,
	),
	'a rich link to a new group': create(
		{
			to: `${LEAD},${OTHER_LEAD}`,
			...parts(text(), { type: 'richLink', url: 'https://shop.example' }),
		},
		`Part 2: ${GROUP_TEXT_ONLY}`,
	),
	'media to a new group': create(
		{ to: `${LEAD},${OTHER_LEAD}`, ...parts({ type: 'media', attachmentId: 'att_1' }) },
		`Part 1: ${GROUP_TEXT_ONLY}`,
	),
	'a file to a new group': create(
		{ to: `${LEAD},${OTHER_LEAD}`, ...parts({ type: 'file', binaryPropertyName: 'data' }) },
		`Part 1: ${GROUP_TEXT_ONLY}`,
		file('data'),
	),
	'one image as a group in a new chat': create(
		{ ...parts({ type: 'media', attachmentId: 'att_1' }), options: { parallelAttachments: true } },
		'Send Photos as Collage needs at least two images: add another one, or turn the option off',
	),

	'no message': react({ messageId: EMPTY }, `Message ID is empty: ${ID_SOURCE.message}`),
	'a message ID with a fragment': react(
		{ messageId: 'msg_1#2' },
		`Message ID "msg_1#2" ${NO_ID}: ${ID_SOURCE.message}`,
	),
	'a reaction nobody knows': react(
		{ reaction: '={{ "heart" }}' },
		'Reaction "heart" is not a tapback: choose one of dislike, emphasize, laugh, like, love, question',
	),

	'the phone of a pin given as a list': pin(
		{ phone: '={{ ["+15550100123"] }}' },
		'Phone is a list, not text: choose the value inside it',
	),
	'a latitude out of range': pin(
		{ latitude: '={{ 90.0001 }}' },
		'Latitude "90.0001" is not between -90 and 90: enter decimal degrees with a point, e.g. 48.8584',
	),
	'a longitude out of range': pin(
		{ longitude: '={{ -181 }}' },
		'Longitude "-181" is not between -180 and 180: enter decimal degrees with a point, e.g. 48.8584',
	),
	'a latitude with a comma': pin(
		{ latitude: '={{ "48,8584" }}' },
		'Latitude "48,8584" is not between -90 and 90: enter decimal degrees with a point, e.g. 48.8584',
	),
	'no longitude': pin(
		{ longitude: '={{ "" }}' },
		'Longitude is empty: enter decimal degrees, e.g. 48.8584',
	),
	'a pin without phone': pin(
		{ phone: EMPTY },
		'Phone is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),
	'a pin without chat': pin(
		{ recipient: 'chatId', chatId: EMPTY },
		'Chat ID is empty: use the delivery chat ID, e.g. iMessage;+;chat123',
	),
	'a pin with phone and chat': pin(
		{ recipient: '={{ "phone" }}', chatId: 'iMessage;+;chat123' },
		'Phone and Chat ID are both filled in, but a location goes to one of them: clear the other',
	),
	'an expiry that is no time': pin(
		{ options: { expiresAt: 'soon' } },
		'Expires At "soon" is not a date: pick a date and time, e.g. 2030-01-31T18:00:00Z',
	),
	'an expiry that has passed': pin(
		{ options: { expiresAt: '2020-01-31T18:00:00Z' } },
		'Expires At "2020-01-31T18:00:00Z" has passed: pick a time in the future',
	),

	'an upload without file': upload(
		{},
		'Binary field "data" is not in this item (it has "bill"): enter the name of the field that holds the file',
		PDF,
	),
	'an upload of an empty file': upload(
		{},
		'File "data.png" in binary field "data" is empty: use a file that has content',
		EMPTY_FILE,
	),
	'an attachment ID that is a step up': {
		operation: 'attachment.get',
		parameters: { attachmentId: '..' },
		sentence: `Attachment ID ".." ${NO_ID}: ${ID_SOURCE.attachment}`,
	},
	'no attachment ID': {
		operation: 'attachment.download',
		parameters: { attachmentId: EMPTY },
		sentence: `Attachment ID is empty: ${ID_SOURCE.attachment}`,
	},

	'a country code that is none': send(
		{ options: { defaultCountryCode: 'US' } },
		'Default Country Code "US" is not a country code: enter + and one to three digits, e.g. +1',
	),
	'a national number without area code': send(
		{ phone: '555-0123', options: { defaultCountryCode: '+1' } },
		'Phone "555-0123" does not have the ten digits of a number in the US or Canada: enter it with its area code',
	),
	'a number that may already have its country code': send(
		{ phone: '447911123456', options: { defaultCountryCode: '+44' } },
		'Phone "447911123456" may already start with the country code 44: write +447911123456 if it does, or put +44 in front',
	),
	'a file URL that is no address': send(
		{ options: { fileUrls: 'example.com/roof.jpg' } },
		`File URLs "example.com/roof.jpg" ${NO_ADDRESS}`,
	),
	'a file part without address': toChat(
		parts({ type: 'fileUrl', url: '' }),
		'Part 1: URL is empty: enter a web address, e.g. https://example.com/review',
	),

	'a message to get that is an object': one(
		'message.get',
		{ messageId: '={{ { id: "msg_1" } }}' },
		'Message ID is an object, not an ID: choose the value inside it',
	),
	'a message to edit without ID': one(
		'message.edit',
		{ messageId: EMPTY, text: 'See you' },
		`Message ID is empty: ${ID_SOURCE.message}`,
	),
	'an empty new text': one(
		'message.edit',
		{ messageId: 'msg_1', text: ' ' },
		'New Text is empty: enter the text to send, or check what its expression returns for this item',
	),
	'a part index below 0': one(
		'message.edit',
		{ messageId: 'msg_1', text: 'See you', options: { partIndex: -1 } },
		'Part Index "-1" is not a whole number of at least 0: enter one, e.g. 0',
	),
	'a history of a phone number': one(
		'message.getMany',
		{ chatId: '+15550100123' },
		`Chat ID "+15550100123" ${CHAT_IS_PHONE}`,
	),
	'a limit of 0': one(
		'message.getMany',
		{ chatId: 'ch_1', limit: '={{ 0 }}' },
		'Limit "0" is not a whole number of at least 1: enter one, e.g. 1',
	),
	'a limit that is no number': one(
		'line.getMany',
		{ limit: '={{ "all" }}' },
		'Limit "all" is not a whole number of at least 1: enter one, e.g. 1',
	),
	'half a webhook': one(
		'webhook.getMany',
		{ limit: '={{ 0.5 }}' },
		'Limit "0.5" is not a whole number of at least 1: enter one, e.g. 1',
	),
	'a date of messages that is none': one(
		'message.getMany',
		{ chatId: 'ch_1', filters: { since: 'yesterday' } },
		'Since "yesterday" is not a date: pick a date and time, e.g. 2030-01-31T18:00:00Z',
	),
	'a date of events whose parts can be swapped': one(
		'event.getMany',
		{ filters: { since: '01/02/2030' } },
		'Since "01/02/2030" is not a date: pick a date and time, e.g. 2030-01-31T18:00:00Z',
	),

	'reading no chat': one('chat.markRead', { chatId: EMPTY }, `Chat ID is empty: ${ID_SOURCE.chat}`),
	'typing that is neither on nor off': one(
		'chat.setTyping',
		{ chatId: 'ch_1', state: '={{ "paused" }}' },
		'State "paused" is not a typing state: choose one of typing, stopped',
	),
	'leaving a phone number': one(
		'chat.leave',
		{ chatId: '+15550100123' },
		`Chat ID "+15550100123" ${CHAT_IS_PHONE}`,
	),
	'a group update without changes': one(
		'chat.updateGroup',
		{ chatId: 'ch_1', updateFields: {} },
		'Update Fields is empty: add Group Name or Group Photo URL',
	),
	'an empty group name': one(
		'chat.updateGroup',
		{ chatId: 'ch_1', updateFields: { displayName: ' ' } },
		'Group Name is empty: enter the text to send, or check what its expression returns for this item',
	),
	'a group photo without https': one(
		'chat.updateGroup',
		{ chatId: 'ch_1', updateFields: { iconUrl: 'http://example.com/a.png' } },
		'Group Photo URL "http://example.com/a.png" is not secure: use an address that starts with https://',
	),
	'nobody to add': one(
		'chat.addParticipant',
		{ chatId: 'ch_1', address: EMPTY },
		'Phone or Email is empty: enter a phone number or an email address, e.g. +15550100123 or ana@example.com',
	),
	'an address that is neither phone nor email': one(
		'chat.addParticipant',
		{ chatId: 'ch_1', address: 'ana@example' },
		'Phone or Email "ana@example" is neither a phone number nor an email address: enter e.g. +15550100123 or ana@example.com',
	),
	'a name to remove': one(
		'chat.removeParticipant',
		{ chatId: 'ch_1', address: 'Ana' },
		'Phone or Email "Ana" is neither a phone number nor an email address: enter e.g. +15550100123 or ana@example.com',
	),
	'a national number to remove': one(
		'chat.removeParticipant',
		{ chatId: 'ch_1', address: '(555) 010-0123' },
		'Phone or Email "(555) 010-0123" has no country code: put + and the code in front, e.g. +1 555 010 0123, or set Default Country Code in the options',
	),

	'an empty card': one(
		'contact.sendCard',
		{ chatId: 'ch_1', card: { fullName: ' ', phones: { phone: [{ value: '', label: 'work' }] } } },
		'Card is empty: add at least a name, a company, a phone number or an email address',
	),
	'a card with half an email': one(
		'contact.sendCard',
		{ chatId: 'ch_1', card: { emails: { email: [{ value: 'ana@' }] } } },
		'Email "ana@" is not an email address: enter e.g. ana@example.com',
	),
	'a vCard that is none': one(
		'contact.sendCard',
		{ chatId: 'ch_1', specifyCard: 'vcard', vcard: 'Ana Lopez' },
		'vCard does not start with BEGIN:VCARD: paste the whole text of the .vcf file',
	),
	'a card for nobody': one(
		'contact.shareOwn',
		{ recipient: 'phone', phone: EMPTY },
		'Phone is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),

	'no event': one('event.get', { eventRowId: EMPTY }, `Event ID is empty: ${ID_SOURCE.event}`),
	'the key of an event instead of its ID': one(
		'event.replay',
		{ eventRowId: 'chert:msg:2f6ab0d4' },
		'Event ID "chert:msg:2f6ab0d4" is the "event_id" of a message: use the ID from Get Many Events, e.g. evt_8X1',
	),
	'a replay to a web address': one(
		'event.replay',
		{ eventRowId: 'evt_1', options: { subscriptionId: 'https://hooks.example.com' } },
		`Webhook ID "https://hooks.example.com" ${WEBHOOK_IS_URL}`,
	),

	'a webhook without URL': one(
		'webhook.create',
		{ url: EMPTY },
		'URL is empty: enter a web address, e.g. https://example.com/review',
	),
	'a webhook without https': one(
		'webhook.create',
		{ url: 'http://hooks.example.com' },
		'URL "http://hooks.example.com" is not secure: use an address that starts with https://',
	),
	'a webhook without events': one(
		'webhook.create',
		{ url: 'https://hooks.example.com', events: '={{ [] }}' },
		'Events is empty: choose at least one event, or All Events',
	),
	'no webhook to get': one(
		'webhook.get',
		{ webhookId: '={{ "" }}' },
		`Webhook is empty: ${ID_SOURCE.webhook}`,
	),
	'a webhook to delete by its URL': one(
		'webhook.delete',
		{ webhookId: { __rl: true, mode: 'id', value: 'https://hooks.example.com' } },
		`Webhook "https://hooks.example.com" ${WEBHOOK_IS_URL}`,
	),
	'a webhook update without changes': one(
		'webhook.update',
		{ webhookId: 'sub_1' },
		'Update Fields is empty: add at least one field to change',
	),
	'a webhook update to no events': one(
		'webhook.update',
		{ webhookId: 'sub_1', updateFields: { events: [] } },
		'Events is empty: choose at least one event, or All Events',
	),
};
