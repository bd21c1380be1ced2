import type { IDataObject } from 'n8n-workflow';

import type { ApiError } from '../../shared/apiError';
import type { ErrorMessage } from '../../shared/errorMessages';

/** Why an item is not finished: what people read, and the details for a workflow to branch on. */
export class ItemError extends Error {
	readonly description: string;

	readonly details: IDataObject;

	/** @param details fields of the API's error; `outcomeUnknown` when the work may have been done all the same */
	constructor(
		{ message, description }: ErrorMessage,
		details: (ApiError & { outcomeUnknown?: boolean }) | IDataObject = {},
	) {
		super(message);
		this.description = description;
		this.details = publicDetails(details);
	}

	/** True when the work may have been done all the same. */
	get outcomeUnknown(): boolean {
		return this.details.outcomeUnknown === true;
	}
}

/** The error of an item; others, such as a wrong input, come without details. */
export function toItemError(error: unknown): ItemError {
	if (error instanceof ItemError) return error;
	const message = error instanceof Error ? error.message : String(error);
	return new ItemError({ message, description: 'This item was not finished.' });
}

/** What workflows can rely on; the error of the API has more. */
const PUBLIC_DETAILS = [
	'code',
	'status',
	'retryable',
	'retryAfter',
	'attachmentIndex',
	'allowedEffects',
	'traceId',
	'idempotencyKey',
	'outcomeUnknown',
];

function publicDetails(all: object): IDataObject {
	const known = Object.entries(all as IDataObject).filter(
		([name, value]) => PUBLIC_DETAILS.includes(name) && value !== undefined,
	);
	const { outcomeUnknown, ...details } = Object.fromEntries(known);
	return { ...details, ...(outcomeUnknown === true && { outcomeUnknown }) };
}
