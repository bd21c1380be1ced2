import { recipientFields } from '../fields';
import { countryCodeOption } from '../options';
import type { OperationDefinition } from '../resource';
import { readCardRecipient } from './recipient';

/** The line's own name and photo. Source: API section 3.12. */
export const shareOwnCard: OperationDefinition = {
	name: 'Share Own',
	value: 'shareOwn',
	action: 'Share own contact card',
	description:
		'Share the name and photo of your own line, so that the recipient sees who is writing. Returns the chat ID and the status "shared".',
	fields: recipientFields,
	options: [countryCodeOption],
	plan(item, options) {
		const { path, json, given, orderingKey } = readCardRecipient(item, options);
		return {
			orderingKey,
			repeat: 'singleWrite',
			errorContext: {
				id: given.chatId,
				byCode: {
					1002: {
						message: 'There is nobody in this chat to share the card with',
						description: 'Use the chat ID of a chat with a person, or choose Phone Number',
					},
					4099: {
						message: "This line can't share its contact card",
						description: 'Use another line or chat, or use Send Card instead',
					},
				},
			},
			request: {
				method: 'POST',
				path: `${path}/share-contact-info`,
				...(given.phone !== undefined && { json }),
			},
			given,
		};
	},
};
