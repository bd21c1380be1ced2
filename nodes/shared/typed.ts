/** A value as its reader would write it, for checks and sentences: a list or an object, which an expression may give, as JSON. */
export function asTyped(value: unknown): string {
	if (value === undefined || value === null) return '';
	return (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim();
}

/** A list typed with commas, semicolons or line breaks, or an array from an expression; blanks and empty entries are dropped. */
export function splitList(value: unknown): string[] {
	const entries: unknown[] = typeof value === 'object' ? [value].flat() : String(value ?? '').split(/[,;\n\r]+/);
	return entries.map(asTyped).filter((entry) => entry !== '');
}
