import { createCipheriv } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

const STEP_BYTES = 1024 * 1024;

/** Writes a file of bytes that look random: the key stream of a cipher, in pieces. */
export async function makeFile(path: string, sizeBytes: number): Promise<void> {
	await writeFile(path, bytes(sizeBytes));
}

function* bytes(sizeBytes: number): Generator<Buffer> {
	const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
	const zeros = Buffer.alloc(STEP_BYTES);
	for (let left = sizeBytes; left > 0; left -= STEP_BYTES)
		yield cipher.update(zeros.subarray(0, Math.min(left, STEP_BYTES)));
}
