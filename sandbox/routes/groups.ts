import type { Context } from '../server/context';
import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import { changeGroup, chatById, lineOf, requireCapability } from '../world/messaging';
import { participantBody, updateGroupBody } from '../schemas/chats';
import type { Chat } from '../world/types';
import { byChat } from './requestTargets';

/** Minimum size of a group (§7), with the line: two recipients are a group (§3.2). */
const MIN_GROUP_SIZE = 3;

/** The API's list of participants does not include the line. */
const sizeOf = (chat: Chat): number => chat.participants.length + 1;

/** 4099 is 422 on the participants pages and 501 elsewhere (§9). */
const PARTICIPANTS_NOT_SUPPORTED = 422;

/** Throws ApiError 2002, 1006 for a direct chat or a group that was left, or 4099. */
function groupById(context: Context, id: string, notSupportedStatus?: number): Chat {
	const chat = chatById(context, id);
	if (!chat.isGroup) throw new ApiError(1006, { message: 'The chat is not a group' });
	if (chat.hasLeft) throw new ApiError(1006, { message: 'The line has left this group' });
	requireCapability(context, chat, 'groups', notSupportedStatus);
	return chat;
}

/** §3.7 to §3.10 */
export const groupRoutes = [
	route({
		name: 'chats.rename',
		method: 'PUT',
		path: '/chats/:id',
		body: updateGroupBody,
		target: byChat,
		handle({ context, params, body }) {
			const chat = groupById(context, params.id);
			const { display_name: displayName, group_chat_icon: icon } = body;
			if (displayName !== undefined && displayName !== chat.displayName) {
				chat.displayName = displayName;
				changeGroup(context, chat, { type: 'renamed', displayName });
			}
			if (icon !== undefined && icon !== chat.icon) {
				chat.icon = icon;
				changeGroup(context, chat, { type: 'iconChanged', icon });
			}
			const view = {
				id: chat.id,
				display_name: chat.displayName,
				group_chat_icon: chat.icon ?? null,
				is_group: true,
			};
			return { body: context.variants.objectWrapper === 'bare' ? view : { chat: view } };
		},
	}),
	route({
		name: 'chats.addParticipant',
		method: 'POST',
		path: '/chats/:id/participants',
		body: participantBody,
		target: byChat,
		handle({ context, params, body }) {
			const chat = groupById(context, params.id, PARTICIPANTS_NOT_SUPPORTED);
			const { address } = body;
			if (!chat.participants.includes(address)) {
				chat.participants.push(address);
				changeGroup(context, chat, { type: 'joined', address });
			}
			return { body: { chat_id: chat.id, added: address, participants: chat.participants } };
		},
	}),
	route({
		name: 'chats.removeParticipant',
		method: 'DELETE',
		path: '/chats/:id/participants/:address',
		target: byChat,
		handle({ context, params }) {
			const chat = groupById(context, params.id, PARTICIPANTS_NOT_SUPPORTED);
			const address = params.address.trim().toLowerCase();
			if (!chat.participants.includes(address))
				throw new ApiError(1001, { message: `${address || 'Nobody'} is not a member` });
			if (sizeOf(chat) <= MIN_GROUP_SIZE)
				throw new ApiError(1002, { message: `A group keeps at least ${MIN_GROUP_SIZE}` });
			chat.participants = chat.participants.filter((each) => each !== address);
			changeGroup(context, chat, { type: 'removed', address });
			return { body: { chat_id: chat.id, removed: address, participants: chat.participants } };
		},
	}),
	route({
		name: 'chats.leave',
		method: 'POST',
		path: '/chats/:id/leave',
		discardable: true,
		target: byChat,
		handle({ context, params }) {
			const chat = groupById(context, params.id);
			if (sizeOf(chat) <= MIN_GROUP_SIZE)
				throw new ApiError(1002, { message: `Fewer than ${MIN_GROUP_SIZE} would stay` });
			chat.hasLeft = true;
			changeGroup(context, chat, { type: 'left', address: lineOf(context, chat).phoneNumber });
			return { body: { chat_id: chat.id, status: 'left' } };
		},
	}),
];
