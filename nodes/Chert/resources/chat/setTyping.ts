import type { ChertRequest } from '../../../shared/request';
import { toChoice } from '../../input/choice';
import { toChatId } from '../../input/id';
import { chatIdField } from '../fields';
import type { OperationDefinition } from '../resource';

const STATES = ['typing', 'stopped'];

/** Source: API section 3.6. */
export function typingRequest(chatId: string, state: string): ChertRequest {
	return { method: 'POST', path: `/chats/${encodeURIComponent(chatId)}/typing`, json: { state } };
}

/** Shows or hides the typing indicator. */
export const setTyping: OperationDefinition = {
	name: 'Set Typing',
	value: 'setTyping',
	action: 'Set typing indicator',
	description:
		'Show or hide the typing indicator in a chat, for example while a reply is being written. Returns the chat ID and the state.',
	fields: [
		chatIdField,
		{
			displayName: 'State',
			name: 'state',
			type: 'options',
			options: [
				{ name: 'Stopped', value: 'stopped', description: 'Hide the typing indicator' },
				{ name: 'Typing', value: 'typing', description: 'Show the typing indicator' },
			],
			default: 'typing',
			description: 'Whether your line appears to be typing',
		},
	],
	plan(item) {
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		const state = toChoice(
			item.getNodeParameter('state', 'typing'),
			'State',
			'a typing state',
			STATES,
		);
		return {
			orderingKey: chatId,
			repeat: 'idempotentWrite',
			errorContext: {
				id: chatId,
				byCode: {
					4001: {
						message: 'The typing indicator could not be delivered',
						description: 'Try again later, or leave this step out',
					},
					4099: {
						message: "The line of this chat can't show typing indicators",
						description: 'Use a chat on another line, or leave this step out',
					},
				},
			},
			request: typingRequest(chatId, state),
			given: { chatId },
		};
	},
};
