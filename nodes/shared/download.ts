import type { IAllExecuteFunctions, IBinaryData } from 'n8n-workflow';

import type { ChertAnswer } from './failure';
import type { ChertRequest } from './request';
import { percentDecoded } from './typed';

type WithBinary = {
	helpers: Pick<
		Extract<IAllExecuteFunctions, { helpers: { prepareBinaryData: unknown } }>['helpers'],
		'prepareBinaryData' | 'getBinaryMetadata'
	>;
};

/** A stream; n8n forbids naming node:stream's own type here. */
type Content = Parameters<WithBinary['helpers']['prepareBinaryData']>[0] & NodeJS.ReadableStream;

/** 100 MB, the largest that Chert takes, at 1 Mbit/s and some more: a transfer that stalls must not hold the run. */
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/**
 * The request for the content of an attachment. Its time limit runs from now.
 *
 * @param cancelled the execution's own signal
 * Source: API section 3.20.
 */
export function contentRequest(
	attachmentId: string,
	cancelled: AbortSignal | undefined,
): ChertRequest {
	const timeLimit = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS);
	return {
		method: 'GET',
		path: `/attachments/${encodeURIComponent(attachmentId)}/content`,
		encoding: 'stream',
		// Photos and videos are compressed already, and only a plain answer tells the size of the file.
		headers: { 'accept-encoding': 'identity' },
		abortSignal: cancelled ? AbortSignal.any([cancelled, timeLimit]) : timeLimit,
	};
}

/** What is known of a file beside the answer that brings it. */
export interface KnownFile {
	fileName?: string;
	mimeType?: string;
}

/** The file came, but n8n did not take it: its disk is full, for example. Another try would not help. */
export class StoreRefusal extends Error {}

/**
 * Streams the content of an attachment into n8n's binary data.
 *
 * @param answer an answer whose body is a stream
 * @param known name and type from the message part, for when the answer has none
 * @throws when the stream ends before it is complete; StoreRefusal when n8n cannot store it
 * Source: API section 3.20.
 */
export async function fileFromAnswer(
	context: WithBinary,
	attachmentId: string,
	answer: ChertAnswer,
	known: KnownFile = {},
): Promise<{ file: IBinaryData; sizeBytes: number }> {
	const header = (name: string) => {
		const value = answer.headers[name];
		return typeof value === 'string' ? value : undefined;
	};
	const mimeType =
		header('content-type')?.split(';')[0].trim() || known.mimeType || 'application/octet-stream';
	const fileName = nameFromHeader(header('content-disposition')) ?? known.fileName;
	const content = answer.body as Content;
	let isCut = false;
	content.once('error', () => (isCut = true));
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
		throw isCut ? new Error(reason) : new StoreRefusal(reason);
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
function nameFromHeader(disposition = ''): string | undefined {
	const extended = /filename\*=(?:UTF-8|ISO-8859-1)?'[^']*'([^;]+)/i.exec(disposition)?.[1];
	if (extended) return percentDecoded(extended.trim());
	const quoted = /filename="((?:\\.|[^"\\])*)"/i.exec(disposition)?.[1];
	const name = quoted?.replace(/\\(.)/g, '$1') ?? /filename=([^";]+)/i.exec(disposition)?.[1];
	return name?.trim() || undefined;
}
