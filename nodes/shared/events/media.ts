import type {
	IBinaryData,
	IBinaryKeyData,
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
} from 'n8n-workflow';

import { decide } from '../retry';
import type { RetryLimits, AttemptError } from '../retry';
import { describeApiError, describeNoResponse, describeStorageError } from '../errorMessages';
import { Cancellation } from '../cancellation';
import { contentRequest, fileFromResponse, StorageError } from '../download';
import { readApiError } from '../apiError';
import { CREDENTIAL_TYPE, sendRequest } from '../request';
import { readStreamedJson } from '../streamedJson';
import type { ChertEvent, IncomingMedia } from './envelope';

/** Enough to fill a line, few enough that memory and Chert hardly notice. */
const DOWNLOADS_AT_ONCE = 3;

const RETRY_LIMITS: RetryLimits = { maxRetries: 3, maxWaitMs: 60_000 };

/** A media part that could not be fetched. The message itself goes on. */
export interface FailedDownload {
	attachmentId: string;
	/** Binary field that it would have got. */
	binaryPropertyName: string;
	reason: string;
}

export interface Downloads {
	binary: IBinaryKeyData;
	failed: FailedDownload[];
}

/**
 * Fetches the media parts of a message into n8n's binary data, streamed, a few at a time.
 * Fields are numbered as the parts are, so that a missing one leaves a gap and moves no other.
 *
 * @param prefix for the names of the binary fields
 * @returns also what could not be fetched, and why; a cancelled execution fetches nothing more
 * Source: API section 3.20.
 */
export async function downloadMedia(
	ctx: IExecuteFunctions,
	event: ChertEvent,
	prefix: string,
): Promise<Downloads> {
	const downloads: Downloads = { binary: {}, failed: [] };
	if (event.media.length === 0) return downloads;

	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const cancellation = new Cancellation(ctx.getExecutionCancelSignal());
	const waiting = [...event.media.entries()];
	const work = async () => {
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
			const [index, media] = next;
			const binaryPropertyName = `${prefix}${index}`;
			const result = await download(ctx, credential, media, cancellation);
			if (typeof result === 'string') {
				downloads.failed.push({
					attachmentId: media.attachmentId,
					binaryPropertyName,
					reason: result,
				});
			} else {
				downloads.binary[binaryPropertyName] = result;
			}
		}
	};
	await Promise.all(Array.from({ length: DOWNLOADS_AT_ONCE }, work));
	return downloads;
}

/** @returns the file, or the reason why there is none */
async function download(
	ctx: IExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
	media: IncomingMedia,
	cancellation: Cancellation,
): Promise<IBinaryData | string> {
	for (let tries = 1, waitedMs = 0; ; tries++) {
		const result = await tryDownload(ctx, credential, media);
		if ('file' in result) return result.file;

		const decision = decide(result.error, true, tries, waitedMs, RETRY_LIMITS, Math.random());
		if (!decision.retry) return result.reason;
		waitedMs += decision.delayMs;
		await cancellation.pause(decision.delayMs);
		if (cancellation.isCancelled) return result.reason;
	}
}

async function tryDownload(
	ctx: IExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
	{ attachmentId, fileName, mimeType }: IncomingMedia,
): Promise<{ file: IBinaryData } | { error: AttemptError; reason: string }> {
	const result = await sendRequest(
		ctx,
		credential,
		contentRequest(attachmentId, ctx.getExecutionCancelSignal()),
	);
	if (result.kind === 'noResponse')
		return { error: result, reason: describeNoResponse(result, false).message };

	const { response } = result;
	if (response.statusCode < 200 || response.statusCode > 299) {
		const apiError = readApiError({ ...response, body: await readStreamedJson(response.body) });
		return apiError === undefined
			? {
					error: { kind: 'noResponse', notSent: false },
					reason: `Chert received with status ${response.statusCode}`,
				}
			: { error: { kind: 'apiError', apiError }, reason: describeApiError(apiError).message };
	}
	try {
		const known = { fileName: fileName ?? undefined, mimeType: mimeType ?? undefined };
		return { file: (await fileFromResponse(ctx, attachmentId, response, known)).file };
	} catch (error) {
		if (error instanceof StorageError) {
			const { message, description } = describeStorageError(attachmentId, error.message);
			return {
				error: { kind: 'noResponse', notSent: false, permanent: true },
				reason: `${message}. ${description}`,
			};
		}
		// The connection ended in the middle of the file: as good as no response.
		const reason = `The file did not arrive whole (${(error as Error).message})`;
		return { error: { kind: 'noResponse', notSent: false }, reason };
	}
}
