import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
	IDataObject,
	INodeParameterResourceLocator,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import { Chert } from '../../nodes/Chert/Chert.node.ts';
import { ChertStreamTrigger } from '../../nodes/ChertStreamTrigger/ChertStreamTrigger.node.ts';
import { ChertTrigger } from '../../nodes/ChertTrigger/ChertTrigger.node.ts';
import { describeApiError, describeNoResponse } from '../../nodes/shared/errorMessages';
import { ERROR_CODES, type ErrorCode } from '../../sandbox';
import { CASES as WRONG_INPUT } from '../../test/engine/action/wrongInputCases';
import { API_PAGES, apiUrl, operationPath, TRIGGER_PAGES, triggerPath } from './links';
import {
	runExamples,
	triggerExample,
	withoutDetails,
	type ErrorExample,
	type Example,
} from './examples';

export const DOCS = join(__dirname, '../../docs');

const GENERATED =
	'<!-- Made by `npm run docs` from the code. Edit the code, then run it again. -->';

/** One operation as the form of the node has it. */
interface FormOperation {
	/** e.g. `message.sendToChat` */
	id: string;
	resource: string;
	name: string;
	description: string;
	/** The label in the list of actions */
	action: string;
	fields: INodeProperties[];
}

/**
 * All generated pages.
 *
 * @returns texts by path below `docs`
 * @throws Error when the table of API pages does not have exactly the operations of the node
 */
export async function makePages(): Promise<Map<string, string>> {
	const operations = readForm(new Chert().description);
	const ids = operations.map(({ id }) => id);
	const differing = [
		...ids.filter((id) => !(id in API_PAGES)).map((id) => `add ${id}`),
		...Object.keys(API_PAGES)
			.filter((id) => !ids.includes(id))
			.map((id) => `remove ${id}`),
	];
	if (differing.length > 0) throw new Error(`In scripts/docs/links.ts, ${differing.join(', ')}.`);
	const codes = Object.fromEntries(operations.map(({ id }) => [id, API_PAGES[id].codes]));
	const examples = await runExamples(codes);
	const triggers = [new ChertTrigger().description, new ChertStreamTrigger().description];
	const pages: Array<[string, string[]]> = [
		...operations.map((operation): [string, string[]] => [
			operationPath(operation.id),
			operationPage(operation, examples.get(operation.id)),
		]),
		...triggers.map((trigger): [string, string[]] => [
			triggerPath(trigger.name),
			triggerPage(trigger),
		]),
		['errors.md', errorsPage()],
		['README.md', indexPage(operations, triggers)],
	];
	return new Map(pages.map(([path, lines]) => [path, `${GENERATED}\n\n${tidy(lines)}`]));
}

/**
 * Which files do not agree with the pages: missing, different, or left over.
 *
 * @returns paths below `docs`
 */
export function outdatedPages(pages: Map<string, string>): string[] {
	const isCurrent = (path: string) =>
		existsSync(join(DOCS, path)) && readFileSync(join(DOCS, path), 'utf8') === pages.get(path);
	const present = ['operations', 'triggers']
		.filter((folder) => existsSync(join(DOCS, folder)))
		.flatMap((folder) => readdirSync(join(DOCS, folder)).map((file) => `${folder}/${file}`));
	const leftOver = present.filter((path) => !pages.has(path));
	return [...[...pages.keys()].filter((path) => !isCurrent(path)), ...leftOver].sort();
}

const tidy = (lines: string[]): string =>
	`${lines
		.join('\n')
		.replaceAll(/\n{3,}/g, '\n\n')
		.trim()}\n`;

/** The operations of the node, with the fields that each one shows. */
function readForm({ properties }: INodeTypeDescription): FormOperation[] {
	const shownFor = ({ displayOptions }: INodeProperties, key: 'resource' | 'operation') =>
		displayOptions?.show?.[key] as string[] | undefined;
	const resources = properties.find(({ name }) => name === 'resource')?.options ?? [];
	return (resources as INodePropertyOptions[]).flatMap((resource) =>
		properties
			.filter(
				(property) =>
					property.name === 'operation' &&
					shownFor(property, 'resource')?.includes(String(resource.value)),
			)
			.flatMap(({ options }) => options as INodePropertyOptions[])
			.map(({ name, value, description = '', action = name }) => ({
				id: `${resource.value}.${value}`,
				resource: resource.name,
				name,
				description,
				action,
				fields: properties.filter(
					(property) =>
						property.type !== 'notice' &&
						property.type !== 'hidden' &&
						!isForToolsOnly(property) &&
						shownFor(property, 'resource')?.includes(String(resource.value)) &&
						shownFor(property, 'operation')?.includes(String(value)),
				),
			})),
	);
}

