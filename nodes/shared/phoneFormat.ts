/** What people put between digits: blanks, dots, brackets, every kind of dash, and marks that nobody sees. */
const SEPARATORS =
	/[\s.()[\]\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\-\u2010-\u2015\u2212]/g;

/** API section 10: 1003 for anything else. */
const E164 = /^\+[1-9]\d{6,14}$/;

/** A trunk zero as people print it, +44 (0)20 …: dialled at home only in most countries, everywhere in a few. */
const TRUNK_ZERO = /\(\s*0\s*\)/;

/** The digits of a phone number as people write it, with its plus. */
export function withoutSeparators(typed: string): string {
	return typed.replace(SEPARATORS, '');
}

/** True when a number, without separators, has its country code and a length that occurs. */
export function isE164(phone: string): boolean {
	return E164.test(phone);
}

/** True when it cannot be told whether a zero belongs to the number. */
export function hasTrunkZero(typed: string): boolean {
	return TRUNK_ZERO.test(typed);
}
