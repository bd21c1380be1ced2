import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import type { Circumstances } from '../../shared/advice';
import type { ChertAnswer } from '../../shared/failure';
import { asObject } from '../../shared/object';
import type { ChertRequest } from '../../shared/request';
import type { FileSource } from '../input/file';
import type { Item } from './item';
import type { Patience } from '../../shared/retry';
import type { UploadedFile } from './upload';

/** What an operation of the node contributes: everything else is the transport's. */
export interface Operation {
	/**
	 * Reads and checks the parameters of one item. Nothing is sent yet.
	 *
	 * @throws InvalidInput with one sentence that names the field and the cure
	 */
	plan(item: Item): Plan | Promise<Plan>;
}

/** One item, read and checked. */
export interface Plan {
	/** Items of the same lane leave one after the other: the recipient or the chat. */
	lane?: string;
	/** Uploaded before the request is made; the request gets their ids in this order. */
	files?: FileSource[];
	/** Absent when uploading is all there is to do. */
	request?: (attachmentIds: string[], idempotencyKey: string) => ChertRequest;
	/**
	 * What makes a repetition harmless. `key`: the request carries the idempotency key. `safe`: it changes
	 * nothing. `none`: it must not be repeated unless it is certain that nothing was done.
	 */
	repeat: 'key' | 'safe' | 'none';
	/** The user's own idempotency key, which wins. */
	ownKey?: string;
	patience: Patience;
	circumstances?: Circumstances;
	/** Makes the output from Chert's answer, which is the output by default. Where the answer is a stream, a rejection counts as a lost connection. */
	toOutput?: (result: Result) => Output | Promise<Output>;
}

export interface Result {
	answer: ChertAnswer;
	/** The answer's body, `{}` when it was empty */
	body: IDataObject;
	uploads: UploadedFile[];
}

export interface Output {
	json: IDataObject;
	binary?: IBinaryKeyData;
}

/**
 * An object that Chert may wrap under its name, under `data`, or not at all (API section 9).
 *
 * @param body the answer
 * @param name the wrapper, e.g. `message`
 */
export function unwrap(body: IDataObject, name: string): IDataObject {
	const data = asObject(body.data);
	return asObject(body[name]) ?? asObject(data?.[name]) ?? data ?? body;
}
