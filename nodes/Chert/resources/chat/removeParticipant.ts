import { addressField, groupIdField } from '../fields';
import { countryCodeOption } from '../options';
import type { OperationDefinition } from '../resource';
import { GROUP_ERRORS } from './groupErrors';
import { readParticipant } from './participant';

const NOT_A_MEMBER = 1001;

/** Source: API section 3.9. */
export const removeParticipant: OperationDefinition = {
	name: 'Remove Participant',
	value: 'removeParticipant',
	action: 'Remove participant from group',
	description:
		'Remove a person from a group chat. At least 3 participants must stay. Returns the address that was removed and everybody in the group.',
	fields: [
		groupIdField,
		{ ...addressField, description: 'Phone number or email address of the person to remove' },
	],
	options: [countryCodeOption],
	plan(item, options) {
		const { chatId, address } = readParticipant(item, options);
		return {
			orderingKey: chatId,
			repeat: 'idempotentWrite',
			doneOnRetry: [NOT_A_MEMBER],
			errorContext: {
				id: chatId,
				byCode: {
					...GROUP_ERRORS,
					[NOT_A_MEMBER]: {
						message: `${address} is not in this group`,
						description: 'Check the chat ID, and use the address under which the person was added',
					},
					1002: {
						message: 'The group is too small to remove anybody',
						description: 'A group must keep at least 3 participants. Add somebody else first',
					},
				},
			},
			request: {
				method: 'DELETE',
				path: `/chats/${encodeURIComponent(chatId)}/participants/${encodeURIComponent(address)}`,
			},
			toOutput: ({ body }) => ({
				json: Object.keys(body).length > 0 ? body : { chat_id: chatId, removed: address },
			}),
			given: { chatId },
		};
	},
};
