import type { z } from 'zod';

import type { Context } from '../server/context';
import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import type { RouteResponse } from '../server/routeResponse';
import { contactPart } from '../world/contactCard';
import { addMessage, chatById, directChat, requireCapability } from '../world/messaging';
import { sendContactBody, sendContactToBody, shareContactBody } from '../schemas/chats';
import type { Chat, ContactPart, Part } from '../world/types';
import { byChat, byTo } from './requestTargets';

type ContactBody = Pick<z.output<typeof sendContactBody>, 'contact' | 'vcard_text'>;

const partOf = ({ contact, vcard_text: text }: ContactBody): ContactPart =>
	text === undefined ? contactPart(contact ?? {}) : { type: 'contact', vcard_text: text };

function deliver(
	context: Context,
	chat: Chat,
	routeName: string,
	part: Part,
	status: string,
): RouteResponse {
	if (chat.hasLeft) throw new ApiError(1012, { message: 'The line has left this group' });
	const line = requireCapability(context, chat, 'contact_card');
	addMessage(context, { chat, line, direction: 'outbound', route: routeName, parts: [part] });
	return { body: { chat_id: chat.id, status } };
}

/** The line's own "Me" card (§3.12). */
function share(context: Context, chat: Chat, routeName: string): RouteResponse {
	const { phoneNumber } = requireCapability(context, chat, 'contact_card');
	return deliver(
		context,
		chat,
		routeName,
		{
			...contactPart({
				full_name: `Line ${phoneNumber}`,
				phones: [{ value: phoneNumber }],
			}),
			is_own_card: true,
		},
		'shared',
	);
}

/** §3.11 and §3.12 */
export const contactRoutes = [
	route({
		name: 'chats.sendContact',
		method: 'POST',
		path: '/chats/:id/send-contact',
		body: sendContactBody,
		target: byChat,
		handle: ({ context, params, body }) =>
			deliver(context, chatById(context, params.id), 'chats.sendContact', partOf(body), 'sent'),
	}),
	route({
		name: 'chats.sendContactTo',
		method: 'POST',
		path: '/chats/send-contact',
		body: sendContactToBody,
		target: byTo,
		handle: ({ context, body }) =>
			deliver(
				context,
				directChat(context, body.to).chat,
				'chats.sendContactTo',
				partOf(body),
				'sent',
			),
	}),
	route({
		name: 'chats.shareContactInfo',
		method: 'POST',
		path: '/chats/:id/share-contact-info',
		target: byChat,
		handle: ({ context, params }) =>
			share(context, chatById(context, params.id), 'chats.shareContactInfo'),
	}),
	route({
		name: 'chats.shareContactInfoTo',
		method: 'POST',
		path: '/chats/share-contact-info',
		body: shareContactBody,
		target: byTo,
		missingCode: 1002,
		handle: ({ context, body }) =>
			share(context, directChat(context, body.to).chat, 'chats.shareContactInfoTo'),
	}),
];
