import { toChatId } from '../../input/id';
import { groupIdField } from '../fields';
import type { OperationDefinition } from '../resource';
import { GROUP_ERRORS } from './groupErrors';

/** Source: API section 3.10. */
export const leaveGroup: OperationDefinition = {
	name: 'Leave',
	value: 'leave',
	action: 'Leave group',
	description:
		'Remove your own line from a group chat. At least 3 participants must stay. Returns the chat ID and the status "left".',
	fields: [groupIdField],
	plan(item) {
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		return {
			orderingKey: chatId,
			// A second request gets an error: the line is no longer in the group.
			repeat: 'singleWrite',
			errorContext: {
				id: chatId,
				byCode: {
					...GROUP_ERRORS,
					1002: {
						message: 'The group is too small to leave',
						description: 'A group must keep at least 3 participants. Add somebody first',
					},
				},
			},
			request: { method: 'POST', path: `/chats/${encodeURIComponent(chatId)}/leave` },
			given: { chatId },
		};
	},
};
