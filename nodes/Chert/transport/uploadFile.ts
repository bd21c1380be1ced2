import type { ApiError } from '../../shared/apiError';
import { isOwnOrigin, type ChertCredential } from '../../shared/credential';
import { unwrapObject } from '../../shared/responseBody';
import type { FileSource, LoadedFile } from '../input/file';
import { FileReader } from './fileReader';
import { ItemError } from './itemError';
import type { UploadedFile } from './operation';
import type { RequestSender } from './requestSender';

/** API section 3.17: 15 minutes, less a margin for the transfer to start. */
const SLOT_LIFETIME_MS = 14 * 60_000;

/** The first slot, and replacements for slots that expire while the upload waits. */
const MAX_SLOTS = 3;

/** A PUT of 100 MB on a slow line takes minutes. */
const UPLOAD_TIMEOUT_MS = 30 * 60_000;

interface UploadSlot {
	attachmentId: string;
	url: string;
	expiresAt?: string;
	createdAt: number;
}

/**
 * Uploads one file: requests a slot, then streams the bytes into it. Each of the two steps has its own retries; a slot
 * that expires in the meantime is replaced.
 *
 * @throws ItemError
 * Source: API sections 3.17 and 3.18.
 */
export async function upload(
	sender: RequestSender,
	credential: ChertCredential,
	source: FileSource,
): Promise<UploadedFile> {
	const file = await sender.load(source);
	const { fileName, mimeType, sizeBytes } = file;
	for (let slots = 1; ; slots++) {
		const slot = await requestSlot(sender, credential, file);
		const isExpired = () => Date.now() - slot.createdAt > SLOT_LIFETIME_MS;
		const isUnusable = (error?: ApiError) => isExpired() || (error !== undefined && isGone(error));
		const result = await fillSlot(
			sender,
			slot,
			file,
			(error) => slots < MAX_SLOTS && isUnusable(error),
		);
		if (result === 'expired') continue;
		const { attachmentId, expiresAt } = slot;
		return { attachmentId, fileName, mimeType, sizeBytes, ...(expiresAt && { expiresAt }) };
	}
}

/** Puts the bytes into the slot; each attempt reads the file from its beginning. */
async function fillSlot(
	sender: RequestSender,
	{ url }: UploadSlot,
	file: LoadedFile,
	isExpired: (error?: ApiError) => boolean,
): Promise<'filled' | 'expired'> {
	let reader: FileReader | undefined;
	const makeRequest = async () => {
		reader?.close();
		reader = await FileReader.open(file);
		return {
			method: 'PUT' as const,
			path: url,
			raw: reader.body,
			headers: { 'content-type': file.mimeType, 'content-length': file.sizeBytes },
			timeoutMs: UPLOAD_TIMEOUT_MS,
		};
	};
	try {
		const response = await sender.send(makeRequest, {
			repeat: 'idempotentWrite',
			fileName: file.fileName,
			// The API does not document the body (section 3.18).
			ignoresBody: true,
			// A file that changed is the reason for whatever the response says.
			stopsOn: (error) => reader?.error !== undefined || isExpired(error),
		});
		if (response) await reader?.finish();
		if (reader?.error) throw reader.error;
		return response ? 'filled' : 'expired';
	} finally {
		reader?.close();
	}
}

/** How Chert may say that a slot has expired: the API does not document it. */
function isGone({ code, status }: ApiError): boolean {
	return code === 5001 || code === 1012 || status === 410 || (code === undefined && status === 404);
}

async function requestSlot(
	sender: RequestSender,
	credential: ChertCredential,
	file: LoadedFile,
): Promise<UploadSlot> {
	const createdAt = Date.now();
	const json = { filename: file.fileName, content_type: file.mimeType, size_bytes: file.sizeBytes };
	const response = await sender.send(() => ({ method: 'POST', path: '/attachments', json }), {
		// A slot that is not used expires.
		repeat: 'idempotentWrite',
		fileName: file.fileName,
	});
	const slot = unwrapObject(response?.body, 'attachment');
	const attachmentId = String(slot.attachment_id ?? slot.id ?? '');
	if (attachmentId === '') {
		throw new ItemError({
			message: `Chert returned no upload slot for "${file.fileName}"`,
			description: 'Check Base URL in the Chert API credential: the response has no attachment ID.',
		});
	}
	const expiresAt = typeof slot.expires_at === 'string' ? slot.expires_at : undefined;
	return {
		attachmentId,
		url: uploadUrl(credential, slot.upload_url, attachmentId, file),
		expiresAt,
		createdAt,
	};
}

/**
 * @param given the slot's `upload_url`, absolute or relative to the base URL
 * @throws ItemError when it leads elsewhere than to the origin of the base URL
 */
function uploadUrl(
	credential: ChertCredential,
	given: unknown,
	attachmentId: string,
	file: LoadedFile,
): string {
	const base = `${credential.baseUrl}/`;
	const path = `attachments/${encodeURIComponent(attachmentId)}/upload`;
	const relative = typeof given === 'string' && given !== '' ? given : path;
	const url = URL.canParse(relative, base) ? new URL(relative, base).href : relative;
	if (isOwnOrigin(credential, url)) return url;
	throw new ItemError({
		message: `Chert asked to upload "${file.fileName}" to an address other than Base URL`,
		description: `The signing secret is only sent to ${new URL(base).origin}, so nothing was uploaded. Set Base URL in the Chert API credential to the address that Chert uses.`,
	});
}
