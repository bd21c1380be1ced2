import type { ChertFailure } from './failure';
import type { Exchange } from './request';

/** What the reader of an error should know that the answer alone does not say. */
export interface Circumstances {
	/** Sender line that was asked for, as the user knows it */
	line?: string;
	/** Attachments in the order in which they were sent, as the user knows them */
	attachments?: string[];
	/** The API's address, for answers that do not come from Chert */
	baseUrl?: string;
	/** The chat ID is Chert's delivery chat ID, which only Send Location takes (API section 3.16) */
	isDeliveryChat?: boolean;
	/** Where a person sees whether the request was carried out; the chat where nothing else is said */
	seenIn?: string;
}

/** An error in the words of its reader. */
export interface Explanation {
	/** What happened, one sentence without a full stop */
	message: string;
	/** What to do, followed by code, status and trace id for support */
	description: string;
}

/** Where people activate a trigger they see what happened and nothing else, so that this names the cure where it can. */
interface Advice {
	happened: (failure: ChertFailure, circumstances: Circumstances) => string;
	cure: string | ((failure: ChertFailure, circumstances: Circumstances) => string);
}

const say = (happened: string, cure: string): Advice => ({ happened: () => happened, cure });

const nameOf = ({ attachmentIndex }: ChertFailure, { attachments = [] }: Circumstances) => {
	if (attachmentIndex === undefined)
		return attachments.length === 1 ? `the attachment ${attachments[0]}` : 'an attachment';
	const name = attachments[attachmentIndex];
	return name ? `attachment ${attachmentIndex + 1} (${name})` : `attachment ${attachmentIndex + 1}`;
};

const ofAttachment = (before: string, after: string, cure: string): Advice => ({
	happened: (failure, circumstances) => {
		const sentence = `${before}${nameOf(failure, circumstances)}${after}`;
		return sentence[0].toUpperCase() + sentence.slice(1);
	},
	cure,
});

