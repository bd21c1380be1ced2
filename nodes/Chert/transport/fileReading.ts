import type { IHttpRequestOptions } from 'n8n-workflow';

import type { FileSource } from '../input/file';
import { ItemError } from './itemError';

/** A stream, as far as it is needed here: n8n forbids naming node:stream's own type. */
type Source = NodeJS.ReadableStream & {
	readonly destroyed: boolean;
	readonly readableEnded: boolean;
	destroy(): void;
};

/**
 * A file read once from its beginning, for one try of sending it. It sees to it that the request ends when
 * the file turns out to have another size than was announced: node would send what it is given, whatever
 * Content-Length says.
 */
export class FileReading {
	private sentBytes = 0;

	/** Set once it has shown that the file changed */
	problem: ItemError | undefined;

	private constructor(
		private readonly file: FileSource,
		/** What to hand to the request */
		readonly body: IHttpRequestOptions['body'],
		private readonly source?: Source,
	) {
		if (!source) return;
		// Paused before it is listened to, because a listener alone would make it flow before the request reads it.
		source.pause();
		source.on('data', (chunk: Uint8Array) => this.count(chunk.length));
		source.on('end', () => this.checkEnd());
		// The request listens for itself; between two listeners an error must not end the process.
		source.on('error', () => undefined);
	}

	/** @throws InputError when n8n does not have the file any more */
	static async open(file: FileSource): Promise<FileReading> {
		const body = await file.open();
		return body instanceof Uint8Array
			? new FileReading(file, body as Buffer)
			: new FileReading(file, body, body as unknown as Source);
	}

	/** To be called when Chert has taken the announced bytes: looks whether there are more. */
	async finish(): Promise<void> {
		const { source } = this;
		if (!source || source.readableEnded || source.destroyed) return;
		await new Promise<void>((resolve) => {
			source.once('end', resolve);
			source.once('close', resolve);
			// The request has all it needs, and may have stopped reading.
			source.unpipe();
			source.resume();
		});
	}

	/** Lets go of the file. A request that failed does not do so by itself. */
	close(): void {
		this.source?.destroy();
	}

	private count(bytes: number): void {
		this.sentBytes += bytes;
		if (this.sentBytes > this.file.sizeBytes) this.refuse();
	}

	private checkEnd(): void {
		if (this.sentBytes < this.file.sizeBytes) this.refuse();
	}

	private refuse(): void {
		const { fileName, sizeBytes } = this.file;
		this.problem ??= new ItemError({
			message: `File "${fileName}" changed its size while it was sent`,
			description: `It had ${sizeBytes} bytes when Chert was told its size. No message was sent with it; run it again once the file is complete.`,
		});
		// destroy(error) would report only when the file is closed, and the surplus be on its way by then.
		this.source?.emit('error', this.problem);
		this.source?.destroy();
	}
}
