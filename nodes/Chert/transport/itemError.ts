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

function publicDetails(all: object): IDataObject {
	const {
		code,
		status,
		retryable,
		retryAfter,
		attachmentIndex,
		allowedEffects,
		traceId,
		outcomeUnknown,
		idempotencyKey,
	} = all as IDataObject;
	const details = {
		code,
		status,
		retryable,
		retryAfter,
		attachmentIndex,
		allowedEffects,
		traceId,
		idempotencyKey,
	};
	const known = Object.entries(details).filter(([, value]) => value !== undefined);
	return { ...Object.fromEntries(known), ...(outcomeUnknown === true && { outcomeUnknown }) };
}
