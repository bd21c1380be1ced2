import { loadOutputSchema } from 'n8n-core';
import { join } from 'node:path';

export interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** Reads the output schema of a node as n8n does. */
export function readOutputSchema(
	folder: string,
	ref: { version: number; resource?: string; operation?: string },
): Schema {
	const nodeDir = join(__dirname, '../../nodes', folder);
	return loadOutputSchema({ nodeDir, ...ref }) as unknown as Schema;
}

/** Where a value departs from a schema: names it does not have, and other types. `null` fits any type. */
export function departures(value: unknown, schema: Schema | undefined, path = 'json'): string[] {
	if (!schema) return [`${path} is not in the schema`];
	if (value === null || value === undefined) return [];
	if (Array.isArray(value)) {
		if (schema.type !== 'array') return [`${path} is an array, not ${schema.type}`];
		return value.flatMap((entry) => departures(entry, schema.items, `${path}[]`));
	}
	if (typeof value !== schema.type) return [`${path} is ${typeof value}, not ${schema.type}`];
	// An object without properties in the schema can have any.
	if (typeof value !== 'object' || !schema.properties) return [];
	return Object.entries(value).flatMap(([key, entry]) =>
		departures(entry, schema.properties?.[key], `${path}.${key}`),
	);
}