/** Source: API section 8; where a code has several meanings, Chert's own words follow. */
const BY_CODE: Record<number, Advice> = {
	1001: say('A required field is missing', 'Fill in the field that Chert names'),
	1002: {
		happened: (failure, circumstances) =>
			failure.attachmentIndex === undefined
				? 'A field has a value that Chert does not accept'
				: `Chert does not accept ${nameOf(failure, circumstances)}`,
		cure: 'Correct the value that Chert names',
	},
	1003: say(
		'A phone number is not valid, or a required field is missing',
		'Write phone numbers as + and country code, e.g. +15550100123',
	),
	1004: say(
		'Chert could not read the request',
		'Check values that come from expressions, then try again',
	),
	1005: say(
		'The first message of a chat has a web address in its text, or a part of the type link',
		'Add the address as a Rich Link part instead',
	),
	1006: say(
		'The message has too many parts or recipients, or the operation is for groups only',
		'Send at most 10 parts to at most 31 recipients, and use group operations on groups',
	),
	1007: say(
		'Chert limits the number of requests just now',
		'Wait and run it again, or raise Max Retry Wait in the options',
	),
	1008: say(
		'Two text parts follow each other',
		'Merge them into one text part, or put another part between them',
	),
	1009: say('The text is too long', 'Shorten it, or split it into several messages'),
	1010: say('The service is not supported', 'Chert sends iMessage only'),
	1011: ofAttachment(
		'Chert cannot use ',
		'',
		'Refer to each attachment by the ID that Upload Attachment gave, not by a web address',
	),
	1012: say(
		'The message, attachment or idempotency key is in a state that does not allow this',
		'If you set an Idempotency Key yourself, use a new one for changed content. Otherwise check what was sent before',
	),
	1013: say('The contact has no usable phone number', 'Add a phone number to the contact'),
	2001: say(
		'Chert does not know the tenant: check Tenant in the Chert API credential',
		'The API keys page of the Chert console shows it',
	),
	2002: {
		happened: () => 'There is no chat with this ID',
		cure: (_failure, { isDeliveryChat }) =>
			isDeliveryChat
				? "Send Location takes Chert's delivery chat ID (like iMessage;+;chat123), which no node gives; for a direct chat choose Phone Number under Recipient instead"
				: 'Use the chat ID from Create Chat or the Chert Trigger, or the lead_id from Send (convo_id does not work)',
	},
	2003: say(
		'There is no message with this ID',
		'Use the message ID from a send or from the Chert Trigger',
	),
	2004: say(
		'Chert did not accept the credential: check Signing Secret in the Chert API credential',
		'After a rotation the old secret stops at once',
	),
	2005: say('Chert does not allow this for your account', 'Contact Chert support'),
	2006: {
		happened: (_failure, { line }) =>
			`${line ? `The line ${line}` : 'The sender line'} cannot be used: it is not assigned to your account, or not active`,
		cure: 'Pick a line from the list that is not marked inactive',
	},
	2007: say('The e-mail address of the account is not verified', 'Verify it in the Chert console'),
	2008: say(
		'A limit of the account is reached',
		'Wait for the next period or upgrade the Chert plan',
	),
	2011: say(
		'Chert does not have what was asked for: check Base URL, which ends in /api/v1',
		'Base URL is in the Chert API credential. Where the operation takes an ID, check that too',
	),
	2012: say('The request carried no credential', 'Choose a Chert API credential in this node'),
	2013: say(
		'The clock of this n8n is more than 5 minutes off',
		'Set the clock of the machine that runs n8n, then try again',
	),
	3001: say('Chert had an internal fault', 'Try again later'),
	3002: say(
		'Chert cannot deliver just now',
		'Run it again shortly; if it stays, check that a line of the project is active',
	),
	3003: say('Delivery is not set up for this account', 'Contact Chert support'),
	3004: say('The delivery service did not accept the message', 'Run it again shortly'),
	4001: say(
		'The message could not be delivered',
		'Run it again shortly; check that the recipient can receive iMessages',
	),
	4002: say(
		'All lines are busy for this recipient',
		'Wait and run it again, or raise Max Retry Wait in the options',
	),
	4098: {
		happened: ({ allowedEffects }) =>
			`Chert does not know this effect${allowedEffects?.length ? `; it knows: ${allowedEffects.join(', ')}` : ''}`,
		cure: ({ allowedEffects }) =>
			allowedEffects?.length
				? 'Choose one of the listed effects'
				: 'Take Effect out of the options, or choose another one',
	},
	4099: say(
		'This line or chat does not support the operation',
		'Use another line or chat, or leave the feature out; a first message to a group takes text only',
	),
	5001: ofAttachment(
		'Chert does not have ',
		'',
		'Check the attachment ID, or upload the file again and use the new one',
	),
	5002: ofAttachment('', ' is too large', 'Send files of at most 100 MB'),
	5003: ofAttachment(
		'Chert does not take ',
		', because of its type',
		'Convert the file, e.g. to JPEG, PNG, MP4 or PDF, or correct its MIME type',
	),
	5004: ofAttachment(
		'',
		' was announced but its file never arrived',
		'Upload the file again and use the new attachment ID',
	),
};

const BY_STATUS: Record<number, Advice> = {
	401: BY_CODE[2004],
	404: {
		happened: (_failure, { baseUrl = 'this address' }) =>
			`There is no Chert API at ${baseUrl}: check Base URL, which ends in /api/v1`,
		cure: 'Correct it in the Chert API credential',
	},
	407: say('A proxy asks for a password', 'Check the proxy settings of n8n'),
	413: say('The request is too large', 'Send files of at most 100 MB, and shorter texts'),
	429: BY_CODE[1007],
};

/** For codes that are not known here. */
const REFUSED: Advice = {
	happened: () => 'Chert refused the request',
	cure: ({ retryable, message }) => {
		if (retryable) return 'Try again later';
		return message ? 'Correct the request as Chert says' : 'Check the fields of this node';
	},
};

