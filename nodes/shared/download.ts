import type { IAllExecuteFunctions, IBinaryData } from 'n8n-workflow';

import type { ChertAnswer } from './failure';

type WithBinary = { helpers: Pick<Extract<IAllExecuteFunctions, { helpers: { prepareBinaryData: unknown } }>['helpers'], 'prepareBinaryData' | 'getBinaryMetadata'> };

/** A stream, or bytes; n8n forbids naming node:stream's own type here. */
type Content = Parameters<WithBinary['helpers']['prepareBinaryData']>[0];

/** What is known of a file beside the answer that brings it. */
export interface KnownFile {
	fileName?: string;
	mimeType?: string;
}

/**
 * Streams the content of an attachment into n8n's binary data.
 *
 * @param answer an answer whose body is a stream
 * @param known name and type from the message part, for when the answer has none
 * @throws when the stream ends before it is complete
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
	const mimeType = header('content-type')?.split(';')[0].trim() || known.mimeType || 'application/octet-stream';
	const fileName = nameFromHeader(header('content-disposition')) ?? known.fileName ?? attachmentId;
	const file = await context.helpers.prepareBinaryData(answer.body as Content, fileName, mimeType);
	const sizeBytes = file.id ? (await context.helpers.getBinaryMetadata(file.id)).fileSize : Buffer.byteLength(file.data, 'base64');

	const announced = header('content-length');
	if (announced !== undefined && header('content-encoding') === undefined && Number(announced) !== sizeBytes) {
		throw new Error(`the file has ${sizeBytes} bytes, but ${announced} were announced`);
	}
	return { file, sizeBytes };
}

/** The file's name in `Content-Disposition`, plain or in its extended form. */
function nameFromHeader(disposition: string | undefined): string | undefined {
	const extended = /filename\*=(?:UTF-8|ISO-8859-1)?'[^']*'([^;]+)/i.exec(disposition ?? '')?.[1];
	if (extended) {
		try {
			return decodeURIComponent(extended.trim());
		} catch {
			return extended.trim();
		}
	}
	return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1].trim();
}
