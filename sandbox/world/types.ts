import type { EventEmitter } from 'node:events';

/** A sender phone number owned by Chert and assigned to the tenant (§3.21). */
export interface Line {
	phoneLineId: string;
	/** E.164 */
	phoneNumber: string;
	isActive: boolean;
	/** Open set; routes that need a missing capability respond with 4099. */
	capabilities: string[];
}

export type LineOptions = Pick<Line, 'phoneNumber'> & Partial<Line>;

/** An upload slot, or a file that a recipient sent (§3.17 to §3.20). */
export interface Attachment {
	id: string;
	fileName: string;
	mimeType: string;
	sizeBytes: number;
	/** Milliseconds of the sandbox clock; a slot cannot be filled after this. */
	expiresAt: number;
	/** Milliseconds of the sandbox clock; undefined until the bytes are there. */
	uploadedAt?: number;
	sha256?: string;
	/** Where the bytes are, once uploaded. */
	filePath?: string;
}

/** The fields of a contact (§3.11). */
export interface ContactCard {
	full_name?: string;
	given_name?: string;
	family_name?: string;
	organization?: string;
	phones?: Array<{ value: string; label?: string }>;
	emails?: Array<{ value: string; label?: string }>;
}

/** A contact card in a conversation (§3.11, §3.12); Chert does not document this part. */
export interface ContactPart {
	type: 'contact';
	/** Heading of the card: full name, given and family name, or organization. Absent on a raw vCard. */
	name?: string;
	/** The fields, unless it was sent as a raw vCard. */
	contact?: ContactCard;
	/** The raw vCard, when it was sent as one. */
	vcard_text?: string;
	/** Present when the line shared its own card. */
	is_own_card?: true;
}

export type Part =
	| { type: 'text'; value: string }
	| {
			type: 'media';
			attachment_id: string;
			live_photo?: boolean;
			filename?: string;
			mime_type?: string;
			size_bytes?: number;
	  }
	| {
			type: 'rich_link';
			url: string;
			title?: string;
			summary?: string;
			image_url?: string;
			icon_url?: string;
	  }
	| { type: 'link'; url: string }
	| {
			type: 'location';
			latitude: number;
			longitude: number;
			label?: string;
			address?: string;
			mode: string;
	  }
	| ContactPart;

export const REACTIONS = ['love', 'like', 'dislike', 'laugh', 'emphasize', 'question'] as const;
export type ReactionType = (typeof REACTIONS)[number];

export type TypingState = 'typing' | 'stopped';

export interface Reaction {
	type: ReactionType;
	/** E.164 of the person who reacted, or of our line. */
	from: string;
	direction: 'inbound' | 'outbound';
	at: string;
}

/** One change of a group, as its members see it between the messages. */
export interface GroupChange {
	type: 'created' | 'renamed' | 'iconChanged' | 'joined' | 'removed' | 'left';
	/** ISO 8601 of the sandbox clock. */
	at: string;
	/** The change comes after the message with this `sequence`; 0 when it comes before all. */
	afterSequence: number;
	/** Who joined or was removed (number or e-mail address); the line's number when it left. */
	address?: string;
	/** The new name, of `created` and `renamed`. */
	displayName?: string;
	/** The new picture, of `iconChanged`. */
	icon?: string;
}

/** A text that an edit replaced. */
export interface Edit {
	partIndex: number;
	previousText: string;
	/** ISO 8601 of the sandbox clock. */
	at: string;
}

export interface Chat {
	id: string;
	/** Legacy ID, only echoed (§2.6). */
	convoId: string;
	/** `iMessage;+;<chat>`: what `POST /locations` takes as `chat_id` (§3.16). */
	deliveryChatId: string;
	displayName: string;
	icon?: string;
	isGroup: boolean;
	/** E.164 numbers or e-mail addresses of the others in the chat. */
	participants: string[];
	/** The line pinned to the conversation. */
	phoneLineId: string;
	createdAt: number;
	/** Whether the line left the group. */
	hasLeft: boolean;
	/** Whether the typing indicator shows (§3.6). */
	isTyping: boolean;
	/** Of groups, oldest first. */
	changes: GroupChange[];
	messageIds: string[];
}

