/** One message of a stream of server-sent events. */
export interface SseMessage {
	/** `message` where the stream names none */
	event: string;
	data: string;
}

/** Far above any event: a stream that never ends a line must not fill the memory. */
const MAX_MESSAGE_CHARACTERS = 16 * 1024 * 1024;

/**
 * Reads server-sent events from bytes that can be cut anywhere, even in the middle of a character or a line break.
 * Comments, which Chert sends as heartbeats, and fields that Chert does not use are skipped.
 *
 * Source: the event stream format of the HTML standard; API section 6.4.
 */
export class SseParser {
	private readonly decoder = new TextDecoder();

	private line = '';

	private event = '';

	private data: string[] = [];

	private size = 0;

	/** The last character was a carriage return, so a line feed that follows belongs to the same break. */
	private afterReturn = false;

	/**
	 * @returns the messages that became complete
	 * @throws Error when a message is larger than any event
	 */
	push(chunk: Uint8Array): SseMessage[] {
		const messages: SseMessage[] = [];
		const decoded = this.decoder.decode(chunk, { stream: true });
		// A chunk can end inside a character.
		if (decoded === '') return [];
		const text = this.afterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
		this.afterReturn = decoded.endsWith('\r');

		const lines = text.split(/\r\n|\r|\n/);
		this.size += text.length;
		if (this.size > MAX_MESSAGE_CHARACTERS)
			throw new Error('A message of the event stream is too large');
		lines.forEach((part, index) => {
			this.line += part;
			const isComplete = index < lines.length - 1;
			if (isComplete) this.endLine(messages);
		});
		return messages;
	}

	private endLine(messages: SseMessage[]): void {
		const line = this.line;
		this.line = '';
		if (line === '') {
			if (this.data.length > 0 || this.event !== '') {
				messages.push({ event: this.event || 'message', data: this.data.join('\n') });
			}
			this.event = '';
			this.data = [];
			this.size = 0;
			return;
		}
		const colon = line.indexOf(':');
		if (colon === 0) {
			// Heartbeats must not add up to the largest size.
			if (this.data.length === 0) this.size = 0;
			return;
		}
		const field = colon === -1 ? line : line.slice(0, colon);
		const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
		if (field === 'event') this.event = value;
		if (field === 'data') this.data.push(value);
	}
}
