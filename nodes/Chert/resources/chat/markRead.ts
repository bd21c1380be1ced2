import { toChatId } from '../../input/id';
import { chatIdField } from '../fields';
import type { OperationDefinition } from '../resource';

/** Source: API section 3.5. */
export const markAsRead: OperationDefinition = {
	name: 'Mark as Read',
	value: 'markRead',
	action: 'Mark chat as read',
	description:
		'Mark the received messages of a chat as read and send a read receipt, for example before you reply. Returns the chat ID and the status "read".',
	fields: [chatIdField],
	plan(item) {
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		return {
			orderingKey: chatId,
			repeat: 'idempotentWrite',
			errorContext: {
				id: chatId,
				byCode: {
					1002: {
						message: 'There is nobody in this chat to send a read receipt to',
						description: 'Use the chat ID of a chat with at least one other person',
					},
					4001: {
						message: 'The read receipt could not be delivered',
						description: 'Try again later',
					},
					4099: {
						message: "The line of this chat can't send read receipts",
						description: 'Use a chat on another line, or leave this step out',
					},
				},
			},
			request: { method: 'POST', path: `/chats/${encodeURIComponent(chatId)}/mark-read` },
			given: { chatId },
		};
	},
};
