/** An error envelope is far smaller; anything larger is no answer of Chert. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads an error out of an answer that was asked for as a stream.
 *
 * @param stream the answer's body
 * @returns the parsed JSON; undefined when it is none, too long or cut short
 */
export async function readStreamedJson(stream: unknown): Promise<unknown> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	try {
		for await (const chunk of stream as AsyncIterable<Uint8Array>) {
			chunks.push(chunk);
			size += chunk.length;
			if (size > MAX_BYTES) return undefined;
		}
		return JSON.parse(Buffer.concat(chunks).toString('utf8'));
	} catch {
		return undefined;
	}
}
