import { InvalidInput } from './invalidInput';

/**
 * Text that must not be empty, as it was typed.
 *
 * @throws InvalidInput when it is empty or blank
 */
export function toText(value: unknown, label: string): string {
	const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
	if (text.trim() === '') throw new InvalidInput(`${label} is empty: enter the text to send`);
	return text;
}

/** Optional text: undefined when it is not filled in, so that the field is not sent at all. */
export function optionalText(value: unknown): string | undefined {
	const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
	return text === '' ? undefined : text;
}

/** A list typed with commas or line breaks, or an array from an expression; blanks and empty entries are dropped. */
export function toList(value: unknown): string[] {
	return (Array.isArray(value) ? value : String(value ?? '').split(/[,\n\r]+/))
		.map((entry) => String(entry ?? '').trim())
		.filter((entry) => entry !== '');
}
