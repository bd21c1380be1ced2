import type { IDataObject } from 'n8n-workflow';

import { splitList, toDisplayText } from '../../shared/fieldValue';
import { asObject } from '../../shared/object';
import { isOn } from '../input/boolean';
import { InputError } from '../input/inputError';
import { optionalText } from '../input/text';

export const FIELD_TYPES = [
	'checkbox',
	'date',
	'dropdown',
	'email',
	'number',
	'text',
	'textarea',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/** A field of the form that the person fills in. */
export interface FormField {
	label: string;
	type: FieldType;
	/** Choices of a dropdown; of checkboxes too, unless it is a single one */
	choices: string[];
	placeholder: string;
	required: boolean;
}

/** What the person entered, by the field's position. */
export type FormValues = Array<string | string[]>;

/** Why a value is not accepted, by the field's position, in the words of the page. */
export type FormErrors = Array<string | undefined>;

/**
 * Reads the parameter Form Fields.
 *
 * @throws InputError when a field has no label, the label of another field, no choices or a switch that is neither true
 * nor false, or there is no field
 */
export function readFormFields(parameter: unknown): FormField[] {
	const values = asObject(parameter)?.values;
	const entries = (Array.isArray(values) ? values : []) as IDataObject[];
	if (entries.length === 0) {
		throw new InputError('Form Fields is empty: add a field, or choose another Response Type');
	}
	const fields = entries.map(readFormField);
	const labels = fields.map(({ label }) => label);
	const repeated = labels.find((label, index) => labels.indexOf(label) !== index);
	if (repeated !== undefined) {
		throw new InputError(
			`Two form fields have the label "${repeated}": give each its own, because the output has one value for each label`,
		);
	}
	return fields;
}

function readFormField(entry: IDataObject, index: number): FormField {
	const label = optionalText(entry.fieldLabel, 'Field Label');
	if (label === undefined) {
		throw new InputError(`Form field ${index + 1} has no label: fill in Field Label`);
	}
	if (label === 'respondedAt') {
		throw new InputError(
			'A form field has the label "respondedAt", which is the time in the output: choose another Field Label',
		);
	}
	const type = FIELD_TYPES.find((known) => known === entry.fieldType) ?? 'text';
	const choices = [...new Set(splitList(entry.fieldOptions).map(onOneLine))];
	if (type === 'dropdown' && choices.length === 0) {
		throw new InputError(`Form field "${label}" has no choices: fill in Field Options`);
	}
	return {
		label,
		type,
		choices: type === 'dropdown' || type === 'checkbox' ? choices : [],
		placeholder: optionalText(entry.placeholder, 'Placeholder') ?? '',
		required: isOn(entry.requiredField, `Form field "${label}": Required Field`),
	};
}

/** Browsers send a line break as another one, so that the choice would not be found in the list. */
const onOneLine = (choice: string) => choice.replace(/\s*[\r\n]+\s*/g, ' ');

/** The name of a field's input in the page. */
export const inputName = (index: number): string => `field-${index}`;

const toText = (value: unknown) => (typeof value === 'string' ? value : toDisplayText(value));

/**
 * What the person entered. Never throws, because that would end the wait. n8n puts the fields of a multipart form in
 * `data`.
 */
export function readFormValues(fields: FormField[], body: IDataObject): FormValues {
	const entered = asObject(body.data) ?? body;
	return fields.map((_field, index) => {
		const value = entered[inputName(index)] ?? entered[`${inputName(index)}[]`];
		return Array.isArray(value) ? value.map(toText) : toText(value);
	});
}

/**
 * Checks and converts what the person entered.
 *
 * @returns the values by label: numbers as numbers, several checkboxes as a list, one as a boolean, empty fields as
 * null
 */
export function toFormAnswer(
	fields: FormField[],
	values: FormValues,
): { ok: true; data: IDataObject } | { ok: false; errors: FormErrors } {
	const errors = fields.map((field, index) => fieldError(field, values[index]));
	if (errors.some((error) => error !== undefined)) return { ok: false, errors };
	const data = fields.map((field, index) => [field.label, convert(field, values[index])] as const);
	return { ok: true, data: Object.fromEntries(data) as IDataObject };
}

const single = (value: string | string[]): string => [value].flat()[0]?.trim() ?? '';

const chosen = (value: string | string[]): string[] => [value].flat().filter((each) => each !== '');

function fieldError({ type, choices, required }: FormField, value: string | string[]) {
	const entries = type === 'checkbox' ? chosen(value) : [single(value)].filter(Boolean);
	if (entries.length === 0) {
		if (!required) return undefined;
		return type === 'checkbox' || type === 'dropdown'
			? 'Please choose an option.'
			: 'Please fill in this field.';
	}
	if (choices.length > 0 && !entries.every((entry) => choices.includes(entry)))
		return 'Please choose from the list.';
	if (type === 'number' && !Number.isFinite(Number(entries[0]))) return 'Please enter a number.';
	if (type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(entries[0]))
		return 'Please enter an email address.';
	if (type === 'date' && !isDate(entries[0])) return 'Please enter a date.';
	return undefined;
}

function isDate(text: string): boolean {
	const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
	// JavaScript reads February 30 as March 2.
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function convert({ type, choices }: FormField, value: string | string[]) {
	if (type === 'checkbox') return choices.length > 0 ? chosen(value) : chosen(value).length > 0;
	const text = type === 'text' || type === 'textarea' ? [value].flat().join('\n') : single(value);
	if (text.trim() === '') return null;
	// Browsers send line breaks as CRLF.
	return type === 'number' ? Number(text) : text.replace(/\r\n/g, '\n');
}
