import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface StoredFile {
	filePath: string;
	sizeBytes: number;
	sha256: string;
}

/** Thrown when more bytes arrive than declared; the partial file is removed. */
export class TooManyBytes extends Error {}

/** Stores uploaded bytes in a temporary folder, streamed, never whole in memory. */
export class FileStore {
	private nextNumber = 1;

	private constructor(private readonly folder: string) {}

	static async create(): Promise<FileStore> {
		return new FileStore(await mkdtemp(path.join(tmpdir(), 'chert-sandbox-')));
	}

	/**
	 * Writes a stream to disk.
	 *
	 * @throws TooManyBytes after `maxBytes`; the stream's own error when it is cut
	 */
	async write(source: Readable, maxBytes = Number.POSITIVE_INFINITY): Promise<StoredFile> {
		const filePath = path.join(this.folder, String(this.nextNumber++));
		const hash = createHash('sha256');
		let sizeBytes = 0;
		const meter = new Transform({
			transform(chunk: Buffer, _encoding, done) {
				sizeBytes += chunk.length;
				if (sizeBytes > maxBytes) {
					done(new TooManyBytes(`more than ${maxBytes} bytes`));
					return;
				}
				hash.update(chunk);
				done(null, chunk);
			},
		});
		try {
			await pipeline(source, meter, createWriteStream(filePath));
		} catch (error) {
			await rm(filePath, { force: true });
			throw error;
		}
		return { filePath, sizeBytes, sha256: hash.digest('hex') };
	}

	/** A file of this machine (for replies of recipients). Throws when it cannot be read. */
	async copy(sourcePath: string): Promise<StoredFile> {
		return await this.write(createReadStream(sourcePath));
	}

	read(filePath: string): Readable {
		return createReadStream(filePath);
	}

	async remove(filePath: string): Promise<void> {
		await rm(filePath, { force: true });
	}

	async close(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}
}
