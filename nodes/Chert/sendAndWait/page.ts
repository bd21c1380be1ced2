import { escapeHtml, renderDocument } from './html';
import { inputName, type FormErrors, type FormField, type FormValues } from './form';

/** What the page asks, in the words of the workflow. */
export interface QuestionPage {
	title: string;
	message: string;
	input:
		| { kind: 'approval'; approveLabel: string; disapproveLabel?: string }
		| { kind: 'form'; fields: FormField[]; buttonLabel: string; multipart: boolean };
}

/** Name and values of the approval buttons. */
export const DECISION = { name: 'decision', approve: 'approve', disapprove: 'disapprove' } as const;

/** The only field of a free text answer. */
export const FREE_TEXT_FIELD: FormField = {
	label: 'Your answer',
	type: 'textarea',
	choices: [],
	placeholder: '',
	required: true,
};

/**
 * The page with the question: plain HTML, without script.
 *
 * @param rejected what the person entered and why it is not accepted, to correct it
 */
export function renderQuestion(
	{ title, message, input }: QuestionPage,
	rejected: { values: FormValues; errors: FormErrors } = { values: [], errors: [] },
): string {
	const content =
		input.kind === 'approval'
			? [
					button(input.approveLabel, DECISION.approve),
					input.disapproveLabel && button(input.disapproveLabel, DECISION.disapprove, 'second'),
				]
			: [
					...input.fields.map((field, index) =>
						renderField(field, index, rejected.values[index] ?? '', rejected.errors[index]),
					),
					`<button dir="auto">${escapeHtml(input.buttonLabel)}</button>`,
				];
	const encoding = input.kind === 'form' && input.multipart ? ' enctype="multipart/form-data"' : '';
	const form = [`<form method="post"${encoding}>`, ...content, '</form>'].filter(Boolean);
	return renderDocument(title, message, [paragraph(message), ...form].join('\n'));
}

/** A page that only says something. */
export function renderNotice(title: string, text: string): string {
	return renderDocument(title, text, paragraph(text));
}

const paragraph = (text: string) => `<p dir="auto">${escapeHtml(text)}</p>`;

const button = (label: string, value: string, style = 'first') =>
	`<button class="${style}" dir="auto" name="${DECISION.name}" value="${value}">${escapeHtml(label)}</button>`;

function renderField(
	field: FormField,
	index: number,
	value: string | string[],
	error: string | undefined,
): string {
	const id = inputName(index);
	const message = error === undefined ? '' : `<p id="${id}-error">${escapeHtml(error)}</p>`;
	const attributes = [
		`name="${id}"`,
		field.required && field.type !== 'checkbox' && 'required',
		error !== undefined && `aria-invalid="true" aria-describedby="${id}-error"`,
	]
		.filter(Boolean)
		.join(' ');
	const label = `${escapeHtml(field.label)}${field.required ? ' *' : ''}`;

	if (field.type === 'checkbox' && field.choices.length > 0) {
		const boxes = field.choices.map((choice) => checkbox(attributes, choice, choice, value));
		return `<fieldset class="field"><legend dir="auto">${label}</legend>${boxes.join('')}${message}</fieldset>`;
	}
	if (field.type === 'checkbox') {
		const required = field.required ? `${attributes} required` : attributes;
		return `<div class="field">${checkbox(required, 'yes', label, value, true)}${message}</div>`;
	}
	return `<div class="field"><label for="${id}" dir="auto">${label}</label>${control(field, `id="${id}" class="text" dir="auto" ${attributes}`, [value].flat()[0] ?? '')}${message}</div>`;
}

/** @param label plain text, or HTML if `isHtml` */
function checkbox(
	attributes: string,
	choice: string,
	label: string,
	value: string | string[],
	isHtml = false,
): string {
	const checked = [value].flat().includes(choice) ? ' checked' : '';
	const text = isHtml ? label : escapeHtml(label);
	return `<label class="choice"><input type="checkbox" ${attributes} value="${escapeHtml(choice)}"${checked}><span dir="auto">${text}</span></label>`;
}

const AUTOCOMPLETE: Record<string, string> = { email: ' autocomplete="email"' };

function control({ type, choices, placeholder }: FormField, attributes: string, value: string) {
	const hint = placeholder === '' ? '' : ` placeholder="${escapeHtml(placeholder)}"`;
	if (type === 'textarea') {
		// HTML leaves out one line break at the beginning.
		return `<textarea ${attributes}${hint}>\n${escapeHtml(value)}</textarea>`;
	}
	if (type === 'dropdown') {
		const entries = choices.map(
			(choice) =>
				`<option value="${escapeHtml(choice)}"${choice === value ? ' selected' : ''}>${escapeHtml(choice)}</option>`,
		);
		const none = `<option value="">${escapeHtml(placeholder || 'Choose')}</option>`;
		return `<select ${attributes}>${none}${entries.join('')}</select>`;
	}
	const step = type === 'number' ? ' step="any"' : '';
	return `<input type="${type}" ${attributes}${hint}${step}${AUTOCOMPLETE[type] ?? ''} value="${escapeHtml(value)}">`;
}
