/** Error envelopes are far smaller; anything larger does not come from Chert. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads the JSON body of an error response that was requested as a stream.
 *
 * @param stream the response's body
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
