import { addressField, groupIdField } from '../fields';
import { countryCodeOption } from '../options';
import type { OperationDefinition } from '../resource';
import { GROUP_ERRORS } from './groupErrors';
import { readParticipant } from './participant';

/** Source: API section 3.8. */
export const addParticipant: OperationDefinition = {
	name: 'Add Participant',
	value: 'addParticipant',
	action: 'Add participant to group',
	description:
		'Add a person to a group chat. Returns the address that was added and everybody in the group.',
	fields: [
		groupIdField,
		{ ...addressField, description: 'Phone number or email address of the person to add' },
	],
	options: [countryCodeOption],
	plan(item, options) {
		const { chatId, address } = readParticipant(item, options);
		return {
			orderingKey: chatId,
			// Adding someone who is in the group changes nothing.
			repeat: 'idempotentWrite',
			errorContext: { id: chatId, byCode: GROUP_ERRORS },
			request: {
				method: 'POST',
				path: `/chats/${encodeURIComponent(chatId)}/participants`,
				json: { address },
			},
			given: { chatId },
		};
	},
};
