import type { z } from 'zod';

import type { Context } from '../server/context';
import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import type { RouteResponse } from '../server/routeResponse';
import { addMessage, chatById, directChat, lineOf, requireCapability } from '../world/messaging';
import { sendContactBody, shareContactBody } from '../schemas/chats';
import type { Chat, Part } from '../world/types';
import { byChat, byTo } from './recipients';

type ContactBody = z.output<typeof sendContactBody>;

function contactPart({ contact, vcard_text }: ContactBody): Part {
	const fullName =
		contact?.full_name ?? [contact?.given_name, contact?.family_name].filter(Boolean).join(' ');
	const name = fullName || contact?.organization;
	return {
		type: 'contact',
		...(name ? { name } : {}),
		...(vcard_text === undefined ? {} : { vcard_text }),
	};
}

function deliver(
	context: Context,
	chat: Chat,
	routeName: string,
	part: Part,
	status: string,
): RouteResponse {
	const line = lineOf(context, chat);
	requireCapability(line, 'contact_card');
	addMessage(context, { chat, line, direction: 'outbound', route: routeName, parts: [part] });
	return { body: { chat_id: chat.id, status } };
}

/** The line's own "Me" card (§3.12). */
function share(context: Context, chat: Chat, routeName: string): RouteResponse {
	return deliver(
		context,
		chat,
		routeName,
		{ type: 'contact', name: `Line ${lineOf(context, chat).phoneNumber}` },
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
			deliver(
				context,
				chatById(context, params.id),
				'chats.sendContact',
				contactPart(body),
				'sent',
			),
	}),
	route({
		name: 'chats.sendContactTo',
		method: 'POST',
		path: '/chats/send-contact',
		body: sendContactBody,
		target: byTo,
		handle({ context, body }) {
			if (body.to === undefined)
				throw new ApiError(1001, { message: 'Missing required field: to' });
			return deliver(
				context,
				directChat(context, body.to).chat,
				'chats.sendContactTo',
				contactPart(body),
				'sent',
			);
		},
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
		handle({ context, body }) {
			if (body.to === undefined) throw new ApiError(1002, { message: 'No recipient phone' });
			return share(context, directChat(context, body.to).chat, 'chats.shareContactInfoTo');
		},
	}),
];
