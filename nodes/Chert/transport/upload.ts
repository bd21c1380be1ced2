import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { isOwnOrigin, type ChertCredential } from '../../shared/credential';
import type { ChertFailure } from '../../shared/failure';
import type { FileSource } from '../input/file';
import { unwrap } from './operation';
import { Problem } from './problem';
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
 * @throws Problem
 * Source: API sections 3.17 and 3.18.
 */
export async function upload(run: ItemRun, credential: ChertCredential, file: FileSource): Promise<UploadedFile> {
	const { fileName, mimeType, sizeBytes } = file;
	for (let slots = 1; ; slots++) {
		const slot = await askForSlot(run, credential, file);
		const isExpired = () => Date.now() - slot.madeAt > SLOT_LIFETIME_MS;
		let changed: Problem | undefined;
		const filled = await run.ask(
			async () => ({
				method: 'PUT',
				path: slot.url,
				raw: await openCounted(file, (problem) => (changed = problem)),
				headers: { 'content-type': mimeType, 'content-length': sizeBytes },
				timeoutMs: UPLOAD_TIMEOUT_MS,
			}),
			{
				safe: true,
				silenceMeans: () => changed,
				givesUp: (failure) => slots < MAX_SLOTS && (isExpired() || (failure !== undefined && isGone(failure))),
			},
		);
		if (filled) {
			const { attachmentId, expiresAt } = slot;
			return { attachmentId, fileName, mimeType, sizeBytes, ...(expiresAt && { expiresAt }) };
		}
	}
}

/** How Chert can say that a slot has expired; which of them it uses is not documented. */
function isGone({ code, status }: ChertFailure): boolean {
	return code === 5001 || code === 1012 || status === 410 || (code === undefined && status === 404);
}

async function askForSlot(run: ItemRun, credential: ChertCredential, file: FileSource): Promise<Slot> {
	const madeAt = Date.now();
	const answer = await run.ask(
		() => ({
			method: 'POST',
			path: '/attachments',
			json: { filename: file.fileName, content_type: file.mimeType, size_bytes: file.sizeBytes },
		}),
		// A slot that nobody fills expires by itself, so asking twice does no harm.
		{ safe: true },
	);
	const slot = unwrap(answer?.body ?? {}, 'attachment');
	const attachmentId = String(slot.attachment_id ?? slot.id ?? '');
	if (attachmentId === '') {
		throw new Problem({
			message: `Chert gave no place to upload "${file.fileName}" to`,
			description: 'Check Base URL in the Chert API credential: the answer holds no attachment ID.',
		});
	}
	const url = typeof slot.upload_url === 'string' ? slot.upload_url : `/attachments/${encodeURIComponent(attachmentId)}/upload`;
	if (!isOwnOrigin(credential, url)) {
		throw new Problem({
			message: `Chert asked to upload "${file.fileName}" to another address than the one in Base URL`,
			description: `The signing secret goes only to ${new URL(credential.baseUrl).origin}, so nothing was uploaded. Set Base URL in the Chert API credential to the address that Chert uses itself.`,
		});
	}
	const expiresAt = typeof slot.expires_at === 'string' ? slot.expires_at : undefined;
	return { attachmentId, url, expiresAt, madeAt };
}

type Readable = NodeJS.ReadableStream & { destroy(error?: Error): void };

/**
 * Opens the file so that a size other than the announced one ends the request instead of sending a cut or
 * overlong file: node sends what it is given, whatever Content-Length says.
 */
async function openCounted(
	file: FileSource,
	onChange: (problem: Problem) => void,
): Promise<IHttpRequestOptions['body']> {
	const source = await file.open();
	if (source instanceof Uint8Array) return source as Buffer;

	const stream = source as unknown as Readable;
	const pipe = stream.pipe.bind(stream);
	let sent = 0;
	stream.pipe = ((target: Readable & NodeJS.WritableStream, options?: { end?: boolean }) => {
		const refuse = () => {
			const problem = new Problem({
				message: `File "${file.fileName}" changed its size while it was sent`,
				description: `It had ${file.sizeBytes} bytes when Chert was told its size. Nothing was delivered; run it again once the file is complete.`,
			});
			onChange(problem);
			target.destroy(problem);
		};
		// Listening here and not earlier: a listener makes the stream flow, and its first bytes would be lost.
		stream.on('data', (chunk: Buffer) => {
			sent += chunk.length;
			if (sent > file.sizeBytes) refuse();
		});
		stream.on('end', () => {
			if (sent < file.sizeBytes) refuse();
		});
		return pipe(target, options);
	}) as typeof stream.pipe;
	return stream as unknown as IHttpRequestOptions['body'];
}
