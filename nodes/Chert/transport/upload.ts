import type { IDataObject } from 'n8n-workflow';

import { isOwnOrigin, type ChertCredential } from '../../shared/credential';
import type { ApiError } from '../../shared/apiError';
import type { FileSource } from '../input/file';
import { FileReading } from './fileReading';
import { unwrap } from './operation';
import { ItemError } from './itemError';
import type { ItemRun } from './itemRun';

/** A file that Chert has. The index signature makes it an item's JSON. */
export interface UploadedFile extends IDataObject {
	attachmentId: string;
	fileName: string;
	mimeType: string;
	sizeBytes: number;
}

/** API section 3.17: 15 minutes, less a margin for the transfer to begin. */
const SLOT_LIFETIME_MS = 14 * 60_000;

/** Slots asked for one file at most: the first, and replacements for one that expired while waiting. */
const MAX_SLOTS = 3;

/** A PUT of 100 MB over a slow line takes minutes. */
const UPLOAD_TIMEOUT_MS = 30 * 60_000;

interface Slot {
	attachmentId: string;
	url: string;
	expiresAt?: string;
	madeAt: number;
}

/**
 * Uploads one file: asks for a slot, then streams the bytes into it. Each of the two steps has its own
 * retries; a slot that expired meanwhile is replaced.
 *
 * @throws ItemError
 * Source: API sections 3.17 and 3.18.
 */
export async function upload(
	run: ItemRun,
	credential: ChertCredential,
	file: FileSource,
): Promise<UploadedFile> {
	const { fileName, mimeType, sizeBytes } = file;
	for (let slots = 1; ; slots++) {
		const slot = await askForSlot(run, credential, file);
		const isExpired = () => Date.now() - slot.madeAt > SLOT_LIFETIME_MS;
		if (
			await fill(
				run,
				slot,
				file,
				(apiError) =>
					slots < MAX_SLOTS && (isExpired() || (apiError !== undefined && isGone(apiError))),
			)
		) {
			const { attachmentId, expiresAt } = slot;
			return { attachmentId, fileName, mimeType, sizeBytes, ...(expiresAt && { expiresAt }) };
		}
	}
}

/** Puts the bytes into the slot, read anew for each try. False when it gave up. */
async function fill(
	run: ItemRun,
	{ url }: Slot,
	file: FileSource,
	givesUp: (apiError: ApiError | undefined) => boolean,
): Promise<boolean> {
	let reading: FileReading | undefined;
	try {
		const filled = await run.ask(
			async () => {
				reading?.close();
				reading = await FileReading.open(file);
				return {
					method: 'PUT',
					path: url,
					raw: reading.body,
					headers: { 'content-type': file.mimeType, 'content-length': file.sizeBytes },
					timeoutMs: UPLOAD_TIMEOUT_MS,
				};
			},
			// Whatever the response is, a file that changed is the reason.
			{
				safe: true,
				anyBody: true,
				givesUp: (apiError) => reading?.problem !== undefined || givesUp(apiError),
			},
		);
		if (filled) await reading?.finish();
		if (reading?.problem) throw reading.problem;
		return filled !== undefined;
	} finally {
		reading?.close();
	}
}

/** How Chert can say that a slot has expired; which of them it uses is not documented. */
function isGone({ code, status }: ApiError): boolean {
	return code === 5001 || code === 1012 || status === 410 || (code === undefined && status === 404);
}

async function askForSlot(
	run: ItemRun,
	credential: ChertCredential,
	file: FileSource,
): Promise<Slot> {
	const madeAt = Date.now();
	const response = await run.ask(
		() => ({
			method: 'POST',
			path: '/attachments',
			json: { filename: file.fileName, content_type: file.mimeType, size_bytes: file.sizeBytes },
		}),
		// A slot that nobody fills expires by itself, so asking twice does no harm.
		{ safe: true },
	);
	const slot = unwrap(response?.body ?? {}, 'attachment');
	const attachmentId = String(slot.attachment_id ?? slot.id ?? '');
	if (attachmentId === '') {
		throw new ItemError({
			message: `Chert gave no place to upload "${file.fileName}" to`,
			description:
				'Check Base URL in the Chert API credential: the response holds no attachment ID.',
		});
	}
	const url =
		typeof slot.upload_url === 'string'
			? slot.upload_url
			: `/attachments/${encodeURIComponent(attachmentId)}/upload`;
	if (!isOwnOrigin(credential, url)) {
		throw new ItemError({
			message: `Chert asked to upload "${file.fileName}" to another address than the one in Base URL`,
			description: `The signing secret goes only to ${new URL(credential.baseUrl).origin}, so nothing was uploaded. Set Base URL in the Chert API credential to the address that Chert uses itself.`,
		});
	}
	const expiresAt = typeof slot.expires_at === 'string' ? slot.expires_at : undefined;
	return { attachmentId, url, expiresAt, madeAt };
}
