import { z } from 'zod';

import { isoTime } from './common';

/** Query of `GET /events` (§6.1). */
export const eventsQuery = z.object({
	type: z.string().optional(),
	status: z.enum(['pending', 'delivered', 'failed', 'dev_inbox']).optional(),
	lead_id: z.string().optional(),
	since: isoTime.optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
	cursor: z.string().optional(),
});

export type EventsQuery = z.output<typeof eventsQuery>;

/** Query of `GET /events/stream` (§6.4). */
export const streamQuery = z.object({ since: isoTime.optional() });

/** Query of `POST /events/{id}/replay` (§6.3). */
export const replayQuery = z.object({ subscription_id: z.string().optional() });
