import { z } from 'zod';

import { E164, httpsUrl, nonEmpty, phone, addApiIssue } from './common';
import { firstMessageParts, parts } from './parts';

/** §3.2 */
export const MAX_RECIPIENTS = 31;

const recipients = z
	.array(phone)
	.transform((numbers) => [...new Set(numbers)])
	.superRefine((numbers, context) => {
		if (numbers.length === 0) addApiIssue(context, 'Missing required field: to', { code: 1001 });
		if (numbers.length > MAX_RECIPIENTS)
			addApiIssue(context, `more than ${MAX_RECIPIENTS} recipients`, { code: 1006, status: 422 });
	});

/** `POST /chats` (§3.2); `parallel_attachments` is inside `message` here. */
export const createChatBody = z
	.object({
		from: phone,
		to: recipients,
		message: z
			.object({
				parts: firstMessageParts,
				idempotency_key: nonEmpty.optional(),
				subject: z.string().optional(),
				parallel_attachments: z.boolean().optional(),
			})
			.strict(),
	})
	.strict()
	.superRefine((body, context) => {
		if (body.to.length > 1) {
			if (body.message.parts.some((part) => part.type !== 'text')) {
				addApiIssue(context, "a group's first message is one text part", { code: 4099 }, [
					'message',
					'parts',
				]);
			}
		} else if (body.message.subject !== undefined) {
			addApiIssue(context, 'only a group has a subject', { code: 1002 }, ['message', 'subject']);
		}
	});

/** `POST /chats/{id}/messages` (§3.3); `parallel_attachments` is next to `message` here. */
export const sendToChatBody = z
	.object({
		message: z.object({ parts, idempotency_key: nonEmpty.optional() }).strict(),
		parallel_attachments: z.boolean().optional(),
	})
	.strict();

/** `POST /chats/{id}/typing` (§3.6). */
export const typingBody = z.object({ state: z.enum(['typing', 'stopped']) }).strict();

/** `PUT /chats/{id}` (§3.7). */
export const updateGroupBody = z
	.object({
		display_name: z.string().trim().min(1).optional(),
		group_chat_icon: httpsUrl.optional(),
	})
	.strict()
	.superRefine((body, context) => {
		if (body.display_name === undefined && body.group_chat_icon === undefined) {
			addApiIssue(context, 'give display_name or group_chat_icon', { code: 1001 });
		}
	});

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** `POST /chats/{id}/participants` (§3.8): a phone number or an e-mail address, `handle` is an alias. */
export const participantBody = z
	.object({ address: z.string().trim().optional(), handle: z.string().trim().optional() })
	.strict()
	.transform(({ address, handle }, context) => {
		const value = address ?? handle ?? '';
		if (value === '') addApiIssue(context, 'Missing required field: address', { code: 1001 });
		else if (!E164.test(value) && !EMAIL.test(value))
			addApiIssue(context, 'not a phone number or e-mail address', { code: 1002 });
		return { address: value.toLowerCase() };
	});

const labeled = <Value extends z.ZodTypeAny>(value: Value) =>
	z.object({ value, label: z.string().optional() }).strict();

const contact = z
	.object({
		full_name: z.string().optional(),
		given_name: z.string().optional(),
		family_name: z.string().optional(),
		organization: z.string().optional(),
		phones: z.array(labeled(z.string().regex(E164))).optional(),
		emails: z.array(labeled(z.string().regex(EMAIL))).optional(),
	})
	.strict()
	.superRefine((value, context) => {
		const isIdentified = Object.values(value).some((field) =>
			typeof field === 'string' ? field.trim() !== '' : field !== undefined && field.length > 0,
		);
		if (!isIdentified) addApiIssue(context, 'the contact has no identifying field', { code: 1002 });
	});

const card = {
	contact: contact.optional(),
	vcard_text: z.string().startsWith('BEGIN:VCARD').optional(),
};

function checkCard(
	body: { contact?: unknown; vcard_text?: unknown },
	context: z.RefinementCtx,
): void {
	if (body.contact === undefined && body.vcard_text === undefined)
		addApiIssue(context, 'give contact or vcard_text', { code: 1001 });
	if (body.contact !== undefined && body.vcard_text !== undefined)
		addApiIssue(context, 'give contact or vcard_text, not both', { code: 1002 });
}

/** `POST /chats/{id}/send-contact` (§3.11); `to` is ignored here. */
export const sendContactBody = z
	.object({ ...card, to: z.unknown() })
	.strict()
	.superRefine(checkCard);

/** `POST /chats/send-contact` (§3.11). */
export const sendContactToBody = z
	.object({ ...card, to: phone })
	.strict()
	.superRefine(checkCard);

/** `POST /chats/share-contact-info` (§3.12). */
export const shareContactBody = z.object({ to: phone }).strict();
