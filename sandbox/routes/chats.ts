import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import {
	addMessage,
	chatById,
	createGroup,
	directChat,
	lineByNumber,
	lineOf,
	markRead,
	requireCapability,
	setTyping,
} from '../world/messaging';
import { createChatBody, sendToChatBody, typingBody } from '../schemas/chats';
import { chatView, groupedMessageView, messageView, sentMessageView, wrapped } from './views';
import { sendableParts } from './parts';
import { byChat, byTo } from './requestTargets';

/** §3.4 */
const HISTORY_LIMIT = 200;

/** §3.2 to §3.6 */
export const chatRoutes = [
	route({
		name: 'chats.create',
		method: 'POST',
		path: '/chats',
		body: createChatBody,
		target: byTo,
		idempotencyKey: (body) => body.message.idempotency_key,
		handle({ context, body }) {
			const { from, to, message: input } = body;
			const line = lineByNumber(context, from);
			if (to.length > 1 && !line.capabilities.includes('groups')) throw new ApiError(4099);
			const parts = sendableParts(context, input.parts, input.parallel_attachments);
			const chat =
				to.length > 1
					? createGroup(context, line, to, input.subject ?? to.join(', '))
					: directChat(context, to[0], { line }).chat;
			const message = addMessage(context, {
				chat,
				line,
				direction: 'outbound',
				route: 'chats.create',
				parts,
				parallelAttachments: input.parallel_attachments ?? false,
				...(input.idempotency_key === undefined ? {} : { idempotencyKey: input.idempotency_key }),
			});
			const sent = input.parallel_attachments
				? groupedMessageView(message)
				: sentMessageView(message);
			const bare = context.variants.objectWrapper === 'bare';
			return {
				body: bare ? { ...chatView(chat), message: sent } : { chat: chatView(chat), message: sent },
			};
		},
	}),
	route({
		name: 'chats.send',
		method: 'POST',
		path: '/chats/:id/messages',
		body: sendToChatBody,
		target: byChat,
		idempotencyKey: (body) => body.message.idempotency_key,
		handle({ context, params, body }) {
			const chat = chatById(context, params.id);
			if (chat.hasLeft) throw new ApiError(1012, { message: 'The line has left this group' });
			const parts = sendableParts(context, body.message.parts, body.parallel_attachments);
			const key = body.message.idempotency_key;
			const message = addMessage(context, {
				chat,
				line: lineOf(context, chat),
				direction: 'outbound',
				route: 'chats.send',
				parts,
				parallelAttachments: body.parallel_attachments ?? false,
				...(key === undefined ? {} : { idempotencyKey: key }),
			});
			return {
				body: wrapped(
					context,
					'message',
					body.parallel_attachments ? groupedMessageView(message) : sentMessageView(message),
				),
			};
		},
	}),
	route({
		name: 'chats.history',
		method: 'GET',
		path: '/chats/:id/messages',
		target: byChat,
		handle({ context, params }) {
			const { messageIds } = chatById(context, params.id);
			const newest = messageIds
				.slice(-HISTORY_LIMIT)
				.flatMap((id) => context.state.messages.get(id) ?? []);
			return {
				body: { messages: newest.map(messageView), has_more: messageIds.length > HISTORY_LIMIT },
			};
		},
	}),
	route({
		name: 'chats.markRead',
		method: 'POST',
		path: '/chats/:id/mark-read',
		discardable: true,
		target: byChat,
		handle({ context, params }) {
			const chat = chatById(context, params.id);
			if (chat.hasLeft)
				throw new ApiError(1002, { status: 422, message: 'The line has left this group' });
			requireCapability(context, chat, 'read_receipts');
			markRead(context, chat);
			return { body: { chat_id: chat.id, status: 'read' } };
		},
	}),
	route({
		name: 'chats.typing',
		method: 'POST',
		path: '/chats/:id/typing',
		discardable: true,
		body: typingBody,
		missingCode: 1002,
		target: byChat,
		handle({ context, params, body }) {
			const chat = chatById(context, params.id);
			if (chat.hasLeft) throw new ApiError(4099, { message: 'The line has left this group' });
			requireCapability(context, chat, 'typing');
			setTyping(context, chat, body.state);
			return { body: { status: 'sent', chat_id: chat.id, state: body.state } };
		},
	}),
];
