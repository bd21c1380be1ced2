/**
 * What the contract leaves open (§9), switchable at start and at run time. The first value of each row is the
 * default of §10. A correct client works with every value of every row.
 */
export const VARIANTS = {
	/** Single objects (message, event, subscription, …): as §10 has it, always bare, or always under their name. */
	objectWrapper: ['documented', 'bare', 'wrapped'],
	/**
	 * Status of a successful write; 204 only where no client needs the body: upload, mark-read, typing, leave, and
	 * PATCH and DELETE of a subscription.
	 */
	successStatus: [200, 201, 202, 204],
	/** No body on the same routes, with any status. */
	emptyBodies: [false, true],
	/** `paired`: modern form in `X-Webhook-Signature`, legacy form in `x-chert-signature`. Otherwise one form in all. */
	webhookSignature: ['paired', 'modern', 'legacy'],
	webhookSignatureHeader: ['both', 'X-Webhook-Signature', 'x-chert-signature'],
	/** Flat envelope; wrapped in `payload` like an event row; flat with the top-level extras of old deliveries (§5.3). */
	deliveryBody: ['flat', 'wrapped', 'legacyExtras'],
	/** Where a rate or capacity error says how long to wait. `headerDate`: only in the header, as an HTTP date. */
	retryAfter: ['both', 'body', 'header', 'headerDate'],
	/** `documented`: the mixture that the docs show (UUID chats, hex messages and attachments). */
	ids: ['documented', 'uuid', 'prefixed', 'hex32'],
	/** Error shape: as documented per route, or one shape everywhere. */
	errors: ['documented', 'standard', 'flat', 'hybrid'],
	/** Whether error bodies have `trace_id`, besides the header. */
	errorTraceId: [true, false],
	/** Key of the list in `GET /webhook-subscriptions`. */
	subscriptionListKey: ['subscriptions', 'webhook_subscriptions', 'data', 'bare'],
	/** A tenant registered as `multi_tenant: true` must send `x-chert-tenant` with a bearer token too (§1.2). */
	requireTenant: [false, true],
	/** How many webhook subscriptions an account may have (more: 2008); 0 is no limit. */
	subscriptionLimit: [0, 1],
	/** JSON in the `data:` lines of the stream (§6.4). */
	sseData: ['row', 'envelope'],
	/** Whether one idempotency key may be used once per route or once per tenant (§2.5). */
	idempotencyScope: ['route', 'tenant'],
	/** Whether each inbound message also records the legacy `lead_reply` event (§5.2). */
	leadReply: [false, true],
} as const satisfies Record<string, ReadonlyArray<string | number | boolean>>;

export type VariantName = keyof typeof VARIANTS;
export type Variants = { [Name in VariantName]: (typeof VARIANTS)[Name][number] };

export const VARIANT_NAMES = Object.keys(VARIANTS) as VariantName[];

/** The defaults of §10: the first value of each row. */
export function defaultVariants(): Variants {
	return Object.fromEntries(VARIANT_NAMES.map((name) => [name, VARIANTS[name][0]])) as Variants;
}

/**
 * Checks a change of variants from a caller.
 *
 * @throws RangeError that names the unknown variant or the allowed values.
 */
export function checkVariants(change: Record<string, unknown>): Partial<Variants> {
	for (const [name, value] of Object.entries(change)) {
		if (!(name in VARIANTS)) {
			throw new RangeError(
				`There is no variant "${name}". Choose from: ${VARIANT_NAMES.join(', ')}`,
			);
		}
		const allowed: readonly unknown[] = VARIANTS[name as VariantName];
		if (!allowed.includes(value)) {
			throw new RangeError(
				`Variant "${name}" cannot be ${JSON.stringify(value)}. Choose from: ${allowed.join(', ')}`,
			);
		}
	}
	return change as Partial<Variants>;
}
