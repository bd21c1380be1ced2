import { createCipheriv } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;

/** Writes a file of pseudorandom bytes: the key stream of a cipher. */
export async function writeBenchFile(path: string, sizeBytes: number): Promise<void> {
	await writeFile(path, bytes(sizeBytes));
}

function* bytes(sizeBytes: number): Generator<Buffer> {
	const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
	const zeros = Buffer.alloc(CHUNK_BYTES);
	for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES)
		yield cipher.update(zeros.subarray(0, Math.min(left, CHUNK_BYTES)));
}
