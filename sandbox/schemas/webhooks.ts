import { z } from 'zod';

import { addApiIssue, nonEmpty } from './common';

/** §5.1 */
const DEFAULT_WEBHOOK_VERSION = '2026-04-01';

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** Chert requires a public HTTPS address. The sandbox also accepts local ones, for receivers on this machine. */
const webhookUrl = z.string().refine((value) => {
	if (!URL.canParse(value)) return false;
	const { protocol, hostname } = new URL(value);
	return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname));
}, 'must be an HTTPS URL (or a loopback address, in this sandbox)');

const fields = {
	url: webhookUrl,
	/** Unknown names are kept: there may be new ones. */
	events: z.array(nonEmpty.refine((name) => !name.includes('*'), 'wildcards are not supported')),
	version: nonEmpty,
};

/** `POST /webhook-subscriptions` (§5.1). */
export const createSubscriptionBody = z
	.object({
		url: fields.url,
		events: fields.events.default([]),
		version: fields.version.default(DEFAULT_WEBHOOK_VERSION),
	})
	.strict();

/** `PATCH /webhook-subscriptions/{id}` (§5.1). */
export const updateSubscriptionBody = z
	.object({
		url: fields.url.optional(),
		events: fields.events.optional(),
		version: fields.version.optional(),
		is_active: z.boolean().optional(),
	})
	.strict()
	.superRefine((body, context) => {
		if (Object.keys(body).length === 0)
			addApiIssue(context, 'give url, events, version or is_active', { code: 1001 });
	});
