import { hasTrunkZero, isE164, withoutSeparators } from '../../shared/phoneFormat';
import { toDisplayText, splitEntries } from '../../shared/fieldValue';
import { toInternational } from './countryCode';
import { InputError } from './inputError';
import { refuseObject } from './text';

/** API section 3.2 */
const MAX_RECIPIENTS = 31;

/**
 * A phone number as the API wants it, without separators.
 *
 * @param value what the user typed or an expression gave
 * @param label the field's label, for the sentence
 * @param countryCode digits of the country code that numbers without one get; without it, such a number is refused
 * @throws InputError when it is not E.164
 */
export function toPhone(value: unknown, label: string, countryCode?: string): string {
	refuseObject(value, label, 'a phone number');
	const typed = toDisplayText(value);
	if (typed === '') {
		throw new InputError(
			`${label} is empty: enter a number with its country code, e.g. +15550100123, or check what its expression returns for this item`,
		);
	}
	const number = withoutSeparators(typed);
	if (/^\d+$/.test(number)) return fromNational(number, `${label} "${typed}"`, countryCode);
	if (hasTrunkZero(typed)) {
		throw new InputError(
			`${label} "${typed}" contains "(0)", which most countries leave out after the country code: remove it`,
		);
	}
	if (!isE164(number)) throw new InputError(`${label} "${typed}" ${whatIsWrong(number)}`);
	return number;
}

function fromNational(digits: string, field: string, countryCode?: string): string {
	if (countryCode === undefined) {
		throw new InputError(
			`${field} does not start with + and the country code: enter it like +1 555 010 0123, or set Default Country Code in the options`,
		);
	}
	const result = toInternational(digits, countryCode);
	if ('phone' in result) {
		if (isE164(result.phone)) return result.phone;
		throw new InputError(`${field} ${whatIsWrong(result.phone)}`);
	}
	throw new InputError(
		result.reason === 'ambiguous'
			? `${field} may already start with the country code ${countryCode}: write +${digits} if it does, or put +${countryCode} in front`
			: `${field} does not have the ten digits of a number in the US or Canada: enter it with its area code`,
	);
}

/** @param phone without separators */
function whatIsWrong(phone: string): string {
	if (/^\+.*[,;]/.test(phone)) return 'has several numbers: enter one for each item';
	if (/^\+[1-9]\d*$/.test(phone)) {
		return `is too ${phone.length < 10 ? 'short' : 'long'} for a phone number: enter the whole number with its country code, e.g. +15550100123`;
	}
	if (/^\+[1-9]/.test(phone))
		return 'contains characters that are not allowed in a phone number: enter only digits after the +';
	return 'is not a phone number: enter + and the country code first, e.g. +15550100123';
}

/**
 * The recipients of a new chat: one number, or several separated by commas, semicolons or line breaks, or an array.
 * A number repeated in the list counts once.
 *
 * @param countryCode see {@link toPhone}
 * @throws InputError for no recipient, more than 31, or one that is not E.164
 * Source: API section 3.2.
 */
export function toRecipients(value: unknown, label: string, countryCode?: string): string[] {
	const recipients = [
		...new Set(splitEntries(value).map((entry) => toPhone(entry, label, countryCode))),
	];
	if (recipients.length === 0) {
		throw new InputError(
			`${label} is empty: enter one number, or several separated by commas, e.g. +15550100123`,
		);
	}
	if (recipients.length > MAX_RECIPIENTS) {
		throw new InputError(
			`${label} has ${recipients.length} recipients, but a group can have at most ${MAX_RECIPIENTS}: split the list`,
		);
	}
	return recipients;
}

/** Enough to tell an email address from a typo. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * The address of a person in iMessage: a phone number or an email address.
 *
 * @param countryCode see {@link toPhone}
 * @throws InputError when it is neither
 * Source: API section 3.8.
 */
export function toPhoneOrEmail(value: unknown, label: string, countryCode?: string): string {
	refuseObject(value, label, 'a phone number or email address');
	const typed = toDisplayText(value);
	if (EMAIL.test(typed)) return typed;
	if (typed === '') {
		throw new InputError(
			`${label} is empty: enter a phone number or an email address, e.g. +15550100123 or ana@example.com`,
		);
	}
	if (/^[+\d]/.test(withoutSeparators(typed)) && !typed.includes('@'))
		return toPhone(value, label, countryCode);
	throw new InputError(
		`${label} "${typed}" is neither a phone number nor an email address: enter one, e.g. +15550100123 or ana@example.com`,
	);
}

/** @throws InputError when it is not an email address */
export function toEmail(value: unknown, label: string): string {
	const typed = toDisplayText(value);
	if (EMAIL.test(typed)) return typed;
	throw new InputError(
		`${label} "${typed}" is not an email address: enter one, e.g. ana@example.com`,
	);
}
