import type { EventEmitter } from 'node:events';

/** A sender phone number owned by Chert and assigned to the tenant (§3.21). */
export interface Line {
	phoneLineId: string;
	/** E.164 */
	phoneNumber: string;
	isActive: boolean;
	/** Open set; routes that need a missing capability answer 4099. */
	capabilities: string[];
}

export type LineOptions = Pick<Line, 'phoneNumber'> & Partial<Line>;

/** An upload slot or a file that a lead sent (§3.17 to §3.20). */
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
	| { type: 'contact'; name?: string; vcard_text?: string };

export const REACTIONS = ['love', 'like', 'dislike', 'laugh', 'emphasize', 'question'] as const;
export type ReactionType = (typeof REACTIONS)[number];

export interface Reaction {
	type: ReactionType;
	/** E.164 of whoever put it on: a lead's number, or one of our lines. */
	from: string;
	direction: 'inbound' | 'outbound';
	at: string;
}

export interface Chat {
	id: string;
	/** Legacy id, only ever echoed (§2.6). */
	convoId: string;
	/** `iMessage;+;<chat>`: what `POST /locations` takes as `chat_id` (§3.16). */
	deliveryChatId: string;
	displayName: string;
	icon?: string;
	isGroup: boolean;
	/** E.164 numbers or e-mail addresses of the others in the chat. */
	participants: string[];
	/** The line the conversation is bound to. */
	phoneLineId: string;
	createdAt: number;
	hasLeft: boolean;
	messageIds: string[];
}

/** One message as the phones see it, in either direction. `GET /control/messages` lists these. */
export interface SandboxMessage {
	id: string;
	/** Position in the order of all messages, from 1. */
	sequence: number;
	direction: 'outbound' | 'inbound';
	/** Route that made it (`send`, `chats.create`, …), or `lead` for inbound ones. */
	route: string;
	chatId: string;
	isGroup: boolean;
	/** The lead's number of a direct chat; the sender's number for inbound messages; undefined for messages to a group. */
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
	readAt: string | null;
	editHistory: string[];
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

/** What changes, as it changes: for tests and for the live page (`GET /control/live`). */
export interface SandboxEventMap {
	/** A message of ours reached a phone. */
	message: [SandboxMessage];
	/** A message of ours was edited. */
	edited: [SandboxMessage];
	/** A lead wrote to us. */
	inbound: [SandboxMessage];
	/** A tapback was put on or taken off, by either side. */
	reaction: [{ message: SandboxMessage; reaction: Reaction; removed: boolean }];
	/** Our line has read a lead's message. */
	read: [SandboxMessage];
	/** A chat was made, renamed, joined or left, or is bound to another line. */
	chat: [Chat];
	/** The dots of §3.6. */
	typing: [{ chatId: string; state: 'typing' | 'stopped' }];
	/** One attempt to deliver a webhook has ended. */
	delivery: [{ eventId: string; type: string; url: string; attempt: DeliveryAttempt }];
	/** An event was recorded (§6.1), before its first delivery. */
	event: [EventRow];
	/** A scripted lead could not answer, e.g. because a file of the script is missing. */
	scriptFailed: [Error];
	/** `DELETE /control/state`. */
	reset: [];
}

export type SandboxEvents = EventEmitter<SandboxEventMap>;

/** All waiting times, in milliseconds. */
export interface Timing {
	/** How long a receiver may take to answer (§10). */
	webhookTimeoutMs: number;
	/** Pauses before the second and the third attempt (§10); their number decides how many attempts there are. */
	webhookRetryMs: number[];
	/** §6.4 */
	sseHeartbeatMs: number;
	/** §6.4 */
	sseLifetimeMs: number;
}
