import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import { chatById, lineOf, messageById, requireCapability } from '../world/messaging';
import { editBody, reactBody } from '../schemas/messages';
import type { Reaction } from '../world/types';
import { messageView, wrapped } from './views';
import { byMessage } from './recipients';

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
			message.reactions.push(reaction);
			context.events.emit('reaction', { message, reaction, removed: false });
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
			const line = lineOf(context, chatById(context, message.chatId));
			requireCapability(line, 'edit');
			const isOpen = context.clock.now() - Date.parse(message.createdAt) <= EDIT_WINDOW_MS;
			if (message.direction !== 'outbound' || !isOpen) {
				throw new ApiError(4001, {
					retryable: false,
					message: 'The message can no longer be edited',
				});
			}
			const part = message.parts[body.edited_part_index];
			if (part?.type !== 'text')
				throw new ApiError(4001, { retryable: false, message: 'That part is not a text' });
			message.editHistory.push(part.value);
			part.value = body.new_text;
			message.text = message.parts
				.flatMap((each) => (each.type === 'text' ? [each.value] : []))
				.join('\n\n');
			context.events.emit('edited', message);
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
