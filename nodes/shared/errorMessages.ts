import type { ApiError } from './apiError';
import type { AttemptError, NoResponse } from './retry';

/** What the user knows and the response does not say. */
export interface ErrorContext {
	/** Sender line of the request */
	line?: string;
	/** Attachments in the order in which they were sent, by file name or ID */
	attachments?: string[];
	/** The API's address, for responses that do not come from Chert */
	baseUrl?: string;
	/** The ID that the request is about, to quote it when Chert does not have it */
	id?: string;
	/** Where a person sees whether the request was processed; default: the chat */
	checkIn?: string;
	/** What happens to a message that may have been sent when the execution is retried; default: it is not sent again */
	ifRetried?: string;
	/** What a code means for this operation, where that is more specific than {@link BY_CODE} */
	byCode?: Record<number, ErrorMessage>;
}

/** An error as people read it. */
export interface ErrorMessage {
	/** What happened: one sentence without a period */
	message: string;
	/** How to fix it. Code, status, and trace ID for support follow. */
	description: string;
}

/** Activating a trigger shows only the message, so it names the fix where possible. */
interface ErrorTemplate {
	message: (error: ApiError, context: ErrorContext) => string;
	hint: string | ((error: ApiError, context: ErrorContext) => string);
}

const say = (message: string, hint: string): ErrorTemplate => ({ message: () => message, hint });

const quoted = ({ id }: ErrorContext) => (id === undefined ? 'this ID' : `the ID "${id}"`);

const attachmentName = ({ attachmentIndex }: ApiError, { attachments = [] }: ErrorContext) => {
	if (attachmentIndex === undefined) {
		return attachments.length === 1 ? `the attachment ${attachments[0]}` : 'an attachment';
	}
	const name = attachments[attachmentIndex];
	return name ? `attachment ${attachmentIndex + 1} (${name})` : `attachment ${attachmentIndex + 1}`;
};

const ofAttachment = (before: string, after: string, hint: string): ErrorTemplate => ({
	message: (error, context) => {
		const sentence = `${before}${attachmentName(error, context)}${after}`;
		return sentence[0].toUpperCase() + sentence.slice(1);
	},
	hint,
});

