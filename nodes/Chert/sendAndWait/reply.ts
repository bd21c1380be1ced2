import type { IDataObject } from 'n8n-workflow';

import type { ChertEvent } from '../../shared/events/envelope';
import { asObject } from '../../shared/object';
import { mayAnswer, type Respondents } from './respondents';

export const DEFAULT_APPROVE_WORDS = 'yes, ok, okay, y, sure, approve, approved, 👍';
export const DEFAULT_DISAPPROVE_WORDS = 'no, n, stop, decline, declined, 👎';

/** What counts as an answer in iMessage. */
export interface ReplyRules {
	responseType: 'approval' | 'freeText';
	respondents: Respondents;
	/** The message with the question, for tapbacks */
	messageId: string;
	/** When Chert sent the question, milliseconds since 1970 */
	askedAt: number;
	approveWords: string[];
	disapproveWords: string[];
}

export type Reply =
	| { kind: 'answer'; data: IDataObject }
	/** From the right person in the right place, but neither yes nor no. */
	| { kind: 'unclear' }
	/** Not about this question. */
	| { kind: 'other' };

/** Tapbacks as decisions. Source: API section 3.14. */
const DECISIONS: Record<string, boolean> = { like: true, love: true, dislike: false };

/**
 * Decides whether an event answers a question.
 *
 * @param respondedAt ISO 8601
 * Source: API section 5.3.
 */
export function interpretReply(event: ChertEvent, rules: ReplyRules, respondedAt: string): Reply {
	if (!mayAnswer(event, rules.respondents)) return { kind: 'other' };
	// A message from before the question can arrive after it.
	if (Date.parse(event.receivedAt) < rules.askedAt) return { kind: 'other' };
	const common = { respondedAt, by: event.from };

	if (event.name === 'reaction.added') {
		if (event.messageId !== rules.messageId || rules.responseType === 'freeText')
			return { kind: 'other' };
		const reaction = readReaction(event);
		const approved = DECISIONS[reaction];
		return approved === undefined
			? { kind: 'unclear' }
			: { kind: 'answer', data: { approved, ...common, reaction } };
	}
	if (event.name !== 'message.received') return { kind: 'other' };

	const content: IDataObject = {
		text: event.text,
		...(event.media.length > 0 && { attachments: event.media.map((part) => ({ ...part })) }),
	};
	if (rules.responseType === 'freeText') return { kind: 'answer', data: { ...content, ...common } };
	const approved = readDecision(event.text, rules);
	return approved === undefined
		? { kind: 'unclear' }
		: { kind: 'answer', data: { approved, ...common, ...content } };
}

/** The whole text must be one of the words: "no problem" is no refusal. */
function readDecision(
	text: string,
	{ approveWords, disapproveWords }: Pick<ReplyRules, 'approveWords' | 'disapproveWords'>,
): boolean | undefined {
	const given = normalize(text);
	if (given === '') return undefined;
	if (disapproveWords.some((word) => normalize(word) === given)) return false;
	return approveWords.some((word) => normalize(word) === given) ? true : undefined;
}

/** Without case, punctuation, skin tones and the marks that choose how an emoji is drawn. */
function normalize(text: string): string {
	return text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\p{P}\p{Cf}\p{Emoji_Modifier}\ufe0e\ufe0f]/gu, '')
		.replace(/\s+/g, ' ')
		.trim();
}

function readReaction({ data }: ChertEvent): string {
	const type = asObject(data?.reaction)?.type ?? data?.reaction;
	return typeof type === 'string' ? type : '';
}
