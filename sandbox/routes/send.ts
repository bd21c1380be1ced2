import type { Context } from '../server/context';
import { ApiError } from '../world/apiError';
import { route } from '../server/route';
import { addMessage, directChat, lineById, lineOf } from '../world/messaging';
import { sendBody, type AttachmentReference } from '../schemas/send';
import type { Part } from '../world/types';
import { sendableAttachment } from './parts';
import { byPhone } from './requestTargets';

/** How long the same text to the same phone counts as a duplicate; the real time is not published (§10). */
const DUPLICATE_WINDOW_MS = 60_000;

/** A Live Photo is made of a HEIC upload and its partner (§3.1). */
const LIVE_PHOTO_TYPES = ['image/heic', 'image/heif'];

/** Blank lines split a body into bubbles (§3.1). */
function bubbles(body: string): Part[] {
	const texts = body.split(/\n[ \t]*\n/).filter((each) => each.trim() !== '');
	return texts.map((value) => ({ type: 'text', value }));
}

function mediaParts(context: Context, references: AttachmentReference[]): Part[] {
	return references.map(({ id, livePhoto }, attachmentIndex) => {
		const { mimeType } = sendableAttachment(context, id, { attachmentIndex });
		if (livePhoto && !LIVE_PHOTO_TYPES.includes(mimeType)) {
			throw new ApiError(1002, {
				attachmentIndex,
				message: `A Live Photo needs a HEIC upload, not ${mimeType}`,
			});
		}
		return { type: 'media', attachment_id: id, ...(livePhoto ? { live_photo: true } : {}) };
	});
}

/** §3.1 */
export const sendRoutes = [
	route({
		name: 'send',
		method: 'POST',
		path: '/send',
		errors: 'flat',
		body: sendBody,
		target: byPhone,
		idempotencyKey: (body) => body.idempotency_key,
		handle({ context, body }) {
			const { state, clock } = context;
			const parts = [...bubbles(body.body), ...mediaParts(context, body.attachments ?? [])];
			const wanted =
				body.phone_line_id === undefined ? undefined : lineById(context, body.phone_line_id);
			const window = `${body.phone}\n${body.body}`;
			const recent = state.recentSends.get(window);
			if (
				body.idempotency_key === undefined &&
				recent &&
				clock.now() - recent.atMs < DUPLICATE_WINDOW_MS
			) {
				return { body: { ...recent.response, status: 'duplicate', lead_created: false } };
			}
			const { chat, isNew } = directChat(context, body.phone, {
				...(wanted ? { line: wanted } : {}),
				...(body.name === undefined ? {} : { name: body.name }),
			});
			const line = lineOf(context, chat);
			const message = addMessage(context, {
				chat,
				line,
				direction: 'outbound',
				route: 'send',
				parts,
				...(body.effect === undefined ? {} : { effect: body.effect }),
				...(body.external_id === undefined ? {} : { externalId: body.external_id }),
				...(body.idempotency_key === undefined ? {} : { idempotencyKey: body.idempotency_key }),
			});
			const response = {
				status: 'sent',
				message_id: message.id,
				lead_id: chat.id,
				lead_created: isNew,
				convo_id: chat.convoId,
				phone_line_id: line.phoneLineId,
			};
			state.recentSends.set(window, { atMs: clock.now(), response });
			return { body: response };
		},
	}),
];
