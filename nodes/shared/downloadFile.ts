import type { IAllExecuteFunctions, IBinaryData } from 'n8n-workflow';

import type { ChertResponse } from './apiError';
import type { ChertRequest } from './request';
import { unwrapObject } from './responseBody';
import type { AttemptResult } from './retry';

type WithBinary = {
	helpers: Pick<
		Extract<IAllExecuteFunctions, { helpers: { prepareBinaryData: unknown } }>['helpers'],
		'prepareBinaryData' | 'getBinaryMetadata'
	>;
};

/** A stream; n8n forbids naming node:stream's own type here. */
type Content = Parameters<WithBinary['helpers']['prepareBinaryData']>[0] &
	NodeJS.ReadableStream & { readonly destroyed: boolean };

/** 100 MB, the largest that Chert takes, at 1 Mbit/s and some more: a stalled transfer must not block the execution. */
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/**
 * The request for the content of an attachment.
 *
 * @param canceled the execution's own signal
 * @param unread ends the connection when nobody reads the content, for example because n8n cannot store it
 * Source: API section 3.20.
 */
export function contentRequest(
	attachmentId: string,
	canceled: AbortSignal | undefined,
	unread: AbortSignal,
): ChertRequest {
	return {
		method: 'GET',
		path: `/attachments/${encodeURIComponent(attachmentId)}/content`,
		encoding: 'stream',
		// Photos and videos are compressed already, and only an uncompressed response has the size of the file.
		headers: { 'accept-encoding': 'identity' },
		abortSignal: canceled ? AbortSignal.any([canceled, unread]) : unread,
		totalTimeoutMs: DOWNLOAD_TIMEOUT_MS,
	};
}

/** What the message part says about a file. */
export interface KnownFile {
	fileName?: string;
	mimeType?: string;
}

/** The name is a convenience: it must not delay the file for long. */
const METADATA_TIMEOUT_MS = 10_000;

/**
 * Looks up the name of a file whose response does not tell it.
 *
 * @param response the response with the file
 * @param send sends one request, without a retry
 * @returns undefined when the response tells the name, or Chert does not
 * Source: API section 3.19.
 */
export async function lookUpFileName(
	attachmentId: string,
	{ headers }: ChertResponse,
	send: (request: ChertRequest) => Promise<AttemptResult<ChertResponse>>,
): Promise<string | undefined> {
	if (nameFromHeader(headers['content-disposition']) !== undefined) return undefined;
	const path = `/attachments/${encodeURIComponent(attachmentId)}`;
	const result = await send({ method: 'GET', path, timeoutMs: METADATA_TIMEOUT_MS });
	const { filename } = 'value' in result ? unwrapObject(result.value.body, 'attachment') : {};
	return typeof filename === 'string' && filename !== '' ? filename : undefined;
}

/** n8n could not store the file, for example because its disk is full. A retry would not help. */
export class StorageError extends Error {}

/**
 * Streams the content of an attachment into n8n's binary data.
 *
 * @param response a response whose body is a stream
 * @param known name and type from the message part, for when the response has none
 * @throws when the stream ends before it is complete; StorageError when n8n cannot store it
 * Source: API section 3.20.
 */
export async function fileFromResponse(
	context: WithBinary,
	attachmentId: string,
	response: ChertResponse,
	known: KnownFile = {},
): Promise<{ file: IBinaryData; sizeBytes: number }> {
	const header = (name: string) => {
		const value = response.headers[name];
		return typeof value === 'string' ? value : undefined;
	};
	const mimeType =
		header('content-type')?.split(';')[0].trim() || known.mimeType || 'application/octet-stream';
	const fileName = nameFromHeader(response.headers['content-disposition']) ?? known.fileName;
	const content = response.body as Content;
	// The connection can be cut before anybody reads, for example while the name is looked up.
	let isCut = content.destroyed;
	content.on('error', () => (isCut = true));
	let file: IBinaryData | undefined;
	let fault: unknown;
	try {
		file = await context.helpers.prepareBinaryData(content, fileName ?? attachmentId, mimeType);
	} catch (error) {
		fault = error;
	}
	if (!file) {
		const reason = fault instanceof Error ? fault.message : String(fault);
		// A stream that was cut says so itself; all else is the store's.
		throw isCut ? new Error(reason) : new StorageError(reason);
	}
	// Without an ending nobody could open it, and Upload would not know its type.
	if (!fileName && file.fileExtension) file.fileName = `${attachmentId}.${file.fileExtension}`;
	return {
		file,
		sizeBytes: file.id
			? (await context.helpers.getBinaryMetadata(file.id)).fileSize
			: Buffer.byteLength(file.data, 'base64'),
	};
}

/** The file's name in `Content-Disposition`, in its extended form, in quotes, or bare. */
function nameFromHeader(disposition: unknown): string | undefined {
	if (typeof disposition !== 'string') return undefined;
	const extended = /filename\*=(?:UTF-8|ISO-8859-1)?'[^']*'([^;]+)/i.exec(disposition)?.[1];
	if (extended) {
		const toByte = (_code: string, hex: string) => String.fromCharCode(parseInt(hex, 16));
		return decodeHeader(extended.trim().replace(/%([0-9a-f]{2})/gi, toByte));
	}
	const quoted = /filename="((?:\\.|[^"\\])*)"/i.exec(disposition)?.[1];
	const name = quoted?.replace(/\\(.)/g, '$1') ?? /filename=([^";]+)/i.exec(disposition)?.[1];
	return name === undefined ? undefined : decodeHeader(name.trim()) || undefined;
}

/** Node.js reads the bytes of a header as Latin-1, although most servers write UTF-8. */
function decodeHeader(header: string): string {
	const text = Buffer.from(header, 'latin1').toString('utf8');
	return text.includes('\ufffd') ? header : text;
}
