import { hasTrunkZero, isE164, withoutSeparators } from '../../shared/phone';
import { toDisplayText, splitEntries } from '../../shared/fieldValue';
import { InputError } from './inputError';
import { refuseObject } from './text';

/** API section 3.2 */
const MAX_RECIPIENTS = 31;

/**
 * A phone number as the API wants it. Separators are taken out; a country is never guessed.
 *
 * @param value what the user typed or an expression gave
 * @param label the field's label, for the sentence
 * @throws InputError when it is not E.164
 */
export function toPhone(value: unknown, label: string): string {
	refuseObject(value, label, 'a phone number');
	const typed = toDisplayText(value);
	if (typed === '') {
		throw new InputError(
			`${label} is empty: enter a number with its country code, e.g. +15550100123, or check what its expression finds in this item`,
		);
	}
	if (hasTrunkZero(typed)) {
		throw new InputError(
			`${label} "${typed}" has a zero in brackets, which most countries leave out after the country code: write the number without it`,
		);
	}
	const phone = withoutSeparators(typed);
	if (!isE164(phone)) throw new InputError(`${label} "${typed}" ${whatIsWrong(phone)}`);
	return phone;
}

/** @param phone without separators */
function whatIsWrong(phone: string): string {
	if (/^\+.*[,;]/.test(phone)) return 'has several numbers: give one for each item';
	if (/^\+[1-9]\d*$/.test(phone)) {
		return `is too ${phone.length < 10 ? 'short' : 'long'} for a phone number: write the whole number with its country code, e.g. +15550100123`;
	}
	if (/^\+[1-9]/.test(phone))
		return 'has characters that no phone number has: write digits only after the +';
	return 'is not an international phone number: write + and the country code first, e.g. +15550100123';
}

/**
 * The recipients of a new chat: one number, or several separated by commas, semicolons or line breaks, or an array.
 * A number repeated in the list counts once.
 *
 * @throws InputError for no recipient, more than 31, or one that is not E.164
 * Source: API section 3.2.
 */
export function toRecipients(value: unknown, label = 'To'): string[] {
	const recipients = [...new Set(splitEntries(value).map((entry) => toPhone(entry, label)))];
	if (recipients.length === 0) {
		throw new InputError(
			`${label} is empty: enter one number, or several separated by commas, e.g. +15550100123`,
		);
	}
	if (recipients.length > MAX_RECIPIENTS) {
		throw new InputError(
			`${label} has ${recipients.length} recipients: a group takes at most ${MAX_RECIPIENTS}, so split the list`,
		);
	}
	return recipients;
}
