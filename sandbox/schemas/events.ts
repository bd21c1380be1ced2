import { z } from 'zod';

import { isoTime, nonEmpty } from './common';

/** Query of `GET /events` (§6.1). */
export const eventsQuery = z
	.object({
		type: nonEmpty.optional(),
		status: z.enum(['pending', 'delivered', 'failed', 'dev_inbox']).optional(),
		lead_id: nonEmpty.optional(),
		since: isoTime.optional(),
		limit: z
			.string()
			.regex(/^\d+$/, 'not a whole number')
			.transform(Number)
			.pipe(z.number().min(1).max(200))
			.default('50'),
		cursor: nonEmpty.optional(),
	})
	.strict();

export type EventsQuery = z.output<typeof eventsQuery>;

/** Query of `GET /events/stream` (§6.4). */
export const streamQuery = z.object({ since: isoTime.optional() }).strict();

/** Query of `POST /events/{id}/replay` (§6.3). */
export const replayQuery = z.object({ subscription_id: nonEmpty.optional() }).strict();
