import type { Context } from '../server/context';
import { ApiError, type ErrorDetails } from '../world/apiError';
import type { Parts } from '../schemas/parts';
import type { Attachment, Part } from '../world/types';

/** Types that may be grouped (§3.3); a video among them is "not guaranteed", so it is accepted. */
const GROUPABLE = /^(image|video)\//;

/**
 * An attachment that can be sent.
 *
 * @throws ApiError 5001 when unknown, 5004 when its bytes have not arrived
 */
export function sendableAttachment(
	context: Context,
	id: string,
	details: ErrorDetails = {},
): Attachment {
	const attachment = context.state.attachments.get(id);
	if (!attachment)
		throw new ApiError(5001, { ...details, message: `There is no attachment ${id}` });
	if (!attachment.filePath) throw new ApiError(5004, details);
	return attachment;
}

/**
 * Checks the media of validated parts and returns the parts as they are stored.
 *
 * @throws ApiError 5001, 5004, or 1002 when the media cannot be grouped
 */
export function sendableParts(context: Context, parts: Parts, parallelAttachments = false): Part[] {
	const media = parts.flatMap((part) =>
		part.type === 'media' ? [sendableAttachment(context, part.attachment_id ?? '')] : [],
	);
	if (parallelAttachments) {
		if (media.length < 2)
			throw new ApiError(1002, { message: 'parallel_attachments needs at least two media parts' });
		const other = media.find(({ mimeType }) => !GROUPABLE.test(mimeType));
		if (other)
			throw new ApiError(1002, {
				message: `parallel_attachments groups images, not ${other.mimeType}`,
			});
	}
	return parts as Part[];
}
