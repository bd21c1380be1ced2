import type { INodePropertyOptions } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Chert } from '../../nodes/Chert/Chert.node.ts';
import { ChertTrigger } from '../../nodes/ChertTrigger/ChertTrigger.node.ts';
import { operationPath } from '../../scripts/docs/links';
import simplified from '../../nodes/ChertTrigger/__schema__/v1.1.0.json';
import { withNested } from '../support/nestedFields';

const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
const chert = new Chert().description.properties;
const trigger = new ChertTrigger().description.properties;

/** Rows of the table with this heading in the first column, as cells without markup. */
function rowsOfTable(heading: string): string[][] {
	const lines = readme.split('\n');
	const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
	if (start === -1) throw new Error(`The README has no table with the first heading "${heading}".`);
	const rows = lines.slice(start + 2);
	return rows
		.slice(
			0,
			rows.findIndex((line) => !line.startsWith('|')),
		)
		.map((row) =>
			row
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.replaceAll(/[*`]/g, '').trim()),
		);
}

const optionsOf = (name: string) =>
	chert
		.filter((property) => property.name === name)
		.map(({ options, displayOptions }) => ({
			options: options as INodePropertyOptions[],
			resource: displayOptions?.show?.resource?.[0],
		}));

describe('the operations table', () => {
	const [{ options: resources }] = optionsOf('resource');

	it('lists exactly the operations of the node, each with its page', () => {
		const offered = optionsOf('operation').flatMap(({ options, resource: value }) => {
			const resource = resources.find((option) => option.value === value)?.name;
			return options.map(
				(operation) =>
					`${resource}: [${operation.name}](docs/${operationPath(`${value}.${operation.value}`)})`,
			);
		});
		const listed = rowsOfTable('Resource').map(([resource, link]) => `${resource}: ${link}`);
		expect(listed.sort()).toEqual(offered.sort());
	});
});

describe('the option tables', () => {
	const fields = [...chert, ...trigger].flatMap(withNested);

	it.each([...rowsOfTable('Option'), ...rowsOfTable('Field or option')])(
		'%s exists, with default %s',
		(names, byDefault) => {
			for (const name of names.split(', ')) {
				const found = fields.filter((property) => property.displayName === name);
				expect(found.map((property) => property.displayName)).toContain(name);
				if (/^\d+$/.test(byDefault))
					expect(found.map((property) => property.default)).toContain(Number(byDefault));
				if (/^(on|off)$/.test(byDefault))
					expect(found.map((property) => property.default)).toContain(byDefault === 'on');
			}
		},
	);
});

it('shows a simplified message with exactly the fields of the trigger', () => {
	const [, example] = /A simplified message:\s+```json\n([\s\S]*?)```/.exec(readme) ?? [];
	expect(Object.keys(JSON.parse(example))).toEqual(Object.keys(simplified.properties));
});
