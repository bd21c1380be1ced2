import type { IDataObject } from 'n8n-workflow';

import type { ChertRequest } from '../../shared/request';
import { FileSource } from '../input/file';
import { digest } from './idempotencyKey';
import type { KeyedWrite } from './operation';

/** A copy of the request's JSON in which each file is replaced. */
function replaceFiles(value: unknown, replace: (file: FileSource) => string): unknown {
	if (value instanceof FileSource) return replace(value);
	if (Array.isArray(value)) return value.map((entry) => replaceFiles(entry, replace));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [name, replaceFiles(entry, replace)]),
	);
}

/**
 * What a request does, as a short text: the same for the same content in every attempt and every execution.
 *
 * @param files the item's files, which also stand for themselves where there is no request
 */
export function requestDigest(
	request: ChertRequest | undefined,
	files: readonly FileSource[],
): string {
	const contentKeys = files.map(({ contentKey }) => contentKey);
	if (!request) return digest(contentKeys);
	const json =
		files.length > 0 ? replaceFiles(request.json, ({ contentKey }) => contentKey) : request.json;
	return digest([request.method, request.path, json]);
}

/**
 * The request as it goes out.
 *
 * @param attachmentIds the IDs of the uploaded files
 * @param keyIn where the idempotency key belongs; undefined for requests that take none
 */
export function completeRequest(
	request: ChertRequest,
	attachmentIds: ReadonlyMap<FileSource, string>,
	keyIn: KeyedWrite['keyIn'] | undefined,
	key: string,
): ChertRequest {
	if (!request.json) return request;
	const json = (
		attachmentIds.size > 0
			? replaceFiles(request.json, (file) => attachmentIds.get(file) ?? '')
			: request.json
	) as IDataObject;
	if (keyIn === 'body') return { ...request, json: { ...json, idempotency_key: key } };
	if (keyIn === undefined) return { ...request, json };
	return {
		...request,
		json: { ...json, message: { ...(json.message as IDataObject), idempotency_key: key } },
	};
}
