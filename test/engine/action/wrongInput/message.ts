import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import { file, LEAD, parts, text } from '../../../support/action';
import { CHAT_IS_PHONE, EMPTY, EMPTY_FILE, ID_SOURCE, NO_ID, PDF, one, type Case } from './case';

const NO_ADDRESS = 'is not a web address: enter it in full, e.g. https://example.com/review';

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

const react = (parameters: IDataObject, sentence: string): Case => ({
	operation: 'message.react',
	parameters: { messageId: 'msg_1', reaction: 'love', ...parameters },
	sentence,
});

export const MESSAGE_CASES: Record<string, Case> = {
	'no phone': send(
		{ phone: ' ' },
		'Phone is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item',
	),
	'a phone without country': send(
		{ phone: '(555) 010-0123' },
		'Phone "(555) 010-0123" does not start with + and the country code: enter it like +1 555 010 0123, or set Default Country Code in the options',
	),
	'a phone given as a number': send(
		{ phone: '={{ 15550100123 }}' },
		'Phone "15550100123" does not start with + and the country code: enter it like +1 555 010 0123, or set Default Country Code in the options',
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
		'Text is empty: fill it in, or check what its expression returns for this item',
	),
	'a text that is a condition': send(
		{ body: '={{ false }}' },
		'Text is empty: fill it in, or check what its expression returns for this item',
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
	'a switch that is neither on nor off': send(
		{ options: { plainText: '={{ "yes" }}' } },
		'Plain Text "yes" is neither true nor false: turn it on or off, or check what its expression returns',
	),
	'a line with a blank': send(
		{ options: { phoneLineId: { __rl: true, mode: 'id', value: 'pl 9K' } } },
		`From Line "pl 9K" ${NO_ID}: use a line from the list`,
	),
	'a web address in place of a binary field': send(
		{ binaryPropertyNames: 'https://example.com/roof.jpg' },
		'Binary field "https://example.com/roof.jpg" is a web address: use File URLs in Send, or a part of the type File From URL',
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
		'Part 2: Text is empty: fill it in, or check what its expression returns for this item',
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
	'no message': react({ messageId: EMPTY }, `Message ID is empty: ${ID_SOURCE.message}`),
	'a message ID with a fragment': react(
		{ messageId: 'msg_1#2' },
		`Message ID "msg_1#2" ${NO_ID}: ${ID_SOURCE.message}`,
	),
	'a reaction nobody knows': react(
		{ reaction: '={{ "heart" }}' },
		'Reaction "heart" is not a tapback: choose one of dislike, emphasize, laugh, like, love, question',
	),
	'a reaction that is an object': react(
		{ reaction: '={{ { type: "love" } }}' },
		'Reaction "{"type":"love"}" is not a tapback: choose one of dislike, emphasize, laugh, like, love, question',
	),
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
		'New Text is empty: fill it in, or check what its expression returns for this item',
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
	'a direction that nobody knows': one(
		'message.getMany',
		{ chatId: 'ch_1', filters: { direction: '={{ "received" }}' } },
		'Direction "received" is not a direction: choose one of inbound, outbound',
	),
	'a Simplify that is neither on nor off': one(
		'message.getMany',
		{ chatId: 'ch_1', simplify: '={{ "raw" }}' },
		'Simplify "raw" is neither true nor false: turn it on or off, or check what its expression returns',
	),
	'a date of messages that is none': one(
		'message.getMany',
		{ chatId: 'ch_1', filters: { since: 'yesterday' } },
		'Since "yesterday" is not a date: pick a date and time, e.g. 2030-01-31T18:00:00Z',
	),
};
