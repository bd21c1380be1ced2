import type { Context } from '../server/context';
import type { Attachment, Chat, Line, SandboxMessage, Subscription } from '../world/types';

/** Chat as REST shows it (§2.7). */
export function chatView(chat: Chat): Record<string, unknown> {
	return {
		id: chat.id,
		display_name: chat.displayName,
		handles: chat.participants.map((address) => ({ service: 'imessage', address })),
		is_group: chat.isGroup,
		service: 'imessage',
		health_score: 87,
		created_at: new Date(chat.createdAt).toISOString(),
	};
}

/** Message as REST shows it (§2.7). */
export function messageView(message: SandboxMessage): Record<string, unknown> {
	return {
		id: message.id,
		chat_id: message.chatId,
		parts: message.parts,
		status: message.status,
		direction: message.direction,
		created_at: message.createdAt,
		delivered_at: message.deliveredAt,
		read_at: message.readAt,
		service: 'imessage',
	};
}

/** Message in the response of a send: sent, but not confirmed by a phone yet. */
export function sentMessageView(message: SandboxMessage): Record<string, unknown> {
	return { ...messageView(message), status: 'sent', delivered_at: null };
}

/** The shorter object of a grouped send (§2.7). */
export function groupedMessageView(message: SandboxMessage): Record<string, unknown> {
	return {
		id: message.id,
		chat_id: message.chatId,
		status: 'delivered',
		delivered_at: message.deliveredAt,
	};
}

/** §3.19 */
export function attachmentView(attachment: Attachment): Record<string, unknown> {
	return {
		attachment_id: attachment.id,
		content_type: attachment.mimeType,
		size_bytes: attachment.sizeBytes,
		filename: attachment.fileName,
		uploaded_at:
			attachment.uploadedAt === undefined ? null : new Date(attachment.uploadedAt).toISOString(),
		expires_at: new Date(attachment.expiresAt).toISOString(),
	};
}

/** §3.21 */
export function lineView(line: Line): Record<string, unknown> {
	return {
		id: line.phoneLineId,
		phone_line_id: line.phoneLineId,
		phone_number: line.phoneNumber,
		service: 'imessage',
		is_active: line.isActive,
		capabilities: line.capabilities,
	};
}

/** Subscription without its secret (§5.1). */
export function subscriptionView(subscription: Subscription): Record<string, unknown> {
	return {
		id: subscription.id,
		url: subscription.url,
		events: subscription.events,
		version: subscription.version,
		is_active: subscription.isActive,
		created_at: new Date(subscription.createdAt).toISOString(),
	};
}

/** A single object under its name, or bare with that variant of `objectWrapper`. */
export function wrapped(
	context: Context,
	name: string,
	view: Record<string, unknown>,
): Record<string, unknown> {
	return context.variants.objectWrapper === 'bare' ? view : { [name]: view };
}
