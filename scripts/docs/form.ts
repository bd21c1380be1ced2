import type {
	IDataObject,
	INodeParameterResourceLocator,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

/** One operation as the form of the node has it. */
export interface FormOperation {
	/** e.g. `message.sendToChat` */
	id: string;
	resource: string;
	name: string;
	description: string;
	/** The label in the list of actions */
	action: string;
	fields: INodeProperties[];
}

/** The operations of a node's form, in its order, each with the fields that it shows. */
export function readForm({ properties }: INodeTypeDescription): FormOperation[] {
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

/**
 * A table of fields and the fields inside them: label, default, description and name.
 *
 * @param form all fields of the form, on whose values the display of each can depend
 */
export function fieldTable(fields: INodeProperties[], form: INodeProperties[]): string[] {
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
		modes && `Choose by: ${modes.join(', ')}`,
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
	return conditions.length > 0 ? `Shown if ${conditions.join(' and ')}` : undefined;
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

/** A table of parameters by the labels of the form. */
export function valueTable(parameters: IDataObject, fields: INodeProperties[]): string[] {
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

/** Text of a message, in which Markdown and HTML mean nothing. */
export const inline = (text: string): string =>
	text
		.replaceAll(/[*_<>[\]]/g, '\\$&')
		.replaceAll(/\{\{.*?\}\}/g, (expression) => `\`${expression}\``);

/** A Markdown table; "None." without rows. */
export function table(headings: string[], rows: string[][]): string[] {
	if (rows.length === 0) return ['None.'];
	const line = (cells: string[]) =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(headings), line(headings.map(() => '---')), ...rows.map(line)];
}
