import { InputError } from './inputError';
import { toPlainText } from './plainText';

/**
 * @param wanted what the field takes, with its article
 * @throws InputError when an expression gave a list or an object
 */
export function refuseObject(value: unknown, label: string, wanted: string): void {
	if (typeof value !== 'object' || value === null) return;
	throw new InputError(
		`${label} is ${Array.isArray(value) ? 'a list' : 'an object'}, not ${wanted}: choose the value inside it`,
	);
}

/**
 * Text that must not be empty, as it was typed.
 *
 * @throws InputError when it is empty or blank, or no text at all
 */
export function toText(value: unknown, label: string): string {
	refuseObject(value, label, 'text');
	// A condition that came out false must not be sent as the word "false".
	const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	if (text.trim() === '')
		throw new InputError(
			`${label} is empty: fill it in, or check what its expression returns for this item`,
		);
	return text;
}

/**
 * Text without Markdown, which AI models write and iMessage shows as it is.
 *
 * @throws InputError when nothing is left
 */
export function withoutMarkdown(text: string, label: string): string {
	const plain = toPlainText(text);
	if (plain.trim() !== '') return plain;
	throw new InputError(
		`${label} contains only Markdown marks: enter some text, or turn Plain Text off`,
	);
}

/**
 * Optional text: undefined when it is not filled in, so that the field is not sent at all.
 *
 * @throws InputError when an expression gave a list or an object
 */
export function optionalText(value: unknown, label: string): string | undefined {
	refuseObject(value, label, 'text');
	const text =
		typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
	return text === '' ? undefined : text;
}