/** Whether n8n shows the field only when the node is a tool of an AI Agent. */
const isForToolsOnly = ({ displayOptions }: INodeProperties): boolean =>
	displayOptions?.show?.['@tool'] !== undefined;

function operationPage(operation: FormOperation, example?: Example): string[] {
	const { id, resource, name, description, fields } = operation;
	const options = fields.filter(({ name: field }) => field === 'options');
	const own = fields.filter((field) => !options.includes(field));
	return [
		`# ${resource}: ${name}`,
		'',
		description,
		'',
		...picture(`form-${resource}-${name}`, `The form of ${resource}: ${name}`),
		'## Fields',
		'',
		...fieldTable(own, fields),
		'',
		'## Options',
		'',
		...fieldTable(
			options.flatMap((field) => field.options as INodeProperties[]),
			fields,
		),
		'',
		...(example ? exampleSection(operation, example) : outputSection(id)),
		...errorSection(id, example),
		'## API',
		'',
		apiLink(API_PAGES[id].path),
	];
}

/** A picture, where `npm run pictures` takes one. */
function picture(title: string, alt: string): string[] {
	const file = `${title.toLowerCase().replaceAll(' ', '-')}.png`;
	return existsSync(join(DOCS, 'images', file)) ? [`![${alt}](../images/${file})`, ''] : [];
}

/** A field of the form, with the collections around it in its label and its name. */
interface FormField {
	field: INodeProperties;
	label: string;
	name: string;
	/** The fields beside it, on whose values its display can depend */
	siblings: INodeProperties[];
}

/** Fields and the fields inside them, in the order of the form. */
function flatten(siblings: INodeProperties[], parent?: FormField, path = ''): FormField[] {
	return siblings.flatMap((field) => {
		const label = parent ? `${parent.label} › ${field.displayName}` : field.displayName;
		const name = parent ? `${parent.name}${path}.${field.name}` : field.name;
		const entry: FormField = { field, label, name, siblings };
		return [entry, ...insideOf(field).flatMap(([inner, below]) => flatten(inner, entry, below))];
	});
}

/** The fields inside a collection, in groups with what their names begin with. */
function insideOf({ type, options = [] }: INodeProperties): Array<[INodeProperties[], string]> {
	if (type === 'collection') return [[options as INodeProperties[], '']];
	if (type !== 'fixedCollection') return [];
	return (options as INodePropertyCollection[]).map(({ name, values }) => [values, `.${name}`]);
}

/** @param form all fields of the form, on whose values the display of each can depend */
function fieldTable(fields: INodeProperties[], form: INodeProperties[]): string[] {
	return table(
		['Field', 'Default', 'Description', 'Name'],
		flatten(fields).map(({ field, label, name, siblings }) => [
			`**${label}**${field.required ? ' (required)' : ''}`,
			defaultOf(field),
			describe(field, [...siblings, ...form]),
			`\`${name}\``,
		]),
	);
}

