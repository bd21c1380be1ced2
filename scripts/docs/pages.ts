import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';

import { Chert } from '../../nodes/Chert/Chert.node.ts';
import { ChertStreamTrigger } from '../../nodes/ChertStreamTrigger/ChertStreamTrigger.node.ts';
import { ChertTrigger } from '../../nodes/ChertTrigger/ChertTrigger.node.ts';
import { describeApiError, describeNoResponse } from '../../nodes/shared/errorMessages';
import { ERROR_CODES, type ErrorCode } from '../../sandbox';
import { CASES as WRONG_INPUT } from '../../test/engine/action/wrongInput';
import { fieldTable, inline, readForm, table, valueTable, type FormOperation } from './form';
import { API_PAGES, apiUrl, operationPath, TRIGGER_PAGES, triggerPath } from './links';
import {
	runExamples,
	settingErrors,
	triggerExample,
	withoutDetails,
	type ErrorExample,
	type Example,
} from './examples';

export const DOCS = join(__dirname, '../../docs');

const GENERATED =
	'<!-- Made by `npm run docs` from the code. Edit the code, then run it again. -->';

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
					'<details><summary>What the node says about wrong fields</summary>',
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

const WAIT_FOR_PAUSE = [
	'People often send several short messages in a row. With *Wait for Pause*, they start the workflow once. The item has the fields of the newest message, and:',
	'',
	'- `text` and `chatInput`: the texts of all messages, joined by line breaks',
	'- `attachments`: the files of all messages, which *Download Attachments* numbers in this order',
	'- `messages`: each message with its `eventId`, `messageId`, `receivedAt`, `from`, `text` and `attachments`, oldest first',
	'',
	'The trigger joins the messages of each chat. In a group, it also joins messages from different people: `from` in `messages` tells who wrote each of them. If nobody pauses for 5 minutes, the messages until then become an item.',
	'',
	'An opt-out word starts the workflow immediately, as a separate item. Messages that were waiting in that chat become the item before it. Tapbacks, other events, and your own messages do not wait either.',
	'',
	"Each message starts an execution. When the next message in the chat arrives, the previous execution ends without an item. The last one waits for the pause, reads Chert's event log, and continues with all messages. While it waits, it counts as a running execution, for example toward `N8N_CONCURRENCY_PRODUCTION_LIMIT` and the concurrency of a worker.",
	'',
	'Each message is in only one item, even with repeated deliveries and several processes. If the event log cannot be read, the execution continues with the messages that its process received.',
	'',
];

const RECOVERY_BY_NEXT_EVENT = [
	'If n8n is killed while an execution waits, the execution is listed as *Crashed*. The first event after n8n starts again also starts the workflow with these messages if they are less than an hour old, one item for each chat (not in queue mode). The next message in the same chat does so if they are less than 5 minutes old, even in queue mode. Until then, you can retry the execution: it continues with the messages that no other execution had.',
];

const RECOVERY_BY_READING = [
	'If n8n is killed while an execution waits, the execution is listed as *Crashed*. After n8n starts again, the trigger reads these messages again and starts the workflow with them.',
];

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
		'A text with a photo produces this item, with *Simplify* on:',
		'',
		...json(triggerExample()),
		'',
		'`chatId` goes into Send to Chat, `messageId` into React, and `attachmentId` into Download.',
		'',
		'## Wait for Pause',
		'',
		...WAIT_FOR_PAUSE,
		...(trigger.name === 'chertTrigger' ? RECOVERY_BY_NEXT_EVENT : RECOVERY_BY_READING),
		'',
		'## Errors',
		'',
		'The trigger checks its settings when you publish the workflow or test it:',
		'',
		...settingErrors().map((text) => `- ${inline(text)}`),
		'',
		'It can also get the [errors of the credential and the network](../errors.md).',
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
			{ kind: 'noResponse', reason: 'the connection was cut', notSent: !mayBeDone },
			mayBeDone,
		);
		return [inline(message), inline(description)];
	});
	return [
		'# Errors',
		'',
		"Each error says what happened and how to fix it. Chert's code, the HTTP status and the trace ID follow in its details: give the trace ID to Chert support.",
		'',
		'*Retried* says whether the node tries again, unless Chert says otherwise. The node retries only if that cannot send a message twice.',
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
		'Start with the [README](../README.md). Each operation and each trigger has a page with its fields, its output and its errors.',
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
