import type { IHttpRequestOptions } from 'n8n-workflow';

import type { LoadedFile } from '../input/file';
import { ItemError } from './itemError';

/** A stream. n8n's lint rules forbid node:stream's own type. */
type Source = NodeJS.ReadableStream & {
	readonly destroyed: boolean;
	readonly readableEnded: boolean;
	destroy(): void;
};

/**
 * Reads a file once from its beginning, for one attempt to upload it. It ends the request when the file has another
 * size than announced, because Node.js sends what it is given, whatever Content-Length says.
 */
export class FileReader {
	private sentBytes = 0;

	/** Set when the file turns out to have changed */
	error: ItemError | undefined;

	private constructor(
		private readonly file: LoadedFile,
		/** The body of the request */
		readonly body: IHttpRequestOptions['body'],
		private readonly source?: Source,
	) {
		if (!source) return;
		// A listener alone would start the flow before the request reads.
		source.pause();
		source.on('data', (chunk: Uint8Array) => this.count(chunk.length));
		source.on('end', () => this.checkEnd());
		// The request has its own listener; without one, an error would end the process.
		source.on('error', () => undefined);
	}

	/** @throws InputError when n8n no longer has the file */
	static async open(file: LoadedFile): Promise<FileReader> {
		const body = await file.open();
		return body instanceof Uint8Array
			? new FileReader(file, body as Buffer)
			: new FileReader(file, body, body as unknown as Source);
	}

	/** Call it when Chert has received the announced bytes: checks that there are no more. */
	async finish(): Promise<void> {
		const { source } = this;
		if (!source || source.readableEnded || source.destroyed) return;
		await new Promise<void>((resolve) => {
			source.once('end', resolve);
			source.once('close', resolve);
			// The request may have stopped reading.
			source.unpipe();
			source.resume();
		});
	}

	/** Releases the file. A request that failed does not. */
	close(): void {
		this.source?.destroy();
	}

	private count(bytes: number): void {
		this.sentBytes += bytes;
		if (this.sentBytes > this.file.sizeBytes) this.rejectChange();
	}

	private checkEnd(): void {
		if (this.sentBytes < this.file.sizeBytes) this.rejectChange();
	}

	private rejectChange(): void {
		const { fileName, sizeBytes } = this.file;
		this.error ??= new ItemError({
			message: `File "${fileName}" changed size during the upload`,
			description: `It had ${sizeBytes} bytes at the start. No message was sent with it. Run this item again when the file is complete.`,
		});
		// destroy(error) reports only after the file is closed, when the surplus is already sent.
		this.source?.emit('error', this.error);
		this.source?.destroy();
	}
}
