import type { IDataObject } from 'n8n-workflow';

/** The value, where it is a JSON object; a list is none. */
export function asObject(value: unknown): IDataObject | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as IDataObject)
		: undefined;
}

/** The JSON objects of a list; none when the value is no list. */
export function asObjects(value: unknown): IDataObject[] {
	return Array.isArray(value) ? value.map(asObject).filter((entry) => entry !== undefined) : [];
}

/** The first value that is text and not empty. */
export function firstText(...values: unknown[]): string | undefined {
	return values.find((value): value is string => typeof value === 'string' && value !== '');
}