/** People mix up the IDs of chats and messages; their usual shapes tell them apart (API section 2.6). */
const MESSAGE_ID = /^(msg_.*|[0-9a-f]{32}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12})$/;
const CHAT_ID = /^(ch_.*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Source: API section 8. Where a code has several meanings, Chert's own words follow. */
const BY_CODE: Record<number, ErrorTemplate> = {
	1001: say('A required field is missing', 'Fill in the field that Chert names'),
	1002: {
		message: (error, context) =>
			error.attachmentIndex === undefined
				? 'A field has a value that Chert does not accept'
				: `Chert does not accept ${attachmentName(error, context)}`,
		hint: 'Correct the value that Chert names',
	},
	1003: say(
		'A phone number is not valid, or a required field is missing',
		'Enter phone numbers with + and the country code, e.g. +15550100123',
	),
	1004: say(
		'Chert could not read the request',
		'Check the values that come from expressions, then try again',
	),
	1005: say(
		'The first message of a chat has a web address in its text, or a part of the type link',
		'Add the address as a Rich Link part. For a group, send it with Send to Chat after the first message',
	),
	1006: say(
		'The message has too many parts or recipients, or the operation is for groups only',
		'Send at most 10 parts to at most 31 recipients, and use group operations only on groups',
	),
	1007: say('Rate limit reached', 'Try again later'),
	1008: say(
		"Two text parts can't be adjacent",
		'Merge them into one text part, or add another part between them',
	),
	1009: say('The text is too long', 'Shorten it, or split it into several messages'),
	1010: say('The service is not supported', 'Chert sends iMessage only'),
	1011: ofAttachment(
		'Chert cannot use ',
		'',
		'Use the attachment ID from Upload Attachment, not a web address',
	),
	1012: say(
		'The message, attachment or idempotency key is in a state that does not allow this',
		'If you set Idempotency Key yourself, use a new one for changed content. Otherwise check what was sent before',
	),
	1013: say('The contact has no usable phone number', 'Add a phone number to the contact'),
	2001: say(
		'Chert does not know the tenant: check Tenant in the Chert API credential',
		'Copy the tenant slug from the API keys page of the Chert console',
	),
	2002: {
		message: (_error, context) => `There is no chat with ${quoted(context)}`,
		hint: (_error, { id = '' }) =>
			MESSAGE_ID.test(id)
				? 'It looks like a message ID. Use chatId from the same item'
				: 'Use chatId from the Chert Trigger, from Send or from Create Chat (convo_id does not work)',
	},
	2003: {
		message: (_error, context) => `There is no message with ${quoted(context)}`,
		hint: (_error, { id = '' }) =>
			CHAT_ID.test(id)
				? 'It looks like a chat ID. Use messageId from the same item'
				: 'Use messageId from the Chert Trigger, Send, Send to Chat or Get Many Messages',
	},
	2004: say(
		'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		'If the secret was rotated, enter the new one, because the old one stopped working immediately',
	),
	2005: say(
		'The Chert account is suspended or has no permission for this',
		'Contact Chert support to have it reactivated',
	),
	2006: {
		message: (_error, { line }) =>
			`${line ? `The line ${line}` : 'The sender line'} is not assigned to your account, or not active`,
		hint: 'Pick a line from the list that is not marked inactive',
	},
	2007: say('The email address of the account is not verified', 'Verify it in the Chert console'),
	2008: say('An account limit is reached', 'Wait for the next period or upgrade the Chert plan'),
	2011: say(
		'Chert could not find this: check that Base URL ends in /api/v1',
		'Base URL is in the Chert API credential. If the operation takes an ID, check that too',
	),
	2012: say('The request had no credential', 'Select a Chert API credential in this node'),
	2013: say(
		'The clock of the n8n server is off by more than 5 minutes',
		'Set it to the correct time, then try again',
	),
	3001: say(
		'Chert could not process the request',
		'Try again later; if this continues, contact Chert support',
	),
	3002: say(
		'Chert cannot deliver messages at the moment',
		'Try again later; if this continues, check that the project has an active line',
	),
	3003: say('Message delivery is not set up for this account', 'Contact Chert support'),
	3004: say('The delivery service did not accept the message', 'Try again later'),
	4001: say(
		'The message could not be delivered',
		'Try again later, and check that the recipient uses iMessage',
	),
	4002: say('All lines are busy for this recipient', 'Try again later'),
	4098: {
		message: ({ allowedEffects }) =>
			`Chert does not know this effect${allowedEffects?.length ? `. Known effects: ${allowedEffects.join(', ')}` : ''}`,
		hint: ({ allowedEffects }) =>
			allowedEffects?.length
				? 'Choose one of the known effects'
				: 'Remove Effect from the options, or choose another one',
	},
	4099: say(
		'This line or chat does not support the operation',
		'Use another line or chat, or leave the feature out; the first message to a group can contain only text',
	),
	5001: ofAttachment(
		'Chert cannot find ',
		'',
		'Check the attachment ID, or upload the file again and use the new ID',
	),
	5002: ofAttachment('', ' is too large', 'Send files of at most 100 MB'),
	5003: ofAttachment(
		'Chert does not accept the file type of ',
		'',
		'Convert the file, e.g. to JPEG, PNG, MP4 or PDF, or correct its MIME type',
	),
	5004: ofAttachment(
		'',
		' was created but never uploaded',
		'Upload the file again and use the new attachment ID',
	),
};

const BY_STATUS: Record<number, ErrorTemplate> = {
	401: BY_CODE[2004],
	404: {
		message: (_error, { baseUrl = 'this address' }) =>
			`There is no Chert API at ${baseUrl}: check that Base URL ends in /api/v1`,
		hint: 'Correct it in the Chert API credential',
	},
	407: say('A proxy requires a password', 'Check the proxy settings of n8n'),
	413: say('The request is too large', 'Send files of at most 100 MB, and shorter texts'),
	429: BY_CODE[1007],
};

/** For codes that are not known here. */
const REJECTED: ErrorTemplate = {
	message: () => 'Chert rejected the request',
	hint: ({ retryable, message }) => {
		if (retryable) return 'Try again later';
		return message ? 'Correct the request as Chert says' : 'Check the fields of this node';
	},
};

/**
 * Describes why an attempt did not succeed, for the person who runs the workflow.
 *
 * @param context what the user knows
 * @param outcomeUnknown true when Chert may have done the work, and the user has to check
 */
export function describeAttemptError(
	error: AttemptError,
	context: ErrorContext = {},
	outcomeUnknown = false,
): ErrorMessage {
	if (error.kind === 'noResponse') return describeNoResponse(error, outcomeUnknown, context);
	const { message, description } = describeApiError(error.apiError, context);
	return {
		message,
		description: outcomeUnknown ? `${description} ${mayBeDone(context)}` : description,
	};
}

/** What people need to know of a request that must not be sent twice, while its outcome is unknown. */
export function mayBeDone({ checkIn = 'the chat' }: ErrorContext): string {
	return `The request may have been processed. Check ${checkIn} before you run it again.`;
}

/**
 * Describes an error response.
 *
 * Source: API sections 2 and 8.
 */
export function describeApiError(error: ApiError, context: ErrorContext = {}): ErrorMessage {
	const { code } = error;
	const ownTemplate = code === undefined ? undefined : context.byCode?.[code];
	const template = ownTemplate
		? say(ownTemplate.message, ownTemplate.description)
		: BY_CODE[code ?? NaN];
	if (!template && code === undefined && error.message === undefined)
		return describeForeignResponse(error, context);

	const chertSays = error.message ? ` Chert says: ${error.message.replace(/\.$/, '')}.` : '';
	return fill(template ?? BY_STATUS[error.status] ?? REJECTED, error, context, chertSays);
}

/** A response without any of Chert's fields: from a proxy, a web page, a wrong address. */
function describeForeignResponse(error: ApiError, context: ErrorContext): ErrorMessage {
	const { status } = error;
	const at = context.baseUrl ? ` at ${context.baseUrl}` : '';
	if (status >= 200 && status < 400) {
		const hint =
			'Check Base URL in the Chert API credential: it must be the API itself, without a redirect';
		return fill(say(`Something other than Chert responded${at}`, hint), error, context);
	}
	const template =
		BY_STATUS[status] ??
		(status >= 500
			? say(
					`Chert, or a proxy in front of it, could not process the request${at}`,
					'Try again later',
				)
			: say(
					`A proxy or firewall rejected the request${at}`,
					"Check Base URL in the Chert API credential and n8n's network",
				));
	return fill(template, error, context);
}

function fill(
	{ message, hint }: ErrorTemplate,
	error: ApiError,
	context: ErrorContext,
	chertSays = '',
): ErrorMessage {
	const text = typeof hint === 'string' ? hint : hint(error, context);
	return {
		message: message(error, context),
		description: `${text}.${chertSays}${wait(error)} (${reference(error)})`,
	};
}

function wait({ retryAfter }: ApiError): string {
	if (retryAfter === undefined) return '';
	const seconds = Math.ceil(retryAfter);
	return ` Chert asks for a wait of ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}

function reference({ code, status, traceId }: ApiError): string {
	return [
		code === undefined ? undefined : `Chert code ${code}`,
		`HTTP ${status}`,
		traceId && `trace ${traceId}`,
	]
		.filter(Boolean)
		.join(', ');
}

/**
 * Describes a request that got no response.
 *
 * @param outcomeUnknown true when Chert may have done the work, and the user has to check
 */
export function describeNoResponse(
	{ reason }: NoResponse,
	outcomeUnknown: boolean,
	context: ErrorContext = {},
): ErrorMessage {
	const chert = `Chert${context.baseUrl ? ` at ${context.baseUrl}` : ''}`;
	if (outcomeUnknown) {
		return { message: `${chert} did not respond: ${reason}`, description: mayBeDone(context) };
	}
	return {
		message: `${chert} did not respond (${reason}): check Base URL and n8n's network`,
		description: 'Base URL is in the Chert API credential. If both are correct, try again later.',
	};
}

/**
 * Describes a file that n8n could not store.
 *
 * @param reason in the words of n8n's binary data storage
 */
export function describeStorageError(attachmentId: string, reason: string): ErrorMessage {
	return {
		message: `n8n could not store the file of attachment "${attachmentId}"`,
		description: `Its binary data storage says: ${reason}. Check for a full disk or a size limit, then run it again.`,
	};
}
