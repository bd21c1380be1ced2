import { hasTrunkZero, isE164, withoutSeparators } from '../../shared/phone';
import { asTyped, splitList } from '../../shared/typed';
import { InvalidInput } from './invalidInput';

/** API section 3.2 */
const MAX_RECIPIENTS = 31;

/**
 * A phone number as the API wants it. Separators are taken out; a country is never guessed.
 *
 * @param value what the user typed or an expression gave
 * @param label the field's label, for the sentence
 * @throws InvalidInput when it is not E.164
 */
export function toPhone(value: unknown, label: string): string {
	const typed = asTyped(value);
	if (typed === '') throw new InvalidInput(`${label} is empty: enter a number with its country code, e.g. +15550100123`);
	if (hasTrunkZero(typed)) {
		throw new InvalidInput(
			`${label} "${typed}" has a zero in brackets, which most countries leave out after the country code: write the number without it`,
		);
	}
	const phone = withoutSeparators(typed);
	if (!isE164(phone)) {
		throw new InvalidInput(
			`${label} "${typed}" is not an international phone number: write + and the country code first, e.g. +15550100123`,
		);
	}
	return phone;
}

/**
 * The recipients of a new chat: one number, or several separated by commas, semicolons or line breaks, or an array.
 * A number repeated in the list counts once.
 *
 * @throws InvalidInput for no recipient, more than 31, or one that is not E.164
 * Source: API section 3.2.
 */
export function toRecipients(value: unknown, label = 'To'): string[] {
	const recipients = [...new Set(splitList(value).map((entry) => toPhone(entry, label)))];
	if (recipients.length === 0) {
		throw new InvalidInput(`${label} is empty: enter one number, or several separated by commas, e.g. +15550100123`);
	}
	if (recipients.length > MAX_RECIPIENTS) {
		throw new InvalidInput(
			`${label} has ${recipients.length} recipients: a group takes at most ${MAX_RECIPIENTS}, so split the list`,
		);
	}
	return recipients;
}
