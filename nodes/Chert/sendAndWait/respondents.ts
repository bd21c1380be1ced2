import type { ChertEvent } from '../../shared/events/envelope';
import { isE164, withoutSeparators } from '../../shared/phoneFormat';

/** Who may answer a question, and where. */
export interface Respondents {
	/** The person who was asked in a direct chat, E.164 */
	phone?: string;
	/** The chat in which the question was asked, direct or group */
	chatId?: string;
	/** Addresses whose answers count; everybody who was asked when empty */
	approvers: string[];
}

/** True when the event comes from a person whose answer counts, in the chat of the question. */
export function mayAnswer(
	{ isOwn, from, isGroup, chatId }: Pick<ChertEvent, 'isOwn' | 'from' | 'isGroup' | 'chatId'>,
	respondents: Respondents,
): boolean {
	if (isOwn || from === null) return false;
	const address = toAddress(from);
	const isInChat =
		respondents.chatId === undefined
			? isGroup !== true && address === toAddress(respondents.phone ?? '')
			: chatId === respondents.chatId;
	const { approvers } = respondents;
	return isInChat && (approvers.length === 0 || approvers.map(toAddress).includes(address));
}

/** A phone number or email address in the one way of writing it that can be compared. */
export function toAddress(text: string): string {
	const phone = withoutSeparators(text);
	return isE164(phone) ? phone : text.trim().toLowerCase();
}
