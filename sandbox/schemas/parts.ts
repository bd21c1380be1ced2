import { z, type RefinementCtx } from 'zod';

import { httpUrl, nonEmpty, addApiIssue, text } from './common';

/** §7 */
const MAX_PARTS = 10;

/** A URL in the text of a first message (§10). */
const URL_IN_TEXT = /https?:\/\//i;

const textPart = z.object({ type: z.literal('text'), value: text }).strict();

const mediaPart = z
	.object({
		type: z.literal('media'),
		attachment_id: nonEmpty.optional(),
		url: z.string().optional(),
	})
	.strict();

const richLinkPart = z
	.object({
		type: z.literal('rich_link'),
		url: httpUrl,
		title: z.string().optional(),
		summary: z.string().optional(),
		image_url: httpUrl.optional(),
		icon_url: httpUrl.optional(),
	})
	.strict();

/** Legacy; its shape is not documented (§4), so anything with a URL is accepted. */
const linkPart = z.object({ type: z.literal('link'), url: httpUrl }).passthrough();

const part = z.discriminatedUnion('type', [textPart, mediaPart, richLinkPart, linkPart]);

type PartInput = z.infer<typeof part>;

function checkMedia(input: PartInput, index: number, context: RefinementCtx): void {
	if (input.type !== 'media') return;
	if (input.url !== undefined && input.attachment_id !== undefined) {
		addApiIssue(context, 'give the id or the URL of an attachment, not both', { code: 1011 }, [
			index,
		]);
	} else if (input.url !== undefined) {
		// The shape of media by URL is a guess (§4), and the sandbox makes no requests to the internet.
		addApiIssue(context, 'media by URL is not supported; upload the file', { code: 4099 }, [index]);
	} else if (input.attachment_id === undefined) {
		addApiIssue(context, 'Missing required field: attachment_id', { code: 1001 }, [index]);
	}
}

function checkSequence(parts: PartInput[], context: RefinementCtx): void {
	if (parts.length > MAX_PARTS)
		addApiIssue(context, `more than ${MAX_PARTS} parts`, { code: 1006 });
	parts.forEach((each, index) => {
		if (each.type === 'text' && parts[index + 1]?.type === 'text') {
			addApiIssue(context, 'consecutive text parts must be merged', { code: 1008 }, [index + 1]);
		}
		checkMedia(each, index, context);
	});
}

/** Parts of a follow-up (§4). */
export const parts = z.array(part).min(1).superRefine(checkSequence);

/** Parts of the first message of a chat: no URL in a text, no legacy link (§3.2). */
export const firstMessageParts = z
	.array(part)
	.min(1)
	.superRefine((list, context) => {
		checkSequence(list, context);
		list.forEach((each, index) => {
			if (each.type === 'link')
				addApiIssue(
					context,
					'a first message cannot hold a link part; use rich_link',
					{ code: 1005 },
					[index],
				);
			if (each.type === 'text' && URL_IN_TEXT.test(each.value)) {
				addApiIssue(
					context,
					'a first message cannot hold a URL in its text; use rich_link',
					{ code: 1005 },
					[index],
				);
			}
		});
	});

export type Parts = z.output<typeof parts>;
