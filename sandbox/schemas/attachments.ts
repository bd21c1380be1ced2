import { z } from 'zod';

import { nonEmpty, addApiIssue } from './common';

/** In bytes. The docs say 100 MB; §10 chooses 100 MiB. */
const MAX_UPLOAD_BYTES = 104_857_600;

/** §3.17 */
const MIME_TYPES = [
	'image/jpeg',
	'image/png',
	'image/gif',
	'image/heic',
	'image/heif',
	'image/webp',
	'video/mp4',
	'video/quicktime',
	'audio/mpeg',
	'audio/m4a',
	'audio/wav',
	'audio/aac',
	'application/pdf',
] as const;

/** `POST /attachments` (§3.17). */
export const slotBody = z
	.object({
		filename: nonEmpty,
		content_type: nonEmpty.superRefine((value, context) => {
			if (!(MIME_TYPES as readonly string[]).includes(value))
				addApiIssue(context, `${value} is not supported`, { code: 5003 });
		}),
		size_bytes: z
			.number()
			.int()
			.positive()
			.superRefine((value, context) => {
				if (value > MAX_UPLOAD_BYTES)
					addApiIssue(context, `at most ${MAX_UPLOAD_BYTES} bytes`, { code: 5002 });
			}),
	})
	.strict();
