/**
 * A switch, also as the text "true" or "false", which expressions often give, e.g. from a spreadsheet or a variable.
 *
 * @returns undefined for anything else
 */
export function asBoolean(value: unknown): boolean | undefined {
	const text = toDisplayText(value).toLowerCase();
	return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

/**
 * @param kind what the choices are, e.g. `a tapback`
 * @returns one sentence that names the field and the choices; undefined when the value is one of them
 */
export function choiceError(
	value: unknown,
	label: string,
	kind: string,
	choices: readonly string[],
): string | undefined {
	const choice = toDisplayText(value);
	return choices.includes(choice)
		? undefined
		: `${label} "${choice}" is not ${kind}: choose one of ${choices.join(', ')}`;
}

/** Line breaks and zero-width characters, which come along with copied text. */
export const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;

/**
 * A value as its reader would write it, for checks and sentences: a list or an object, which an expression may give, as
 * JSON.
 */
export function toDisplayText(value: unknown): string {
	if (value === undefined || value === null) return '';
	return (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim();
}

/** A list typed with commas, semicolons or line breaks, or an array from an expression, without its empty entries. */
export function splitEntries(value: unknown): unknown[] {
	const entries: unknown[] =
		typeof value === 'object' ? [value].flat() : String(value ?? '').split(/[,;\n\r]+/);
	return entries.filter((entry) => toDisplayText(entry) !== '');
}

/** The same, each entry as its reader would write it. */
export function splitList(value: unknown): string[] {
	return splitEntries(value).map(toDisplayText);
}

/** Text with its percent codes read; as it is where a percent sign is meant as such. */
export function percentDecoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
