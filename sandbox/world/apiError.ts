interface CodeFacts {
	status: number;
	retryable: boolean;
	message: string;
}

const no = (status: number, message: string): CodeFacts => ({ status, retryable: false, message });
const yes = (status: number, message: string): CodeFacts => ({ status, retryable: true, message });

/** Every code of §8 that this API can give, with its usual status and default of `retryable`. */
export const ERROR_CODES = {
	1001: no(400, 'A required field is missing'),
	1002: no(400, 'A field has an invalid value'),
	1003: no(400, 'Invalid phone number'),
	1004: no(400, 'The body is not valid JSON'),
	1005: no(
		400,
		'A first message cannot hold a URL in its text or a link part; use a rich_link part',
	),
	1006: no(400, 'Too many parts'),
	1007: yes(429, 'Rate limited'),
	1008: no(400, 'Consecutive text parts must be merged'),
	1009: no(400, 'Text too long'),
	1010: no(400, 'Unsupported service'),
	1011: no(409, 'Attachments are referenced by id, not by URL'),
	1012: no(409, 'The resource is in the wrong state'),
	1013: no(409, 'The contact has no usable phone'),
	2001: no(404, 'Tenant not found'),
	2002: no(404, 'Chat not found'),
	2003: no(404, 'Message not found'),
	2004: no(401, 'Bad token or signature'),
	2005: no(403, 'Tenant suspended'),
	2006: no(403, 'The line is not assigned to this tenant'),
	2007: no(403, 'The account e-mail address is not verified'),
	2008: no(402, 'Account limit reached'),
	2011: no(404, 'Resource not found'),
	2012: no(401, 'No credentials'),
	2013: no(401, 'The timestamp is more than 5 minutes off'),
	3001: yes(500, 'Internal error'),
	3002: yes(503, 'No eligible line is available'),
	3003: no(500, 'The delivery service is not configured'),
	3004: yes(502, 'The delivery service failed'),
	4001: yes(502, 'Downstream delivery failed'),
	4002: yes(503, 'All lines are saturated for this recipient'),
	4098: no(400, 'Unknown effect'),
	4099: no(501, 'Not supported for this line or context'),
	5001: no(404, 'Attachment not found'),
	5002: no(400, 'The attachment is too large'),
	5003: no(400, 'The MIME type is not supported'),
	5004: no(400, 'The attachment has not been uploaded yet'),
} as const satisfies Record<number, CodeFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

export function isErrorCode(code: number): code is ErrorCode {
	return code in ERROR_CODES;
}

export interface ErrorDetails {
	/** Overrides the usual HTTP status: some routes differ (§8). */
	status?: number;
	message?: string;
	retryable?: boolean;
	/** Seconds. */
	retryAfter?: number;
	/** 0-based. */
	attachmentIndex?: number;
	allowedEffects?: readonly string[];
	/** Status of the receiver, for replay only (§2.3). */
	downstreamStatus?: number;
}

/** An error of the API. Route and variant decide its JSON shape when it is sent. */
export class ApiError extends Error {
	readonly status: number;
	readonly retryable: boolean;

	constructor(
		readonly code: number,
		readonly details: ErrorDetails = {},
	) {
		const facts: CodeFacts = isErrorCode(code) ? ERROR_CODES[code] : no(400, 'Unknown code');
		super(details.message ?? facts.message);
		this.status = details.status ?? facts.status;
		this.retryable = details.retryable ?? facts.retryable;
	}
}
