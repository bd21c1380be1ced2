import type { Context } from '../server/context';
import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import { addMessage, directChat, lineById, lineOf } from '../world/messaging';
import { locationBody } from '../schemas/locations';
import type { Chat, Line } from '../world/types';
import { byPhoneOrDeliveryChat } from './requestTargets';

/** How a pin is shown: as a card if the line can, otherwise as a map link if the request allows it (§3.16). */
function displayMode(line: Line, fallbackMode: string | undefined): string {
	if (line.capabilities.includes('location')) return 'balloon';
	if (fallbackMode === 'auto') return 'url';
	throw new ApiError(4099);
}

function chatByDeliveryId(context: Context, id: string): Chat {
	const chat = context.state.chatsByDeliveryId.get(id);
	if (!chat) throw new ApiError(2002);
	return chat;
}

/** §3.16 */
export const locationRoutes = [
	route({
		name: 'locations.send',
		method: 'POST',
		path: '/locations',
		body: locationBody,
		target: byPhoneOrDeliveryChat,
		idempotencyKey: (body) => body.idempotency_key,
		handle({ context, body }) {
			const wanted =
				body.phone_line_id === undefined ? {} : { line: lineById(context, body.phone_line_id) };
			const chat =
				body.phone === undefined
					? chatByDeliveryId(context, body.chat_id ?? '')
					: directChat(context, body.phone, wanted).chat;
			const line = lineOf(context, chat);
			const mode = displayMode(line, body.fallback_mode);
			const pin = {
				latitude: body.latitude,
				longitude: body.longitude,
				...(body.label === undefined ? {} : { label: body.label }),
				...(body.address === undefined ? {} : { address: body.address }),
				mode,
			};
			const message = addMessage(context, {
				chat,
				line,
				direction: 'outbound',
				route: 'locations.send',
				parts: [{ type: 'location', ...pin }],
				...(body.idempotency_key === undefined ? {} : { idempotencyKey: body.idempotency_key }),
			});
			return {
				status: 202,
				body: {
					message_id: message.id,
					status: 'queued',
					phone_line_id: line.phoneLineId,
					delivery: 'queued',
					location: {
						...pin,
						...(body.fallback_mode === undefined
							? {}
							: { fallback_mode_requested: body.fallback_mode }),
					},
				},
			};
		},
	}),
];
