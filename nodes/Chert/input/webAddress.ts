import { toDisplayText } from '../../shared/fieldValue';
import { InputError } from './inputError';
import { optionalText } from './text';

/** @throws InputError when it is empty, or not an http or https address */
export function toWebAddress(value: unknown, label: string): string {
	const url = optionalText(value, label);
	if (url === undefined)
		throw new InputError(`${label} is empty: enter a web address, e.g. https://example.com/review`);
	if (!/^https?:\/\/\S+$/i.test(url) || !URL.canParse(url)) {
		throw new InputError(
			`${label} "${url}" is not a web address: enter it in full, e.g. https://example.com/review`,
		);
	}
	return url;
}

/** @throws InputError when it is not an https address */
export function toHttpsAddress(value: unknown, label: string): string {
	const url = toWebAddress(value, label);
	if (!/^https:/i.test(url)) {
		throw new InputError(
			`${label} "${url}" is not secure: use an address that starts with https://`,
		);
	}
	return url;
}

/** Addresses can contain commas, so only a separator before the next address, or after the last one, ends one. */
const BETWEEN_ADDRESSES = /[\s,;]+(?=https?:\/\/|$)|[,;]?\s*[\n\r]+/i;

/**
 * A list of web addresses, separated by commas, spaces or line breaks, or an array from an expression.
 *
 * @throws InputError when an entry is not a web address
 */
export function toWebAddresses(value: unknown, label: string): string[] {
	const entries: unknown[] =
		typeof value === 'object' ? [value].flat() : String(value ?? '').split(BETWEEN_ADDRESSES);
	return entries
		.filter((entry) => toDisplayText(entry) !== '')
		.map((entry) => toWebAddress(entry, label));
}
