import * as fc from 'fast-check';
import { Workflow, type IDataObject, type INode, type INodeTypes } from 'n8n-workflow';

import { readMapping } from '../../../../nodes/Chert/input/mapping';

const NODE: INode = {
	id: 'chert',
	name: 'Chert',
	type: 'chert',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const workflow = new Workflow({
	nodes: [NODE],
	connections: {},
	active: false,
	nodeTypes: {
		getByNameAndVersion: () => ({ description: { properties: [] } }),
	} as unknown as INodeTypes,
});

/** What n8n itself makes of an expression. */
const n8nReads = (expression: string, json: IDataObject): unknown =>
	workflow.expression.resolveSimpleParameterValue(
		expression,
		{},
		null,
		0,
		0,
		NODE.name,
		[{ json }],
		'manual',
		{},
	);

describe('an expression that only refers to fields', () => {
	it.each([
		['={{ $json.phone }}', '+15550100123'],
		['={{$json.phone}}', '+15550100123'],
		["={{ $json['first name'] }}", 'Ana'],
		['={{ $json.body.visit.room }}', 7],
		['={{ $json.body.isNew }}', false],
		["=Hi {{ $json['first name'] }}, call {{ $json.phone }}!", 'Hi Ana, call +15550100123!'],
		['=\n{{ $json.phone }} ', '\n+15550100123 '],
	])('is read as n8n reads it: %j', (expression, value) => {
		const json = {
			phone: '+15550100123',
			'first name': 'Ana',
			body: { visit: { room: 7 }, isNew: false },
		};
		expect(readMapping(expression, json)).toBe(value);
		expect(n8nReads(expression, json)).toBe(value);
	});

	it.each([
		['no expression', '{{ $json.phone }}'],
		['a fixed value', '+15550100123'],
		['an object', { mode: 'id', value: '={{ $json.phone }}' }],
		['another source', "={{ $('CRM').item.json.phone }}"],
		['a calculation', '={{ $json.phone + $json.phone }}'],
		['a method', '={{ $json.phone.trim() }}'],
		['a property of text', '={{ $json.phone.length }}'],
		['a field that is not there', '={{ $json.fax }}'],
		['a field of nothing', '={{ $json.fax.number }}'],
		['nothing', '={{ $json.empty }}'],
		['an object', '={{ $json.body }}'],
		['a number within text', '=Room {{ $json.room }}'],
		['a name that n8n refuses', '={{ $json.constructor }}'],
		['a name that n8n refuses, of a field', '={{ $json.caller }}'],
		['a name that n8n refuses, in brackets', "={{ $json['arguments'] }}"],
		['a name that n8n refuses, within text', '=To {{ $json.binding }}'],
		['text that n8n refuses', '=Ask .constructor, {{ $json.phone }}'],
		['a reference beside another expression', '={{ $json.phone }} {{ $now }}'],
		['a backslash', '=\\{{ $json.phone }}'],
	])('is left to n8n when it is %s', (_what, expression) => {
		const json = {
			phone: '+15550100123',
			empty: null,
			room: 7,
			body: {},
			caller: 'Ana',
			arguments: 'b',
			binding: 'c',
		};
		expect(readMapping(expression, json)).toBeUndefined();
	});

	it('is never read otherwise than by n8n', () => {
		const name = fc.constantFrom(
			'phone',
			'first name',
			'é',
			'0',
			'length',
			'class',
			'$',
			'toString',
			'__proto__',
			'constructor',
		);
		const text = fc.oneof(
			fc.string(),
			fc.constantFrom(
				'',
				'$&',
				'{{ $json.phone }}',
				'={{ 1 }}',
				'\\',
				"'",
				'$1',
				'\u2028',
				'2026-11-20',
			),
		);
		const leaf = fc.oneof(
			text,
			fc.integer(),
			fc.double({ noNaN: true, noDefaultInfinity: true }),
			fc.boolean(),
			fc.constant(null),
		);
		const { json } = fc.letrec<{ json: IDataObject; value: unknown }>((tie) => ({
			json: fc.dictionary(name, tie('value'), {
				noNullPrototype: true,
				maxKeys: 10,
				size: 'medium',
			}) as never,
			value: fc.oneof(
				{ depthSize: 'small' },
				text,
				text,
				leaf,
				tie('json'),
				fc.array(leaf, { maxLength: 2 }),
			),
		}));
		const step = fc.oneof(
			name.map((each) => `.${each}`),
			name.map((each) => `['${each}']`),
		);
		const reference = fc
			.tuple(
				fc.constantFrom('', ' ', '\n'),
				fc.array(step, { minLength: 1, maxLength: 2 }),
				fc.constantFrom('', ' '),
			)
			.map(([before, steps, after]) => `{{${before}$json${steps.join('')}${after}}}`);
		const piece = fc.oneof(
			reference,
			reference,
			fc.string({ maxLength: 4 }),
			fc.constantFrom('\u0000', '\n', '\u2028', '"', '`', '${1}', ' '),
			fc.constantFrom('{', '}}', '\\'),
		);
		const template = fc.oneof(
			reference,
			fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
		);

		let read = 0;
		fc.assert(
			fc.property(template, json, (expression, data) => {
				const value = readMapping(`=${expression}`, data);
				if (value === undefined) return;
				read++;
				expect(n8nReads(`=${expression}`, data)).toBe(value);
			}),
			{ seed: 20_261_120, numRuns: 20_000 },
		);
		expect(read).toBeGreaterThan(500);
	});
});
