import { withoutSeparators } from '../../shared/phoneFormat';
import { InputError } from './inputError';
import { optionalText } from './text';

const COUNTRY_CODE = /^(?:\+|00)?([1-9]\d{0,2})$/;

/**
 * A country code as people enter it, e.g. `+1`, `1` or `0044`.
 *
 * @returns its digits; undefined when the field is empty
 * @throws InputError when it is anything else
 */
export function toCountryCode(value: unknown, label: string): string | undefined {
	const typed = optionalText(value, label);
	if (typed === undefined) return undefined;
	const code = COUNTRY_CODE.exec(withoutSeparators(typed))?.[1];
	if (code !== undefined) return code;
	throw new InputError(
		`${label} "${typed}" is not a country code: enter + and one to three digits, e.g. +1`,
	);
}

/** Ten digits, with or without the 1 that is both trunk prefix and country code in North America. */
const NORTH_AMERICAN = /^1?([2-9]\d{9})$/;

/** What people dial before a national number and leave out after the country code. */
const TRUNK_PREFIX = /^0/;

/** Countries where the prefix is another one, or where the zero belongs to the number. */
const OTHER_TRUNK_PREFIX: Record<string, RegExp | undefined> = {
	'7': /^8(?=\d{10}$)/,
	'36': /^06/,
	'39': undefined,
	'225': undefined,
	'226': undefined,
	'229': undefined,
	'241': /^0(?=\d{8}$)/,
	'242': undefined,
	'250': /^0(?=\d{9}$)/,
	'370': /^[08]/,
	'375': /^80?/,
	'378': undefined,
	'992': undefined,
	'993': /^8/,
};

export type InternationalNumber =
	| { phone: string }
	/** `ambiguous`: it may already start with the country code. `length`: it is not a complete national number. */
	| { reason: 'ambiguous' | 'length' };

/**
 * Adds a country code to a number without `+`.
 *
 * @param digits the number as it is dialed, without separators
 * @param countryCode digits, e.g. `44`
 */
export function toInternational(digits: string, countryCode: string): InternationalNumber {
	if (countryCode === '1') {
		const national = NORTH_AMERICAN.exec(digits)?.[1];
		return national === undefined ? { reason: 'length' } : { phone: `+1${national}` };
	}
	if (digits.startsWith('00')) return { phone: `+${digits.slice(2)}` };
	if (digits.startsWith(countryCode)) return { reason: 'ambiguous' };
	const prefix = countryCode in OTHER_TRUNK_PREFIX ? OTHER_TRUNK_PREFIX[countryCode] : TRUNK_PREFIX;
	return { phone: `+${countryCode}${prefix ? digits.replace(prefix, '') : digits}` };
}
