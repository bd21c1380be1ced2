import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Chert } from '../../../../nodes/Chert/Chert.node.ts';
import { resources } from '../../../../nodes/Chert/resources';

const FOLDER = join(__dirname, '../../../../nodes/Chert/resources');

const isOperation = (value: unknown): value is { value: string } =>
	typeof value === 'object' && value !== null && 'plan' in value && 'fields' in value;

const FOLDERS = readdirSync(FOLDER, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);

/** The operations that the files of a resource's folder define, each with its file. */
function operationsIn(folder: string): Array<{ file: string; value: string }> {
	return readdirSync(join(FOLDER, folder))
		.filter((file) => file !== 'index.ts')
		.flatMap((file) => {
			const exported = Object.values(jest.requireActual<object>(join(FOLDER, folder, file)));
			return exported.filter(isOperation).map(({ value }) => ({ file, value }));
		});
}

it('lists every resource that has a folder in resources/index.ts', () => {
	expect(resources.map(({ value }) => value)).toEqual(FOLDERS.sort());
});

describe.each(FOLDERS)('%s', (folder) => {
	const { name, operations, customOperations } = resources.find(({ value }) => value === folder)!;

	it('lists every operation that has a file in its index.ts', () => {
		expect(operations.map(({ value }) => value).sort()).toEqual(
			operationsIn(folder)
				.map(({ value }) => value)
				.sort(),
		);
		expect(Object.keys(customOperations).sort()).toEqual(
			operations.map(({ value }) => value).sort(),
		);
	});

	it('has each operation in a file of its name, with an output schema', () => {
		for (const { file, value } of operationsIn(folder)) {
			expect(file).toBe(`${value}.ts`);
			const schema = join(FOLDER, `../__schema__/v1.0.0/${folder}/${value}.json`);
			expect([schema, existsSync(schema)]).toEqual([schema, true]);
		}
	});

	it('reads as a person would in the line below the node', () => {
		const { subtitle = '' } = new Chert().description;
		const { labels } = /^=\{\{ \((?<labels>\{.*\})\)\[/.exec(subtitle)?.groups ?? {};
		for (const operation of operations) {
			expect(JSON.parse(labels)).toHaveProperty(
				[`${folder}.${operation.value}`],
				`${name}: ${operation.name}`,
			);
		}
	});

	it('describes what each operation is for and what it returns', () => {
		for (const { description, value, execute } of operations) {
			expect([value, description]).toEqual([value, expect.stringMatching(/^[A-Z].{20,}/)]);
			if (!execute && value !== 'delete') expect(description).toContain('Returns ');
		}
	});
});
