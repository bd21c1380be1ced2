import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import type { ChertResponse } from '../../shared/apiError';
import type { ErrorContext } from '../../shared/errorMessages';
import type { ChertRequest } from '../../shared/request';
import type { AttemptResult, RetryLimits } from '../../shared/retry';
import type { FileSource } from '../input/file';
import type { Item } from '../input/item';

/** What an operation contributes: it turns an item into a request. Everything else is up to the transport. */
export interface Operation {
	/**
	 * Reads and checks the parameters of one item. Nothing is sent yet.
	 *
	 * @throws InputError with one sentence that names the field and how to fix it
	 */
	plan(item: Item): Plan | Promise<Plan>;
}

/** What a second request does to the work of the first, and so whether the transport may repeat it. */
export type Repeat =
	/** It changes nothing. */
	| 'read'
	/**
	 * It leaves everything as the first one did, or what it adds expires unused: mark-read, typing, updates, upload
	 * slots.
	 */
	| 'idempotentWrite'
	/** It may do the work a second time: repeated only if Chert certainly did nothing. */
	| 'singleWrite'
	/** Chert recognizes it by its idempotency key (API section 2.5). */
	| KeyedWrite;

export interface KeyedWrite {
	/** Where the request's JSON has the field `idempotency_key` */
	keyIn: 'body' | 'message';
	/** The user's own key, which wins */
	ownKey?: string;
}

/** One item, read and checked. */
export interface Plan {
	/**
	 * Requests with the same key are sent one after the other, in the order of the items: the phone number, chat, message
	 * or other object that they concern.
	 */
	orderingKey?: string;
	/** Files to upload first. */
	files?: FileSource[];
	/**
	 * The request as data. A {@link FileSource} anywhere in `json` stands for the ID that the file gets when it is
	 * uploaded. Absent when the upload is all there is to do.
	 */
	request?: ChertRequest;
	repeat: Repeat;
	/**
	 * Codes that say that there is nothing left to do. A retry that gets one counts as success with an empty body,
	 * because an earlier attempt may have done the work.
	 */
	doneOnRetry?: number[];
	retryLimits: RetryLimits;
	errorContext?: ErrorContext;
	/** A request before the main one, and how long to wait after it. Its errors are ignored. */
	before?: { request: ChertRequest; thenWaitMs: number };
	/**
	 * The request for the page after this response; undefined after the last page. Each page has its own retry limits.
	 */
	nextPage?: (response: JsonResponse) => ChertRequest | undefined;
	/**
	 * Makes the output items from the responses; by default one item, the response itself, or `success` if it is empty.
	 * If the response is a stream, an error here counts as a lost connection.
	 */
	toOutput?: (result: Result) => Output | Output[] | Promise<Output | Output[]>;
	/** IDs and phone number that the user entered, for outputs whose response does not repeat them. */
	given?: { chatId?: string; messageId?: string; phone?: string };
	/** True when the output also has the fields and files of the input item. */
	includeInputFields?: boolean;
}

/** A response of Chert with its parsed body. */
export interface JsonResponse {
	response: ChertResponse;
	/** `{}` when the body is empty; `{ data: [...] }` when it is a list */
	body: IDataObject;
}

/** In place of a response, where there is nothing to tell. A new one each time: outputs are changed. */
export const emptyResponse = (): JsonResponse => ({
	response: { statusCode: 200, headers: {} },
	body: {},
});

export interface Result extends JsonResponse {
	/** True when an earlier attempt may have done the work, long before this response */
	outcomeWasUnknown: boolean;
	/** The responses of all pages, the last of which is `response` */
	pages: JsonResponse[];
	uploads: UploadedFile[];
	/** Sends one more request, without a retry. */
	sendOnce(request: ChertRequest): Promise<AttemptResult<ChertResponse>>;
	/** Shows a hint above the output in the editor. */
	addHint(message: string): void;
}

/** A file that Chert has. The index signature makes it an item's JSON. */
export interface UploadedFile extends IDataObject {
	attachmentId: string;
	fileName: string;
	mimeType: string;
	sizeBytes: number;
}

export interface Output {
	json: IDataObject;
	binary?: IBinaryKeyData;
}
