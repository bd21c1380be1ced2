import { z } from 'zod';

import { isoTime, nonEmpty, phone, addApiIssue } from './common';

/** `POST /locations` (§3.16). */
export const locationBody = z
	.object({
		phone: phone.optional(),
		chat_id: nonEmpty.optional(),
		latitude: z.number().min(-90).max(90),
		longitude: z.number().min(-180).max(180),
		label: z.string().optional(),
		address: z.string().optional(),
		fallback_mode: nonEmpty.optional(),
		expires_at: isoTime.optional(),
		idempotency_key: nonEmpty.optional(),
		phone_line_id: nonEmpty.optional(),
	})
	.strict()
	.superRefine((body, context) => {
		if (body.phone === undefined && body.chat_id === undefined)
			addApiIssue(context, 'Missing required field: phone or chat_id', { code: 1001 });
		if (body.phone !== undefined && body.chat_id !== undefined)
			addApiIssue(context, 'give phone or chat_id, not both', { code: 1002 });
	});
