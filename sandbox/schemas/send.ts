import { z, type RefinementCtx } from 'zod';

import { nonEmpty, phone, addApiIssue, text } from './common';

/** The sandbox's own list: only `celebration` is documented (§3.1). */
export const EFFECTS = [
	'celebration',
	'confetti',
	'balloons',
	'fireworks',
	'lasers',
	'love',
	'spotlight',
	'echo',
	'slam',
	'loud',
	'gentle',
	'invisible_ink',
] as const;

export interface AttachmentReference {
	id: string;
	livePhoto: boolean;
}

const attachmentObject = z
	.object({
		id: nonEmpty.optional(),
		attachment_id: nonEmpty.optional(),
		live_photo: z.boolean().optional(),
	})
	.strict()
	.refine((value) => (value.id === undefined) !== (value.attachment_id === undefined));

/** One entry of `attachments`, in any of its three forms (§3.1). */
function attachmentReference(
	entry: unknown,
	index: number,
	context: RefinementCtx,
): AttachmentReference {
	const nothing = { id: '', livePhoto: false };
	if (typeof entry === 'string' && entry !== '') return { id: entry, livePhoto: false };
	if (typeof entry === 'object' && entry !== null && 'url' in entry) {
		addApiIssue(
			context,
			'attachments are referenced by id, not by URL',
			{ code: 1011, attachmentIndex: index },
			[index],
		);
		return nothing;
	}
	const parsed = attachmentObject.safeParse(entry);
	if (!parsed.success) {
		addApiIssue(context, 'not an attachment reference', { code: 1002, attachmentIndex: index }, [
			index,
		]);
		return nothing;
	}
	return {
		id: parsed.data.id ?? parsed.data.attachment_id ?? '',
		livePhoto: parsed.data.live_photo ?? false,
	};
}

/** `POST /send` (§3.1). */
export const sendBody = z
	.object({
		phone,
		body: text,
		idempotency_key: nonEmpty.optional(),
		name: z.string().optional(),
		external_id: z.string().optional(),
		phone_line_id: nonEmpty.optional(),
		attachments: z
			.array(z.unknown())
			.transform((entries, context) =>
				entries.map((entry, index) => attachmentReference(entry, index, context)),
			)
			.optional(),
		effect: z
			.string()
			.superRefine((value, context) => {
				if (!(EFFECTS as readonly string[]).includes(value)) {
					addApiIssue(context, `unknown effect ${JSON.stringify(value)}`, {
						code: 4098,
						allowedEffects: EFFECTS,
					});
				}
			})
			.optional(),
		test_lead: z.boolean().optional(),
	})
	.strict();
