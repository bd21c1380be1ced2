import { createCipheriv, createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { Readable } from 'node:stream';

import type { IBinaryData } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox';
import { binaryDataService } from '../../support/engine';

/** Where n8n keeps a file: on disk beside the execution, or as base64 in the item itself. */
export const BINARY_MODES = ['filesystem-v2', 'in the item'] as const;
export type BinaryMode = (typeof BINARY_MODES)[number];

export interface MadeFile {
	binary: IBinaryData;
	sha256: string;
	sizeBytes: number;
}

export interface FileWish {
	sizeBytes: number;
	/** Another seed, other bytes. */
	seed?: number;
	mode?: BinaryMode;
	fileName?: string;
	mimeType?: string;
}

/** What one step of the making takes in memory. */
const STEP_BYTES = 1024 * 1024;

/** Bytes that look random and are the same each time: the key stream of a cipher, in pieces. */
export function* bytesOf(sizeBytes: number, seed = 1): Generator<Buffer> {
	const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
	const zeros = Buffer.alloc(STEP_BYTES);
	for (let left = sizeBytes; left > 0; left -= STEP_BYTES)
		yield cipher.update(zeros.subarray(0, Math.min(left, STEP_BYTES)));
}

export function sha256Of(chunks: Iterable<Buffer>): string {
	const hash = createHash('sha256');
	for (const chunk of chunks) hash.update(chunk);
	return hash.digest('hex');
}

/** Makes a file as an earlier node of the workflow would have left it. */
export async function makeFile({
	sizeBytes,
	seed = 1,
	mode = 'filesystem-v2',
	fileName = 'photo.png',
	mimeType = 'image/png',
}: FileWish): Promise<MadeFile> {
	const sha256 = sha256Of(bytesOf(sizeBytes, seed));
	const fields = { data: '', fileName, mimeType };
	if (mode === 'in the item') {
		const data = Buffer.concat([...bytesOf(sizeBytes, seed)]).toString('base64');
		return { binary: { ...fields, data }, sha256, sizeBytes };
	}
	const service = await binaryDataService();
	const location = { type: 'execution', workflowId: 'workflow-1', executionId: 'maker' } as const;
	const binary = await service.store(
		location,
		Readable.from(bytesOf(sizeBytes, seed), { objectMode: false }),
		fields,
	);
	return { binary, sha256, sizeBytes };
}

/** Where the bytes of a file are on this machine. */
export async function pathOf({ binary }: MadeFile): Promise<string> {
	return (await binaryDataService()).getPath(binary.id ?? '');
}

/** SHA-256 of a file that the node gave out. */
export async function sha256OfBinary(binary: IBinaryData): Promise<string> {
	return createHash('sha256')
		.update(await (await binaryDataService()).getAsBuffer(binary))
		.digest('hex');
}

/** SHA-256 of what the sandbox holds, read as any client would. */
export async function sha256AtSandbox(sandbox: Sandbox, attachmentId: unknown): Promise<string> {
	const response = await fetch(`${sandbox.apiUrl}/attachments/${String(attachmentId)}/content`, {
		headers: { authorization: `Bearer ${sandbox.signingSecret}` },
	});
	if (!response.ok || !response.body) throw new Error(`the sandbox answered ${response.status}`);
	const hash = createHash('sha256');
	for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
		hash.update(chunk);
	return hash.digest('hex');
}

/** Requests to one route, oldest first. */
export function requestsTo(sandbox: Sandbox, route: string) {
	return sandbox.control.requests().filter((request) => request.route === route);
}

/** Whether this process holds the file open (Linux; elsewhere nothing tells, and nothing seems open). */
export async function isOpen(file: MadeFile): Promise<boolean> {
	const path = await pathOf(file);
	try {
		return readdirSync('/proc/self/fd').some((descriptor) => targetOf(descriptor) === path);
	} catch {
		return false;
	}
}

function targetOf(descriptor: string): string | undefined {
	try {
		return readlinkSync(`/proc/self/fd/${descriptor}`);
	} catch {
		// It was closed meanwhile, such as the one that the listing itself took.
		return undefined;
	}
}
