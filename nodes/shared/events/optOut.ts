/** The words that carriers and Apple ask senders to respect, and their French and Spanish forms. */
export const DEFAULT_OPT_OUT_WORDS =
	'stop, stopall, quit, end, revoke, opt out, optout, cancel, unsubscribe, arrete, alto';

/**
 * Finds the opt-out word that a whole message consists of. Case, accents, punctuation and emojis don't matter.
 *
 * @param text the message
 * @param words as the user listed them
 * @returns the matching word of the list; null when there is none
 */
export function findOptOutWord(text: string, words: readonly string[]): string | null {
	const message = plainWords(text);
	if (message === '') return null;
	return words.find((word) => plainWords(word) === message) ?? null;
}

function plainWords(text: string): string {
	return text
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replace(/[\p{P}\p{S}\p{C}\s]+/gu, ' ')
		.trim();
}
