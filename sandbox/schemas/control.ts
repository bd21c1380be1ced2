import { z } from 'zod';

import { REACTIONS } from '../world/types';
import { phone } from './common';

export const FAULT_KINDS = [
	'rateLimit',
	'saturated',
	'serverError',
	'notRetryable',
	'html',
	'emptyError',
	'slow',
	'cutBefore',
	'cutAfter',
	'cutMidBody',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export const faultRule = z
	.object({
		kind: z.enum(FAULT_KINDS),
		/** Name of a route, or `*` (default) for all. */
		route: z.string().optional(),
		method: z.string().optional(),
		/** Phone or chat id. */
		recipient: z.string().optional(),
		/** How often the rule applies; without it, until it is removed. */
		times: z.number().int().positive().optional(),
		/** 0 to 1, by seeded dice. */
		probability: z.number().min(0).max(1).optional(),
		/** Seconds, for `rateLimit` and `saturated` (default 1), or with any other code. */
		retryAfter: z.number().nonnegative().optional(),
		/** Before the answer; default 1000 for `slow`. */
		delayMs: z.number().nonnegative().optional(),
		code: z.number().int().optional(),
		status: z.number().int().min(400).max(599).optional(),
		/** Overrides what the code says by default. */
		retryable: z.boolean().optional(),
	})
	.strict();

export type FaultRule = z.infer<typeof faultRule>;

export const faultRules = z.array(faultRule);

const replyAttachment = z
	.object({
		fileName: z.string().min(1),
		mimeType: z.string().min(1),
		base64: z.string().optional(),
		/** File of this machine. */
		path: z.string().optional(),
	})
	.strict()
	.refine(
		(value) => (value.base64 === undefined) !== (value.path === undefined),
		'give either base64 or path',
	);

export const recipientReply = z
	.object({
		text: z.string().min(1).optional(),
		attachment: replyAttachment.optional(),
		/** `messageId`: default is the last message that we sent in the chat. */
		reaction: z
			.object({
				type: z.enum(REACTIONS),
				messageId: z.string().optional(),
				remove: z.boolean().optional(),
			})
			.strict()
			.optional(),
		/** Name of the recipient, for the direct chat. */
		name: z.string().min(1).optional(),
		/** The line that the recipient writes to, for the direct chat. */
		phoneLineId: z.string().optional(),
		/** A group that the lead is in; default is the lead's direct chat. */
		chatId: z.string().optional(),
		/** Also make the legacy `lead_reply` event. */
		legacy: z.boolean().optional(),
	})
	.strict()
	.refine(
		(value) => value.text ?? value.attachment ?? value.reaction,
		'give text, attachment or reaction',
	);

export type RecipientReply = z.infer<typeof recipientReply>;

export const replyScript = z
	.object({
		/** Only for this lead; default is any. */
		phone: phone.optional(),
		/** Regular expression on the text of what was delivered, ignoring case; default is any text. */
		onText: z
			.string()
			.refine((source) => {
				try {
					return Boolean(new RegExp(source, 'i'));
				} catch {
					return false;
				}
			}, 'not a regular expression')
			.optional(),
		reply: recipientReply,
		afterMs: z.number().nonnegative().default(0),
		/** How often the script answers; without it, each time. */
		times: z.number().int().positive().optional(),
	})
	.strict();

export type ReplyScript = z.input<typeof replyScript>;

export const replyScripts = z.array(replyScript);

export const clockChange = z
	.object({ advanceMs: z.number().optional(), setMs: z.number().optional() })
	.strict()
	.refine(
		(value) => (value.advanceMs === undefined) !== (value.setMs === undefined),
		'give either advanceMs or setMs',
	);

export type ClockChange = z.infer<typeof clockChange>;

export const redelivery = z
	.object({
		/** Row id (`evt_…`) or `event_id`. */
		eventId: z.string(),
		times: z.number().int().positive().default(1),
		concurrency: z.number().int().positive().default(1),
	})
	.strict();

export type Redelivery = z.input<typeof redelivery>;

export const accountChange = z
	.object({ state: z.enum(['active', 'suspended', 'unverified', 'limited']) })
	.strict();
