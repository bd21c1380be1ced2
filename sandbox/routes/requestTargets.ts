import type { Context } from '../server/context';
import type { RequestTarget } from '../server/route';
import type { Chat } from '../world/types';

const NOBODY: RequestTarget = { addresses: [] };

function ofChat(chat: Chat | undefined, id: string): RequestTarget {
	if (!chat) return { orderingKey: id, addresses: [id] };
	return {
		orderingKey: chat.isGroup ? chat.id : chat.participants[0],
		addresses: [chat.id, ...chat.participants],
	};
}

/** The phone in the body. The body is not validated yet. */
export function byPhone(
	_context: Context,
	_params: Record<string, string>,
	json: unknown,
): RequestTarget {
	const phone = (json as { phone?: unknown } | null | undefined)?.phone;
	return typeof phone === 'string' ? { orderingKey: phone, addresses: [phone] } : NOBODY;
}

/** The numbers in `to`: one is a direct chat, several are a group that does not exist yet. */
export function byTo(
	_context: Context,
	_params: Record<string, string>,
	json: unknown,
): RequestTarget {
	const to = (json as { to?: unknown } | null | undefined)?.to;
	const numbers = (Array.isArray(to) ? to : [to]).filter(
		(each): each is string => typeof each === 'string',
	);
	return numbers.length === 0 ? NOBODY : { orderingKey: numbers.join(','), addresses: numbers };
}

/** The chat in the path. */
export function byChat(context: Context, params: Record<string, string>): RequestTarget {
	return ofChat(context.state.chats.get(params.id), params.id);
}

/** The chat of the message in the path. */
export function byMessage(context: Context, params: Record<string, string>): RequestTarget {
	const message = context.state.messages.get(params.id);
	return message ? ofChat(context.state.chats.get(message.chatId), message.chatId) : NOBODY;
}

/** The phone or the delivery chat in the body of a location. */
export function byPhoneOrDeliveryChat(
	context: Context,
	params: Record<string, string>,
	json: unknown,
): RequestTarget {
	const id = (json as { chat_id?: unknown } | null | undefined)?.chat_id;
	if (typeof id !== 'string') return byPhone(context, params, json);
	return ofChat(context.state.chatsByDeliveryId.get(id), id);
}
