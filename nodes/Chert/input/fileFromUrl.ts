import type { IBinaryData, IHttpRequestOptions } from 'n8n-workflow';

import { retryAfterHeader, type ApiError, type ChertResponse } from '../../shared/apiError';
import { fileFromResponse, StorageError } from '../../shared/downloadFile';
import { percentDecoded } from '../../shared/fieldValue';
import { toNoResponse, type ChertRequest } from '../../shared/request';
import type { LoadedFile, LoadResult } from './file';
import { CHUNK_BYTES, FileSource, MAX_FILE_BYTES, mimeTypeOf } from './file';
import { InputError } from './inputError';
import type { Item } from './item';

const MAX_REDIRECTS = 5;

/** Until the response begins. */
const RESPONSE_TIMEOUT_MS = 60_000;

/** For the whole file: 100 MB at 1 Mbit/s, so that a stalled transfer does not block the execution. */
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/**
 * A file at a web address. It is downloaded into n8n's binary data when it is loaded, without Chert's credential.
 * Whether private addresses can be reached is up to n8n.
 *
 * @param url an http or https address
 * @param ownName the name to upload it under, if the user entered one
 */
export function fileFromUrl(item: Item, url: string, ownName?: string): FileSource {
	const fileName = ownName ?? nameFromUrl(url);
	const contentKey = `${url}:${ownName ?? ''}`;
	return new FileSource({
		fileName,
		mimeType: mimeTypeOf(undefined, fileName),
		contentKey,
		fingerprint: contentKey,
		load: async (connection) => await downloadFromUrl(item, url, ownName, connection),
	});
}

async function downloadFromUrl(
	item: Item,
	url: string,
	ownName?: string,
	connection?: ChertRequest['connection'],
): Promise<LoadResult> {
	const shown = withoutQuery(url);
	const abort = new AbortController();
	const result = await request(item, url, shown, { signal: abort.signal, connection });
	if ('error' in result) return result;

	const response = result.value;
	const body = response.body as ByteStream;
	// Without a listener, a late error of a response that is not read would end n8n.
	body.on('error', () => undefined);
	const refusal = checkResponse(response, shown);
	if (refusal) {
		abort.abort();
		if (!isTransient(response)) throw new InputError(refusal);
		return { error: { kind: 'apiError', apiError: toApiError(response) }, sentence: refusal };
	}

	let receivedBytes = 0;
	const counted = body.map((chunk) => {
		receivedBytes += chunk.length;
		if (receivedBytes > MAX_FILE_BYTES) abort.abort();
		return chunk;
	});
	let fault: unknown;
	const stored = await fileFromResponse(
		item,
		nameFromUrl(url),
		{ ...response, body: counted },
		{ fileName: hasEnding(nameFromUrl(url)) ? nameFromUrl(url) : undefined },
	).catch((error: unknown) => void (fault = error));
	if (!stored) {
		abort.abort();
		if (receivedBytes > MAX_FILE_BYTES) throw new InputError(tooLarge(shown));
		if (fault instanceof StorageError) {
			throw new InputError(
				`n8n could not store the file from ${shown} (${fault.message}): check for a full disk or a size limit`,
			);
		}
		return {
			error: { kind: 'noResponse', reason: 'the connection was cut', notSent: false },
			sentence: `The download from ${shown} was cut off: run it again`,
		};
	}
	const { file, sizeBytes } = stored;
	if (sizeBytes === 0) throw new InputError(`The file at ${shown} is empty: use another file`);
	const fileName = ownName ?? file.fileName ?? nameFromUrl(url);
	return {
		value: {
			fileName,
			mimeType: mimeTypeOf(file.mimeType, fileName),
			sizeBytes,
			open: async () => await openStored(item, file),
		},
	};
}

/** A readable stream; n8n forbids importing node:stream. */
type ByteStream = NodeJS.ReadableStream & {
	map(transform: (chunk: Uint8Array) => Uint8Array): NodeJS.ReadableStream;
};

async function request(
	item: Item,
	url: string,
	shown: string,
	{ signal, connection }: { signal: AbortSignal; connection: ChertRequest['connection'] },
): Promise<{ value: ChertResponse } | Extract<LoadResult, { error: unknown }>> {
	const signals = [signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)];
	const canceled = item.getExecutionCancelSignal();
	const options: IHttpRequestOptions = {
		...connection,
		method: 'GET',
		url,
		encoding: 'stream',
		// Only an uncompressed response has the size of the file.
		headers: { 'accept-encoding': 'identity' },
		maxRedirects: MAX_REDIRECTS,
		timeout: RESPONSE_TIMEOUT_MS,
		abortSignal: AbortSignal.any(canceled ? [...signals, canceled] : signals),
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	};
	let thrown: unknown;
	try {
		return { value: (await item.helpers.httpRequest(options)) as ChertResponse };
	} catch (error) {
		thrown = error;
	}
	const error = toNoResponse(thrown);
	return {
		error,
		sentence: `The file at ${shown} could not be downloaded (${error.reason}): check the web address and n8n's network`,
	};
}

/** Statuses after which the same request can succeed. */
const isTransient = ({ statusCode }: ChertResponse) =>
	statusCode === 408 || statusCode === 429 || statusCode >= 500;

/** The error of a server that is not Chert. */
function toApiError({ statusCode, headers }: ChertResponse): ApiError {
	const retryAfter = retryAfterHeader(headers, Date.now());
	return { status: statusCode, retryable: true, ...(retryAfter !== undefined && { retryAfter }) };
}

/** @returns why the response is not a file that can be sent */
function checkResponse({ statusCode, headers }: ChertResponse, shown: string): string | undefined {
	if (statusCode === 404 || statusCode === 410)
		return `There is no file at ${shown} (HTTP ${statusCode}): check the web address`;
	if (statusCode === 401 || statusCode === 403) {
		return `The file at ${shown} is not public (HTTP ${statusCode}): use a public link, or download it with an HTTP Request node and send its binary field`;
	}
	if (statusCode < 200 || statusCode >= 300)
		return `The server at ${shown} responded with HTTP ${statusCode}: try again later`;
	if (/^text\/html\b|^application\/xhtml/i.test(String(headers['content-type'] ?? ''))) {
		return `${shown} is a web page, not a file: use a direct link to the file, which starts a download in a browser`;
	}
	if (Number(headers['content-length'] ?? 0) > MAX_FILE_BYTES) return tooLarge(shown);
	return undefined;
}

const tooLarge = (shown: string) =>
	`The file at ${shown} is larger than 100 MB, the most that Chert accepts: compress or split it`;

async function openStored(item: Item, { id, data }: IBinaryData): ReturnType<LoadedFile['open']> {
	return id ? await item.helpers.getBinaryStream(id, CHUNK_BYTES) : Buffer.from(data, 'base64');
}

/** Query and password of an address can be secrets. */
function withoutQuery(url: string): string {
	const { origin, pathname } = new URL(url);
	return `${origin}${pathname}`;
}

function nameFromUrl(url: string): string {
	return (
		percentDecoded(new URL(url).pathname.split('/').pop() ?? '').replace(/[/\\]/g, '_') || 'file'
	);
}

const hasEnding = (fileName: string) => /\.\w+$/.test(fileName);
