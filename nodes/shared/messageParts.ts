import { asObjects, firstText } from './object';

/** A media part of a message. */
export interface MediaPart {
	attachmentId: string;
	fileName: string | null;
	mimeType: string | null;
	sizeBytes: number | null;
}

/**
 * Reads the parts of a message: the text parts, one per line, and the media parts that have an attachment ID.
 *
 * @param parts as Chert gives them; anything but a list counts as none
 * Source: API section 2.7.
 */
export function readMessageParts(parts: unknown): { text: string; media: MediaPart[] } {
	const known = asObjects(parts);
	return {
		text: known
			.filter(({ type }) => type === 'text')
			.map(({ value }) => firstText(value) ?? '')
			.join('\n'),
		media: known.flatMap(({ type, attachment_id, filename, mime_type, size_bytes }) => {
			const attachmentId = firstText(attachment_id);
			if (type !== 'media' || attachmentId === undefined) return [];
			return [
				{
					attachmentId,
					fileName: firstText(filename) ?? null,
					mimeType: firstText(mime_type) ?? null,
					sizeBytes: typeof size_bytes === 'number' ? size_bytes : null,
				},
			];
		}),
	};
}
