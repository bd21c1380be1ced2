import type {
	IBinaryData,
	IBinaryKeyData,
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
} from 'n8n-workflow';

import type { ChertResponse } from '../apiError';
import { Cancellation } from '../cancellation';
import { contentRequest, fileFromResponse, lookUpFileName, StorageError } from '../downloadFile';
import { describeAttemptError, describeStorageError } from '../errorMessages';
import { CREDENTIAL_TYPE, sendRequest } from '../request';
import type { ChertRequest } from '../request';
import { retry } from '../retry';
import type { AttemptResult, NoResponse } from '../retry';
import { WaitBudget } from '../waitBudget';
import type { MediaPart } from '../messageParts';

/** Few enough that memory and Chert hardly notice. */
const PARALLEL_DOWNLOADS = 3;

const MAX_RETRIES = 3;
const MAX_WAIT_MS = 60_000;

/** A media part that could not be downloaded. The message itself goes on. */
export interface FailedDownload {
	attachmentId: string;
	/** The binary field that it would have */
	binaryPropertyName: string;
	reason: string;
}

export interface Downloads {
	binary: IBinaryKeyData;
	failed: FailedDownload[];
}

/**
 * Downloads media parts of messages into n8n's binary data, streamed, a few at a time. Fields are numbered by
 * part, so a failed download leaves a gap and moves no other.
 *
 * @param prefix of the names of the binary fields
 * @returns also the failed downloads with their reasons; a canceled execution downloads nothing more. Never throws.
 * Source: API section 3.20.
 */
export async function downloadMedia(
	ctx: IExecuteFunctions,
	media: readonly MediaPart[],
	prefix: string,
): Promise<Downloads> {
	const downloads: Downloads = { binary: {}, failed: [] };
	if (media.length === 0) return downloads;
	const files: Array<IBinaryData | string> = [];

	const credential = await readCredentialData(ctx);
	const cancellation = new Cancellation(ctx.getExecutionCancelSignal());
	const queue = [...media.entries()];
	const work = async () => {
		for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
			const [index, part] = next;
			files[index] =
				typeof credential === 'string'
					? credential
					: await downloadAttachment(ctx, credential, part, cancellation);
		}
	};
	await Promise.all(Array.from({ length: PARALLEL_DOWNLOADS }, work));
	media.forEach(({ attachmentId }, index) => {
		const binaryPropertyName = `${prefix}${index}`;
		const file = files[index];
		if (typeof file === 'string')
			downloads.failed.push({ attachmentId, binaryPropertyName, reason: file });
		else downloads.binary[binaryPropertyName] = file;
	});
	return downloads;
}

/** @returns the credential; or why there is none, for example because it was deleted */
async function readCredentialData(
	ctx: IExecuteFunctions,
): Promise<ICredentialDataDecryptedObject | string> {
	try {
		return await ctx.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL_TYPE);
	} catch (error) {
		return `The Chert API credential could not be read (${(error as Error).message})`;
	}
}

/** @returns the file, or the reason why there is none */
async function downloadAttachment(
	ctx: IExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
	media: MediaPart,
	cancellation: Cancellation,
): Promise<IBinaryData | string> {
	let reason: string | undefined;
	const attempt = async (): Promise<AttemptResult<IBinaryData>> => {
		reason = undefined;
		const abort = new AbortController();
		const result = await sendRequest(
			ctx,
			credential,
			contentRequest(media.attachmentId, ctx.getExecutionCancelSignal(), abort.signal),
		);
		if ('error' in result) return result;
		const stored = await store(ctx, credential, media, result.value);
		if ('reason' in stored) {
			reason = stored.reason;
			abort.abort();
		}
		return stored;
	};
	const result = await retry(attempt, {
		repeatable: true,
		maxRetries: MAX_RETRIES,
		budget: new WaitBudget(MAX_WAIT_MS, cancellation),
	});
	return result.ok ? result.value : (reason ?? describeAttemptError(result.error).message);
}

async function store(
	ctx: IExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
	media: MediaPart,
	response: ChertResponse,
): Promise<{ value: IBinaryData } | { error: NoResponse; reason: string }> {
	const { attachmentId } = media;
	const send = async (request: ChertRequest) => await sendRequest(ctx, credential, request);
	try {
		const known = {
			fileName: media.fileName ?? (await lookUpFileName(attachmentId, response, send)),
			mimeType: media.mimeType ?? undefined,
		};
		return { value: (await fileFromResponse(ctx, attachmentId, response, known)).file };
	} catch (error) {
		const { message } = error as Error;
		const permanent = error instanceof StorageError;
		const { message: stored, description } = describeStorageError(attachmentId, message);
		return {
			error: { kind: 'noResponse', reason: message, notSent: false, permanent },
			reason: permanent
				? `${stored}. ${description}`
				: `The file did not arrive completely (${message})`,
		};
	}
}
