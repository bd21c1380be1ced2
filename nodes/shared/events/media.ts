import { sleep } from 'n8n-workflow';
import type { IBinaryData, IBinaryKeyData, ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { decide } from '../retry';
import type { Patience, Trouble } from '../retry';
import { explainFailure, explainSilence } from '../advice';
import { fileFromAnswer } from '../download';
import { readFailure } from '../failure';
import { CREDENTIAL_TYPE, exchange } from '../request';
import { readStreamedJson } from '../streamedJson';
import type { ChertEvent, IncomingMedia } from './envelope';

/** Enough to fill a line, few enough that memory and Chert hardly notice. */
const DOWNLOADS_AT_ONCE = 3;

/** 100 MB, the largest that Chert takes, at 1 Mbit/s and some more: a transfer that stalls must not hold the run. */
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

const PATIENCE: Patience = { maxRetries: 3, maxWaitMs: 60_000 };

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
 * @returns also what could not be fetched, and why; it throws only when the execution was cancelled
 * Source: API section 3.20.
 */
export async function downloadMedia(ctx: IExecuteFunctions, event: ChertEvent, prefix: string): Promise<Downloads> {
	const downloads: Downloads = { binary: {}, failed: [] };
	if (event.media.length === 0) return downloads;

	const credential = await ctx.getCredentials(CREDENTIAL_TYPE);
	const waiting = [...event.media.entries()];
	const work = async () => {
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
			const [index, media] = next;
			const binaryPropertyName = `${prefix}${index}`;
			const result = await download(ctx, credential, media);
			if (typeof result === 'string') {
				downloads.failed.push({ attachmentId: media.attachmentId, binaryPropertyName, reason: result });
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
): Promise<IBinaryData | string> {
	for (let tries = 1, waitedMs = 0; ; tries++) {
		const result = await tryDownload(ctx, credential, media);
		if ('file' in result) return result.file;

		const decision = decide(result.trouble, true, tries, waitedMs, PATIENCE, Math.random());
		if (!decision.retry || ctx.getExecutionCancelSignal()?.aborted) return result.reason;
		waitedMs += decision.delayMs;
		await sleep(decision.delayMs);
	}
}

async function tryDownload(
	ctx: IExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
	{ attachmentId, fileName, mimeType }: IncomingMedia,
): Promise<{ file: IBinaryData } | { trouble: Trouble; reason: string }> {
	const signals = [AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS), ctx.getExecutionCancelSignal()];
	const result = await exchange(ctx, credential, {
		method: 'GET',
		path: `/attachments/${encodeURIComponent(attachmentId)}/content`,
		encoding: 'stream',
		abortSignal: AbortSignal.any(signals.filter((signal) => signal !== undefined)),
	});
	if (result.kind === 'silence') return { trouble: result, reason: explainSilence(result, false).message };

	const { answer } = result;
	if (answer.statusCode < 200 || answer.statusCode > 299) {
		const failure = readFailure({ ...answer, body: await readStreamedJson(answer.body) });
		return failure === undefined
			? { trouble: { kind: 'silence', notSent: false }, reason: `Chert answered with status ${answer.statusCode}` }
			: { trouble: { kind: 'failure', failure }, reason: explainFailure(failure).message };
	}
	try {
		const known = { fileName: fileName ?? undefined, mimeType: mimeType ?? undefined };
		return { file: (await fileFromAnswer(ctx, attachmentId, answer, known)).file };
	} catch (error) {
		// The connection ended in the middle of the file: as good as no answer.
		const reason = `The file did not arrive whole (${(error as Error).message})`;
		return { trouble: { kind: 'silence', notSent: false }, reason };
	}
}
