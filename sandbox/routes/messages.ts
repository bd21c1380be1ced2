import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import {
	addReaction,
	chatById,
	editText,
	lineOf,
	messageById,
	requireCapability,
} from '../world/messaging';
import { editBody, reactBody } from '../schemas/messages';
import type { Reaction } from '../world/types';
import { messageView, wrapped } from './views';
import { byMessage } from './requestTargets';

/** Apple's limit (§3.15). */
const EDIT_WINDOW_MS = 15 * 60_000;

/** §3.13 to §3.15 */
export const messageRoutes = [
	route({
		name: 'messages.get',
		method: 'GET',
		path: '/messages/:id',
		target: byMessage,
		handle: ({ context, params }) => ({
			body: wrapped(context, 'message', messageView(messageById(context, params.id))),
		}),
	}),
	route({
		name: 'messages.react',
		method: 'POST',
		path: '/messages/:id/react',
		body: reactBody,
		missingCode: 1002,
		target: byMessage,
		handle({ context, params, body }) {
			const message = messageById(context, params.id);
			const line = lineOf(context, chatById(context, message.chatId));
			const reaction: Reaction = {
				type: body.reaction,
				from: line.phoneNumber,
				direction: 'outbound',
				at: context.clock.iso(),
			};
			addReaction(context, message, reaction);
			return { body: { status: 'sent', message_id: message.id, reaction: body.reaction } };
		},
	}),
	route({
		name: 'messages.edit',
		method: 'POST',
		path: '/messages/:id/edit',
		body: editBody,
		missingCode: 1002,
		target: byMessage,
		handle({ context, params, body }) {
			const message = messageById(context, params.id);
			requireCapability(context, chatById(context, message.chatId), 'edit');
			const isOpen = context.clock.now() - Date.parse(message.createdAt) <= EDIT_WINDOW_MS;
			if (message.direction !== 'outbound' || !isOpen) {
				throw new ApiError(4001, {
					retryable: false,
					message: 'The message can no longer be edited',
				});
			}
			if (message.parts[body.edited_part_index]?.type !== 'text')
				throw new ApiError(4001, { retryable: false, message: 'That part is not a text' });
			editText(context, message, body.edited_part_index, body.new_text);
			return {
				body: {
					status: 'edited',
					message_id: message.id,
					new_text: body.new_text,
					date_edited: context.clock.iso(),
					edit_history: null,
				},
			};
		},
	}),
];
