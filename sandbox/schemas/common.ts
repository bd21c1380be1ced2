import { z, ZodIssueCode, type RefinementCtx, type ZodError } from 'zod';

import { ApiError, type ErrorCode } from '../world/apiError';

/** §10 */
export const E164 = /^\+[1-9]\d{6,14}$/;

/** Longest text, in characters. The real number is not published (§9). */
const MAX_TEXT_LENGTH = 20_000;

/** What an error may have besides its code. */
export interface IssueParams {
	code: ErrorCode;
	status?: number;
	attachmentIndex?: number;
	allowedEffects?: readonly string[];
}

/** Adds an issue that becomes the given Chert code. */
export function addApiIssue(
	context: RefinementCtx,
	message: string,
	params: IssueParams,
	path: Array<string | number> = [],
): void {
	context.addIssue({ code: ZodIssueCode.custom, message, params, path });
}

export const phone = z.string().superRefine((value, context) => {
	if (!E164.test(value))
		addApiIssue(context, `${JSON.stringify(value)} is not an E.164 phone number`, { code: 1003 });
});

export const text = z.string().superRefine((value, context) => {
	if (value.trim() === '') addApiIssue(context, 'empty text', { code: 1002 });
	if (value.length > MAX_TEXT_LENGTH)
		addApiIssue(context, `more than ${MAX_TEXT_LENGTH} characters`, { code: 1009 });
});

export const nonEmpty = z.string().min(1);

/** A date, or a date with a time and its offset. */
const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;

export const isoTime = z
	.string()
	.refine(
		(value) => ISO_8601.test(value) && !Number.isNaN(Date.parse(value)),
		'not an ISO 8601 time',
	);

export const httpUrl = z
	.string()
	.refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), 'not a URL');

export const httpsUrl = z
	.string()
	.refine((value) => value.startsWith('https://') && URL.canParse(value), 'not an HTTPS URL');

/**
 * Turns the first issue of a failed validation into Chert's code (§10): 1001 for a missing field, 1002 for a wrong
 * type or value, or the code that the schema itself asked for. Missing fields come first.
 *
 * @param missingCode some routes use 1002 for a missing field
 */
export function validationError(error: ZodError, missingCode: ErrorCode = 1001): ApiError {
	const isMissing = (issue: ZodError['issues'][number]): boolean =>
		issue.code === ZodIssueCode.invalid_type && issue.received === 'undefined';
	const issue = error.issues.find(isMissing) ?? error.issues[0];
	const field = issue.path.join('.');
	if (isMissing(issue))
		return new ApiError(missingCode, { message: `Missing required field: ${field || 'body'}` });
	const params =
		issue.code === ZodIssueCode.custom ? (issue.params as IssueParams | undefined) : undefined;
	const { code = 1002, ...details } = params ?? {};
	return new ApiError(code, {
		...details,
		message: field === '' ? issue.message : `${field}: ${issue.message}`,
	});
}
