import { loadOutputSchema } from 'n8n-core';
import { join } from 'node:path';

import { file, useAction } from '../support/action';
import { itHasEveryOperation, OPERATION_CASES } from '../support/operationCases';
import { Samples, useReceiver } from '../support/samples';

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** Fields of the schemas that Chert does not always give: the sandbox's history names no sender. */
const OPTIONAL: Record<string, string[]> = {
	'message.get': ['from'],
	'message.getMany': ['from'],
};

const action = useAction();
const receiver = useReceiver();

/** Where a value departs from a schema: names it does not have, and other types. `null` fits any type. */
function departures(value: unknown, schema: Schema | undefined, path = 'json'): string[] {
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

itHasEveryOperation('test/support/operationCases.ts', Object.keys(OPERATION_CASES));

it.each(Object.entries(OPERATION_CASES))(
	'%s gives what its output schema says',
	async (name, { parameters }) => {
		const [resource, operation] = name.split('.');
		const schema = loadOutputSchema({
			nodeDir: join(__dirname, '../../nodes/Chert'),
			version: 1,
			resource,
			operation,
		}) as unknown as Schema;
		const { items, error } = await action.run(
			name,
			await parameters(new Samples(action.sandbox, receiver)),
			{ items: [{ binary: file('data') }] },
		);
		if (error) throw error;

		for (const { json } of items) expect(departures(json, schema)).toEqual([]);
		const present = new Set(items.flatMap(({ json }) => Object.keys(json)));
		for (const optional of OPTIONAL[name] ?? []) present.add(optional);
		expect([...present].sort()).toEqual(Object.keys(schema.properties ?? {}).sort());
	},
);
