import { isSafeObjectProperty, type IDataObject } from 'n8n-workflow';

/** A field of the input, as the editor writes it when a person drags it to a parameter. */
const REFERENCE = /\{\{\s*\$json((?:\.[A-Za-z_]\w*|\['[^'\\\n]*'\])+)\s*\}\}/g;

const STEP = /\.(\w+)|\['([^']*)'\]/g;

/** Text that n8n treats in its own way, or rejects. */
const MORE_THAN_TEXT = /[{}\\]|\.\s*constructor/;

/**
 * Reads an expression that only refers to fields of its item, alone (`={{ $json.phone }}`) or within text
 * (`=Hi {{ $json.name }}!`), as dragging a field into a parameter creates it. n8n 2 takes a quarter of a millisecond
 * for each, and as long for two of them as for sending the message.
 *
 * @param expression the parameter as it is stored
 * @param json the item's data
 * @returns what n8n returns for it; undefined for what only n8n can evaluate: other expressions, missing fields, values
 *   other than text within text, and values other than text, number or boolean alone
 */
export function readMapping(
	expression: unknown,
	json: IDataObject,
): string | number | boolean | undefined {
	if (typeof expression !== 'string' || !expression.startsWith('=')) return undefined;
	const template = expression.slice(1);
	const references = [...template.matchAll(REFERENCE)];
	if (references.length === 0 || MORE_THAN_TEXT.test(template.replace(REFERENCE, '')))
		return undefined;

	const values = references.map(([, path]) => valueAt(json, path));
	if (references[0][0] === template) return isPlain(values[0]) ? values[0] : undefined;
	if (!values.every((value) => typeof value === 'string')) return undefined;
	let next = 0;
	return template.replace(REFERENCE, () => values[next++]);
}

function valueAt(json: IDataObject, path: string): unknown {
	let value: unknown = json;
	for (const [, plain, quoted] of path.matchAll(STEP)) {
		const name = plain ?? quoted;
		// n8n rejects names such as "constructor", and has its own methods on text.
		if (
			typeof value !== 'object' ||
			value === null ||
			name in Object.prototype ||
			!isSafeObjectProperty(name) ||
			!Object.hasOwn(value, name)
		)
			return undefined;
		value = (value as IDataObject)[name];
	}
	return value;
}

const isPlain = (value: unknown): value is string | number | boolean =>
	['string', 'number', 'boolean'].includes(typeof value);
