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

const faultRule = z
	.object({
		kind: z.enum(FAULT_KINDS),
		/** Name of a route, or `*` (default) for all. */
		route: z.string().optional(),
		method: z.string().optional(),
		/** Phone or chat id. */
		recipient: z.string().optional(),
		/** How often the rule applies; without it, until it is removed. */
		times: z.number().int().positive().optional(),
		/** 0 to 1, decided by seeded random numbers. */
		probability: z.number().min(0).max(1).optional(),
		/** Seconds, for `rateLimit` and `saturated` (default 1), or with any other code. */
		retryAfter: z.number().nonnegative().optional(),
		/** Before the response; default 1000 for `slow`. */
		delayMs: z.number().nonnegative().optional(),
		code: z.number().int().optional(),
		/** Some proxies send their page with 200. */
		status: z.number().int().min(200).max(599).optional(),
		/** Overrides the default of the code. */
		retryable: z.boolean().optional(),
	})
	.strict();

export type FaultRule = z.infer<typeof faultRule>;

/** One or a list of them, as a list. */
const oneOrMore = <Item extends z.ZodTypeAny>(item: Item) =>
	z.preprocess((input) => [input].flat(), z.array(item));

export const faultRules = oneOrMore(faultRule);

const file = { fileName: z.string().min(1), mimeType: z.string().min(1) };

/** Over HTTP a file comes as its bytes: no request may name a file of this machine. */
const uploadedFile = z.object({ ...file, base64: z.string() }).strict();

/** In process, a path of this machine is allowed too. */
const uploadedOrLocalFile = z
	.object({ ...file, base64: z.string().optional(), path: z.string().optional() })
	.strict()
	.refine(
		(value) => (value.base64 === undefined) !== (value.path === undefined),
		'give either base64 or path',
	);

function replyWith<File extends z.ZodTypeAny>(attachment: File) {
	return z
		.object({
			text: z.string().min(1).optional(),
			attachment: attachment.optional(),
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
			/** Default is the chat of `messageId`, or the recipient's direct chat. */
			chatId: z.string().optional(),
			/** Also record the legacy `lead_reply` event. */
			legacy: z.boolean().optional(),
		})
		.strict()
		.refine(
			({ text, attachment: chosen, reaction }) =>
				text !== undefined || chosen !== undefined || reaction !== undefined,
			'give text, attachment or reaction',
		);
}

/** What a recipient does, given in process. */
export const recipientReply = replyWith(uploadedOrLocalFile);
/** What a recipient does, given over HTTP. */
export const httpRecipientReply = replyWith(uploadedFile);

export type RecipientReply = z.infer<typeof recipientReply>;

function isRegularExpression(source: string): boolean {
	try {
		return Boolean(new RegExp(source, 'i'));
	} catch {
		return false;
	}
}

function scriptWith<Reply extends z.ZodTypeAny>(reply: Reply) {
	return z
		.object({
			/** Only for this recipient; default is any. */
			phone: phone.optional(),
			/** Regular expression on the text of the delivered message, ignoring case; default is any text. */
			onText: z.string().refine(isRegularExpression, 'not a regular expression').optional(),
			reply,
			afterMs: z.number().nonnegative().default(0),
			/** How often the script runs; without it, each time. */
			times: z.number().int().positive().optional(),
		})
		.strict();
}

const replyScript = scriptWith(recipientReply);

/** A script before and after defaults are applied. */
export type ReplyScript = z.input<typeof replyScript>;
export type ValidReplyScript = z.output<typeof replyScript>;

export const replyScripts = oneOrMore(replyScript);
export const httpReplyScripts = oneOrMore(scriptWith(httpRecipientReply));

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

/** Query of `GET /control/messages`. */
export const messageFilter = z
	.object({
		phone: z.string().optional(),
		chatId: z.string().optional(),
		/** Default: what was delivered to phones, that is `outbound`. */
		direction: z.enum(['outbound', 'inbound', 'all']).optional(),
	})
	.strict();

export type MessageFilter = z.infer<typeof messageFilter>;

/** Body of `POST /control/variants`; the values are checked against `VARIANTS`. */
export const variantChange = z.record(z.unknown());