/**
 * Explains a failure answer to the person who runs the workflow.
 *
 * @param failure what {@link readFailure} found
 * @param circumstances names that the user knows
 * Source: API sections 2 and 8.
 */
export function explainFailure(
	failure: ChertFailure,
	circumstances: Circumstances = {},
): Explanation {
	const advice = (failure.code !== undefined && BY_CODE[failure.code]) || undefined;
	if (!advice && failure.code === undefined && failure.message === undefined)
		return explainStranger(failure, circumstances);

	const { happened, cure } = advice ?? BY_STATUS[failure.status] ?? REFUSED;
	const said = failure.message ? ` Chert says: ${failure.message.replace(/\.$/, '')}.` : '';
	return {
		message: happened(failure, circumstances),
		description: `${cureOf(cure, failure, circumstances)}.${said}${wait(failure)} (${reference(failure)})`,
	};
}

function cureOf(cure: Advice['cure'], failure: ChertFailure, circumstances: Circumstances): string {
	return typeof cure === 'string' ? cure : cure(failure, circumstances);
}

/** An answer without any of Chert's fields: a proxy, a web page, a wrong address. */
function explainStranger(failure: ChertFailure, circumstances: Circumstances): Explanation {
	const { baseUrl } = circumstances;
	const at = baseUrl ? ` at ${baseUrl}` : '';
	if (failure.status >= 200 && failure.status < 400) {
		return {
			message: `Something other than Chert answered${at}`,
			description: `Check Base URL in the Chert API credential: it must be the API itself, without a redirect. (${reference(failure)})`,
		};
	}
	const { happened, cure } =
		BY_STATUS[failure.status] ??
		(failure.status >= 500
			? say(`Chert, or a proxy before it, could not answer${at}`, 'Try again later')
			: say(
					`A proxy or firewall refused the request${at}`,
					'Check Base URL in the Chert API credential and the network of n8n',
				));
	return {
		message: happened(failure, circumstances),
		description: `${cureOf(cure, failure, circumstances)}.${wait(failure)} (${reference(failure)})`,
	};
}

function wait({ retryAfter }: ChertFailure): string {
	return retryAfter === undefined
		? ''
		: ` Chert asks to wait ${Math.ceil(retryAfter)} ${Math.ceil(retryAfter) === 1 ? 'second' : 'seconds'}.`;
}

function reference({ code, status, traceId }: ChertFailure): string {
	return [
		code === undefined ? undefined : `Chert code ${code}`,
		`HTTP ${status}`,
		traceId && `trace ${traceId}`,
	]
		.filter(Boolean)
		.join(', ');
}

/**
 * Explains a request that got no answer.
 *
 * @param silence the exchange
 * @param mayBeDone true when the request can have been carried out all the same
 */
export function explainSilence(
	silence: Extract<Exchange, { kind: 'silence' }>,
	mayBeDone: boolean,
	{ baseUrl, seenIn = 'the chat' }: Circumstances = {},
): Explanation {
	const chert = `Chert${baseUrl ? ` at ${baseUrl}` : ''}`;
	if (mayBeDone) {
		return {
			message: `${chert} did not answer: ${silence.reason}`,
			description: `Whether it was carried out is not known. Look into ${seenIn} before you run it again.`,
		};
	}
	return {
		message: `${chert} did not answer (${silence.reason}): check Base URL and the network of n8n`,
		description: 'Base URL is in the Chert API credential. If both are right, try again later.',
	};
}

/**
 * Explains a file that came but could not be kept.
 *
 * @param reason in the words of n8n's binary data storage
 */
export function explainStoreRefusal(attachmentId: string, reason: string): Explanation {
	return {
		message: `n8n could not store the file of attachment "${attachmentId}"`,
		description: `Its binary data storage says: ${reason}. Look for a full disk or a size limit there, then run it again.`,
	};
}
