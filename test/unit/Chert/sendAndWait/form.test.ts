import fc from 'fast-check';

import {
	readFormFields,
	readFormValues,
	toFormAnswer,
	type FormField,
} from '../../../../nodes/Chert/sendAndWait/form';

const field = (changes: Partial<FormField>): FormField => ({
	label: 'Field',
	type: 'text',
	choices: [],
	placeholder: '',
	required: false,
	...changes,
});

const answer = (changes: Partial<FormField>, value: string | string[]) => {
	const checked = toFormAnswer([field(changes)], [value]);
	return checked.ok ? checked.data.Field : checked.errors[0];
};

describe('fields of a custom form', () => {
	it('are read from the parameter', () => {
		expect(
			readFormFields({
				values: [
					{
						fieldLabel: ' Room ',
						fieldType: 'text',
						placeholder: 'e.g. Kitchen',
						requiredField: true,
					},
					{ fieldLabel: 'Color', fieldType: 'dropdown', fieldOptions: 'Red, Green\nRed' },
					{ fieldLabel: 'Old', fieldType: 'no such type', fieldOptions: 'left over' },
				],
			}),
		).toEqual([
			{ label: 'Room', type: 'text', choices: [], placeholder: 'e.g. Kitchen', required: true },
			{
				label: 'Color',
				type: 'dropdown',
				choices: ['Red', 'Green'],
				placeholder: '',
				required: false,
			},
			{ label: 'Old', type: 'text', choices: [], placeholder: '', required: false },
		]);
	});

	it('are required when an expression says so in text', () => {
		const required = (requiredField: unknown) =>
			readFormFields({ values: [{ fieldLabel: 'Room', requiredField }] })[0].required;

		expect(['true', 'FALSE', '', null, undefined].map(required)).toEqual([
			true,
			false,
			false,
			false,
			false,
		]);
	});

	it('have choices of one line, because browsers change line breaks', () => {
		const fieldOptions = ['Kitchen\r\nground floor', 'Attic \n'];
		const [{ choices }] = readFormFields({
			values: [{ fieldLabel: 'Room', fieldType: 'dropdown', fieldOptions }],
		});

		expect(choices).toEqual(['Kitchen ground floor', 'Attic']);
	});

	it.each([
		[{}, 'Form Fields is empty'],
		[{ values: [{ fieldLabel: ' ' }] }, 'Form field 1 has no label'],
		[{ values: [{ fieldLabel: 'A' }, { fieldLabel: 'A' }] }, 'Two form fields have the label "A"'],
		[{ values: [{ fieldLabel: 'respondedAt' }] }, '"respondedAt"'],
		[{ values: [{ fieldLabel: 'A', fieldType: 'dropdown' }] }, 'Form field "A" has no choices'],
		[
			{ values: [{ fieldLabel: 'A', requiredField: 'yes' }] },
			'Form field "A": Required Field "yes" is neither',
		],
	])('are rejected: %j', (parameter, sentence) => {
		expect(() => readFormFields(parameter)).toThrow(sentence);
	});
});

describe('answer to a custom form', () => {
	it.each<[Partial<FormField>, string | string[], unknown]>([
		[{}, 'a', 'a'],
		[{}, '', null],
		[{}, '  ', null],
		[{ type: 'textarea' }, 'a\r\nb', 'a\nb'],
		[{ type: 'number' }, '3.5', 3.5],
		[{ type: 'number' }, '', null],
		[{ type: 'number' }, 'Infinity', 'Please enter a number.'],
		[{ type: 'email' }, 'ana@example.com', 'ana@example.com'],
		[{ type: 'email' }, 'ana', 'Please enter an email address.'],
		[{ type: 'date' }, '2030-02-28', '2030-02-28'],
		[{ type: 'date' }, '2030-02-30', 'Please enter a date.'],
		[{ type: 'date' }, '28.2.2030', 'Please enter a date.'],
		[{ type: 'dropdown', choices: ['Red'] }, 'Red', 'Red'],
		[{ type: 'dropdown', choices: ['Red'] }, 'Blue', 'Please choose from the list.'],
		[{ type: 'dropdown', choices: ['Red'], required: true }, '', 'Please choose an option.'],
		[{ type: 'checkbox' }, 'yes', true],
		[{ type: 'checkbox' }, '', false],
		[{ type: 'checkbox', required: true }, '', 'Please choose an option.'],
		[{ type: 'checkbox', choices: ['Mon', 'Tue'] }, ['Mon', 'Tue'], ['Mon', 'Tue']],
		[{ type: 'checkbox', choices: ['Mon', 'Tue'] }, 'Tue', ['Tue']],
		[{ type: 'checkbox', choices: ['Mon', 'Tue'] }, '', []],
		[{ type: 'checkbox', choices: ['Mon', 'Tue'] }, 'Wed', 'Please choose from the list.'],
		[{ required: true }, ' ', 'Please fill in this field.'],
	])('of %j with %j is %j', (changes, value, expected) => {
		expect(answer(changes, value)).toEqual(expected);
	});

	it('is read from either way in which browsers send forms', () => {
		const fields = [field({}), field({ type: 'checkbox' })];
		expect(readFormValues(fields, { 'field-0': 'a', 'field-1': ['x', 'y'] })).toEqual([
			'a',
			['x', 'y'],
		]);
		expect(readFormValues(fields, { data: { 'field-0': 'a' }, files: {} })).toEqual(['a', '']);
	});

	it('is read from JSON that no browser sends, because a throw would end the wait', () => {
		const entered = { 'field-0': { toString: null }, 'field-1': [{ toString: null }, 3] };
		expect(readFormValues([field({}), field({})], entered)).toEqual([
			'{"toString":null}',
			['{"toString":null}', '3'],
		]);
	});

	it('keeps each text as it was entered', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				const expected = text.trim() === '' ? null : text.replace(/\r\n/g, '\n');
				expect(answer({}, text)).toBe(expected);
			}),
		);
	});
});