/** One message as the phones see it, in either direction. `GET /control/messages` lists these. */
export interface SandboxMessage {
	id: string;
	/** Position in the order of all messages, from 1. */
	sequence: number;
	direction: 'outbound' | 'inbound';
	/** Route that created it (`send`, `chats.create`, …), or `lead` for inbound messages. */
	route: string;
	chatId: string;
	isGroup: boolean;
	/** The recipient of a direct message, or the sender of an inbound one; undefined for messages to a group. */
	phone?: string;
	recipients: string[];
	/** E.164 of the line that sent or received it. */
	line: string;
	phoneLineId: string;
	/** All texts of the message, joined with a blank line. */
	text: string;
	parts: Part[];
	attachments: Array<{
		attachmentId: string;
		fileName: string;
		mimeType: string;
		sizeBytes: number;
		sha256?: string;
	}>;
	effect?: string;
	parallelAttachments: boolean;
	idempotencyKey?: string;
	externalId?: string;
	reactions: Reaction[];
	status: 'delivered' | 'received' | 'read';
	/** ISO 8601 of the sandbox clock. */
	createdAt: string;
	deliveredAt: string | null;
	/** When our line read an inbound message (§3.5). */
	readAt: string | null;
	/** Replaced texts, oldest first. */
	editHistory: Edit[];
}

export interface Subscription {
	id: string;
	url: string;
	/** Empty = all events (§5.1). */
	events: string[];
	version: string;
	isActive: boolean;
	createdAt: number;
	/** 64 hexadecimal characters; signs the deliveries. */
	secret: string;
}

export interface DeliveryAttempt {
	at: string;
	/** HTTP status of the receiver; absent when it could not be reached. */
	status?: number;
	error?: string;
	duration_ms: number;
	subscription_id: string;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'dev_inbox';

/** One row of `GET /events` (§6.1), kept in the API's own shape. */
export interface EventRow {
	id: string;
	type: string;
	event_id: string;
	lead_id: string;
	convo_id: string;
	payload: Envelope;
	delivery: {
		status: DeliveryStatus;
		url: string | null;
		attempts: DeliveryAttempt[];
		delivered_at: string | null;
	};
	created_at: string;
}

/** The body of a delivery (§5.3). */
export interface Envelope {
	event: string;
	event_id: string;
	timestamp: string;
	api_version: string;
	webhook_version: string;
	event_type: string;
	trace_id: string;
	partner_id: string;
	data: Record<string, unknown>;
}

export type AccountState = 'active' | 'suspended' | 'unverified' | 'limited';

/**
 * The live feed: `sandbox.events` in process, and `GET /control/live` as `{ type, detail }`. Each detail is the whole
 * object after the change, as `GET /control/messages` and `GET /control/chats` list it.
 */
export interface SandboxEventMap {
	/** A message of ours reached a phone. */
	message: [SandboxMessage];
	/** A recipient wrote to us. */
	inbound: [SandboxMessage];
	/** A message of ours was edited; `editHistory` has the texts before. */
	edited: [SandboxMessage];
	/** A reaction was added or removed, by either side. */
	reaction: [{ message: SandboxMessage; reaction: Reaction; removed: boolean }];
	/** Our line read an inbound message (`readAt`). */
	read: [SandboxMessage];
	/** A chat was created, changed, left, or is sent from another line. */
	chat: [Chat];
	/** A group changed; `chat` comes with it. */
	groupChange: [{ chat: Chat; change: GroupChange }];
	/** The typing indicator of a chat appeared or disappeared (§3.6). */
	typing: [{ chatId: string; state: TypingState }];
	/** One attempt to deliver a webhook has ended. */
	delivery: [{ eventId: string; type: string; url: string; attempt: DeliveryAttempt }];
	/** An event was recorded (§6.1), before its first delivery. */
	event: [EventRow];
	/** A scripted reply could not be sent, e.g. because a file of the script is missing. */
	scriptFailed: [Error];
	/** `DELETE /control/state`. */
	reset: [];
}

export type SandboxEvents = EventEmitter<SandboxEventMap>;

/** All waiting times, in milliseconds. */
export interface Timing {
	/** How long a receiver may take to respond (§10). */
	webhookTimeoutMs: number;
	/** Pauses before the second and the third attempt (§10); their number decides how many attempts there are. */
	webhookRetryMs: number[];
	/** §6.4 */
	sseHeartbeatMs: number;
	/** §6.4 */
	sseLifetimeMs: number;
}