/** @param others fields that its display can depend on */
function describe(field: INodeProperties, others: INodeProperties[]): string {
	const choices = choicesOf(field).map(
		({ name, value, description }) =>
			`*${name}*${value === '' ? '' : ` (\`${value}\`)`}${description ? `: ${markdown(description)}` : ''}`,
	);
	const modes = field.modes?.map(({ displayName, placeholder }) =>
		placeholder ? `*${displayName}* (${placeholder})` : `*${displayName}*`,
	);
	const example = field.placeholder?.startsWith('e.g.') && `E${field.placeholder.slice(1)}`;
	return [
		conditionOf(field, others),
		...[field.description, field.hint, example].map((text) => text && markdown(text)),
		choices.length > 0 && `One of: ${choices.join('; ')}`,
		modes && `Given as: ${modes.join(', ')}`,
	]
		.filter((text) => typeof text === 'string' && text !== '')
		.map((text) => sentence(String(text)))
		.join(' ');
}

const choicesOf = (field: INodeProperties): INodePropertyOptions[] =>
	field.type === 'options' || field.type === 'multiOptions'
		? (field.options as INodePropertyOptions[])
		: [];

/** When n8n shows the field, apart from its resource and operation. */
function conditionOf(
	{ displayOptions }: INodeProperties,
	others: INodeProperties[],
): string | undefined {
	const conditions = Object.entries(displayOptions?.show ?? {})
		.filter(([name]) => !['resource', 'operation', '@version'].includes(name))
		.map(([path, values = []]) => {
			const field = others.find(({ name }) => name === path.replace(/^\//, ''));
			const choices = field ? choicesOf(field) : [];
			const inWords = (value: unknown) => {
				if (typeof value === 'boolean') return value ? 'on' : 'off';
				return `*${choices.find((choice) => choice.value === value)?.name ?? String(value)}*`;
			};
			return `*${field?.displayName ?? path}* is ${values.map(inWords).join(' or ')}`;
		});
	return conditions.length > 0 ? `If ${conditions.join(' and ')}` : undefined;
}

/** A text of the form: its only markup are links. */
const markdown = (text: string): string =>
	text
		.replaceAll('*', '\\*')
		.replaceAll(/<a href="([^"]+)"[^>]*>(.*?)<\/a>/g, '[$2]($1)')
		.replaceAll(/\{\{.*?\}\}/g, (expression) => `\`${expression}\``);

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function defaultOf(field: INodeProperties): string {
	const { type, default: value } = field;
	if (type === 'boolean') return value === true ? 'on' : 'off';
	if (type === 'options')
		return choicesOf(field).find((choice) => choice.value === value)?.name ?? '';
	if (type === 'multiOptions') {
		const chosen = value as string[];
		return choicesOf(field)
			.filter((choice) => chosen.includes(String(choice.value)))
			.map(({ name }) => name)
			.join(', ');
	}
	if (typeof value === 'object' || value === undefined || value === '') return '';
	return `\`${String(value).replaceAll(/\s*\n\s*/g, ' ')}\``;
}

function exampleSection({ fields }: FormOperation, { parameters, output }: Example): string[] {
	const readsFile = fields.some(({ hint = '' }) => hint.includes('file to send'));
	return [
		'## Example',
		'',
		...(readsFile
			? ['The input item has the file `data.png` in its binary field `data`.', '']
			: []),
		...(Object.keys(parameters).length > 0 ? [...valueTable(parameters, fields), ''] : []),
		'Output:',
		'',
		...json(output),
		'',
	];
}

/** The output of an operation that does not end on its own, from the schema for n8n's editor. */
function outputSection(id: string): string[] {
	const [resource, operation] = id.split('.');
	const file = join(__dirname, `../../nodes/Chert/__schema__/v1.0.0/${resource}/${operation}.json`);
	const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
	const rows = (path: string, { type, properties = {} }: Schema): string[][] => [
		...(path === '' ? [] : [[`\`${path}\``, type]]),
		...Object.entries(properties).flatMap(([name, inner]) =>
			rows(path === '' ? name : `${path}.${name}`, inner),
		),
	];
	return ['## Output', '', ...table(['Field', 'Type'], rows('', schema)), ''];
}

/** JSON schema, as far as it is used here. */
interface Schema {
	type: string;
	properties?: Record<string, Schema>;
}

/** Parameters by the labels of the form. */
function valueTable(parameters: IDataObject, fields: INodeProperties[]): string[] {
	const form = new Map(flatten(fields).map((entry) => [entry.name, entry]));
	return table(
		['Field', 'Value'],
		leaves(parameters).map(([name, value]) => {
			const entry = form.get(name);
			const choice = entry && choicesOf(entry.field).find((each) => each.value === value);
			return [entry?.label ?? `\`${name}\``, choice ? choice.name : `\`${String(value)}\``];
		}),
	);
}

/** Values with their paths, without positions in lists. */
function leaves(value: unknown, path = ''): Array<[string, unknown]> {
	if (Array.isArray(value)) return value.flatMap((entry) => leaves(entry, path));
	if (typeof value !== 'object' || value === null) return [[path, value]];
	if ('__rl' in value) return leaves((value as INodeParameterResourceLocator).value, path);
	return Object.entries(value).flatMap(([name, entry]) =>
		leaves(entry, path === '' ? name : `${path}.${name}`),
	);
}

/** What the node says when nothing else is known. */
function toErrorExample(code: number): ErrorExample {
	const { status } = ERROR_CODES[code as ErrorCode];
	const { message, description } = describeApiError({ status, code });
	return { code, message, hint: withoutDetails(description) };
}

const json = (value: unknown): string[] => ['```json', JSON.stringify(value, null, 2), '```'];

function errorSection(id: string, example?: Example): string[] {
	const errors = example?.errors ?? API_PAGES[id].codes.map(toErrorExample);
	const sentences = Object.values(WRONG_INPUT)
		.filter(({ operation }) => operation === id)
		.map(({ sentence: text }) => `- ${inline(text)}`);
	return [
		'## Errors',
		'',
		...(errors.length > 0
			? [
					'When Chert rejects the request:',
					'',
					...table(
						['Code', 'What happened', 'How to fix it'],
						errors.map(({ code, message, hint }) => [String(code), inline(message), inline(hint)]),
					),
					'',
				]
			: []),
		'Every operation can also get the [errors of the credential, the network and the rate limits](../errors.md).',
		'',
		...(sentences.length > 0
			? [
					'The node checks its fields before it sends anything.',
					'',
					'<details><summary>What it says about fields that cannot be sent</summary>',
					'',
					...new Set(sentences),
					'',
					'</details>',
					'',
				]
			: []),
	];
}

const apiLink = (path: string): string =>
	`[${apiUrl(path).replace('https://', '')}](${apiUrl(path)})`;

/** Text of a message, in which Markdown and HTML mean nothing. */
const inline = (text: string): string =>
	text
		.replaceAll(/[*_<>[\]]/g, '\\$&')
		.replaceAll(/\{\{.*?\}\}/g, (expression) => `\`${expression}\``);

function triggerPage(trigger: INodeTypeDescription): string[] {
	const options = trigger.properties.filter(({ name }) => name === 'options');
	const fields = trigger.properties.filter(
		(field) => !options.includes(field) && field.type !== 'notice',
	);
	return [
		`# ${trigger.displayName}`,
		'',
		TRIGGER_PAGES[trigger.name].introduction,
		'',
		...picture(TRIGGER_PAGES[trigger.name].picture, `The ${trigger.displayName} in the editor`),
		'## Fields',
		'',
		...fieldTable(fields, fields),
		'',
		'## Options',
		'',
		...fieldTable(
			options.flatMap((field) => field.options as INodeProperties[]),
			fields,
		),
		'',
		'## Example',
		'',
		'A text with a photo gives this item, with *Simplify* on:',
		'',
		...json(triggerExample()),
		'',
		'`chatId` goes into Send to Chat, `messageId` into React, and `attachmentId` into Download.',
		'',
		'## Errors',
		'',
		'Publishing the workflow, and a test in the editor, can get the [errors of the credential and the network](../errors.md).',
		'',
		'## API',
		'',
		apiLink(TRIGGER_PAGES[trigger.name].path),
	];
}

/** Every code that the node knows, as it describes it without anything else known. */
function errorsPage(): string[] {
	const rows = Object.entries(ERROR_CODES).map(([key, { status, retryable }]) => {
		const { code, message, hint } = toErrorExample(Number(key));
		return [String(code), String(status), inline(message), inline(hint), retryable ? 'yes' : 'no'];
	});
	const noResponse = [false, true].map((mayBeDone) => {
		const { message, description } = describeNoResponse(
			{ kind: 'noResponse', reason: 'ECONNRESET', notSent: !mayBeDone },
			mayBeDone,
		);
		return [inline(message), inline(description)];
	});
	return [
		'# Errors',
		'',
		"Each error says what happened and how to fix it. Chert's code, the HTTP status and the trace ID follow in its details: give the trace ID to Chert support.",
		'',
		'*Retried* says whether the node tries again, unless Chert says otherwise. It does so only where that cannot send a message twice.',
		'',
		...table(['Code', 'HTTP', 'What happened', 'How to fix it', 'Retried'], rows),
		'',
		'## Without a response',
		'',
		...table(['What happened', 'How to fix it'], noResponse),
		'',
		'## API',
		'',
		apiLink('errors'),
	];
}

function indexPage(operations: FormOperation[], triggers: INodeTypeDescription[]): string[] {
	const pages = [
		['send-and-wait.md', 'Ask a question and wait for the answer'],
		['queue-mode.md', 'Queue mode, and many messages'],
		['errors.md', 'All errors, with how to fix them'],
	].filter(([path]) => path === 'errors.md' || existsSync(join(DOCS, path)));
	return [
		'# Documentation',
		'',
		'Start with the [README](../README.md). Here is a page for each operation and each trigger: fields, an example, errors.',
		'',
		'## Operations',
		'',
		...table(
			['Resource', 'Operation', 'What it does'],
			operations.map(({ id, resource, name, description }) => [
				resource,
				`[${name}](${operationPath(id)})`,
				description,
			]),
		),
		'',
		'## Triggers',
		'',
		...table(
			['Trigger', 'What it does'],
			triggers.map((trigger) => [
				`[${trigger.displayName}](${triggerPath(trigger.name)})`,
				TRIGGER_PAGES[trigger.name].introduction,
			]),
		),
		'',
		'## More',
		'',
		...pages.map(([path, title]) => `- [${title}](${path})`),
	];
}

function table(headings: string[], rows: string[][]): string[] {
	if (rows.length === 0) return ['None.'];
	const line = (cells: string[]) =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(headings), line(headings.map(() => '---')), ...rows.map(line)];
}
