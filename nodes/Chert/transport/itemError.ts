import type { IDataObject } from 'n8n-workflow';

import type { ErrorMessage } from '../../shared/errorMessages';
import type { ApiError } from '../../shared/apiError';

/** An item that could not be carried out: what its reader is told, and the details for a workflow to branch on. */
export class ItemError extends Error {
	readonly description: string;

	readonly details: IDataObject;

	/** @param isInDoubt true when the work may have been done all the same */
	constructor(
		{ message, description }: ErrorMessage,
		details: ApiError | IDataObject = {},
		readonly isInDoubt = false,
	) {
		super(message);
		this.description = description;
		this.details = detailsOf(details);
	}
}

function detailsOf(known: ApiError | IDataObject): IDataObject {
	const { code, status, retryable, retryAfter, attachmentIndex, allowedEffects, traceId } = known;
	const details = { code, status, retryable, retryAfter, attachmentIndex, allowedEffects, traceId };
	return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}
