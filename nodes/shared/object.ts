import type { IDataObject } from 'n8n-workflow';

/** The value, where it is a JSON object; a list is none. */
export function asObject(value: unknown): IDataObject | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as IDataObject)
		: undefined;
}
