import type { Attachment, Chat, EventRow, SandboxMessage, Subscription } from './types';

/** Response of the last `/send` of one text to one phone, for the duplicate window (§3.1). */
export interface RecentSend {
	atMs: number;
	response: Record<string, unknown>;
}

/** All conversations, files, subscriptions and events, in memory. */
export class State {
	readonly chats = new Map<string, Chat>();
	/** One direct chat per number (§10). */
	readonly directChats = new Map<string, Chat>();
	readonly chatsByDeliveryId = new Map<string, Chat>();
	readonly messages = new Map<string, SandboxMessage>();
	/** All messages in the order in which they were delivered. */
	readonly timeline: SandboxMessage[] = [];
	readonly attachments = new Map<string, Attachment>();
	readonly subscriptions = new Map<string, Subscription>();
	/** Oldest first. */
	readonly eventRows: EventRow[] = [];
	readonly recentSends = new Map<string, RecentSend>();

	clear(): void {
		this.chats.clear();
		this.directChats.clear();
		this.chatsByDeliveryId.clear();
		this.messages.clear();
		this.timeline.length = 0;
		this.attachments.clear();
		this.subscriptions.clear();
		this.eventRows.length = 0;
		this.recentSends.clear();
	}
}
