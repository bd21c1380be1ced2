import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INode, INodeProperties } from 'n8n-workflow';

import { asBoolean, splitList, toDisplayText } from '../fieldValue';
import { EVENT_OPTIONS } from './eventOptions';
import { ALL_EVENTS, filterError } from './filters';
import type { EventFilters } from './filters';
import { DEFAULT_OPT_OUT_WORDS } from './optOut';

const DEFAULT_PREFIX = 'attachment_';

/** An execution waits for the pause. Longer ones would occupy n8n for too long. */
const MAX_PAUSE_SECONDS = 120;

/** What the user set in a trigger, cleaned. */
export interface EventSettings {
	filters: EventFilters;
	simplify: boolean;
	downloadAttachments: boolean;
	binaryPropertyPrefix: string;
	optOutWords: string[];
	/** Milliseconds; 0: messages are not joined */
	pauseMs: number;
	/** Webhook trigger only */
	catchUp: boolean;
}

/** n8n's contexts for triggers, webhooks and activation. */
interface ParameterContext {
	getNodeParameter(name: string): unknown;
}

/** Reads the parameters that {@link eventProperties} describes. */
export function readTriggerSettings(ctx: ParameterContext): EventSettings {
	const options = (ctx.getNodeParameter('options') ?? {}) as IDataObject;
	return {
		filters: {
			events: splitList(ctx.getNodeParameter('events')),
			chatIds: splitList(options.chatIds),
			senders: splitList(options.senders),
			lines: splitList(options.lines),
			chatType: toDisplayText(options.chatType) || 'all',
			includeOwn: asBoolean(options.includeOwn) ?? false,
		},
		simplify: asBoolean(ctx.getNodeParameter('simplify')) ?? true,
		downloadAttachments: asBoolean(options.downloadAttachments) ?? false,
		binaryPropertyPrefix: String(options.binaryPropertyPrefix || DEFAULT_PREFIX),
		optOutWords: splitList(options.optOutWords ?? DEFAULT_OPT_OUT_WORDS),
		pauseMs: readPauseMs(options.waitForPause),
		catchUp: asBoolean(options.catchUp) ?? true,
	};
}

/** @returns NaN for anything but a number of seconds within the limits */
function readPauseMs(value: unknown): number {
	const seconds = Number(value ?? 0);
	return seconds >= 0 && seconds <= MAX_PAUSE_SECONDS ? seconds * 1000 : NaN;
}

/** The same inside an execution, where n8n reads parameters by item. */
export function readExecutionSettings(
	ctx: Pick<IExecuteFunctions, 'getNodeParameter'>,
): EventSettings {
	return readTriggerSettings({ getNodeParameter: (name) => ctx.getNodeParameter(name, 0) });
}

/**
 * Checks the settings while a person sees the result: on activation and in the editor.
 *
 * @throws NodeOperationError with one sentence that names the field and the fix
 */
export function checkSettings(node: INode, { filters, pauseMs }: EventSettings): void {
	// n8n would turn a repeated delivery, which gives no item, into a run with an empty one.
	if (node.alwaysOutputData) {
		throw new NodeOperationError(
			node,
			'Turn off Always Output Data in the settings of this node: a repeated delivery would run the workflow with an empty item',
		);
	}
	if (Number.isNaN(pauseMs)) {
		throw new NodeOperationError(
			node,
			`Wait for Pause is not a number of seconds from 0 to ${MAX_PAUSE_SECONDS}: enter 0 to start the workflow with each message`,
		);
	}
	const message = filterError(filters);
	if (message !== undefined) throw new NodeOperationError(node, message);
}

const byName = (left: { displayName: string }, right: { displayName: string }) =>
	left.displayName.localeCompare(right.displayName);

/** The fields of a trigger. @param ownOptions options that only this trigger has */
export const eventProperties = (ownOptions: INodeProperties[] = []): INodeProperties[] => [
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		default: ['message.received'],
		description: 'What starts the workflow',
		options: [
			{
				name: 'All Events',
				value: ALL_EVENTS,
				action: 'On any event',
				description: 'Every event that Chert sends, now and in the future',
			},
			...EVENT_OPTIONS,
		],
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			...ownOptions,
			{
				displayName: 'Attachment Field Prefix',
				name: 'binaryPropertyPrefix',
				type: 'string',
				default: DEFAULT_PREFIX,
				description:
					'Prefix for the names of the binary fields to put the files in. Files are numbered in message order, starting at 0.',
				displayOptions: { show: { downloadAttachments: [true] } },
			},
			{
				displayName: 'Chat IDs',
				name: 'chatIds',
				type: 'string',
				default: '',
				placeholder: 'e.g. 5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
				description: 'Only these chats start the workflow. Separate multiple chat IDs with commas.',
			},
			{
				displayName: 'Chat Type',
				name: 'chatType',
				type: 'options',
				default: 'all',
				description: 'Which kind of chat starts the workflow',
				options: [
					{ name: 'All Chats', value: 'all' },
					{ name: 'Direct Chats', value: 'direct' },
					{ name: 'Group Chats', value: 'group' },
				],
			},
			{
				displayName: 'Download Attachments',
				name: 'downloadAttachments',
				type: 'boolean',
				default: false,
				description: 'Whether to download photos and other files of the message into binary fields',
			},
			{
				displayName: 'Include Own Messages',
				name: 'includeOwn',
				type: 'boolean',
				default: false,
				description:
					'Whether messages from your own lines start the workflow too. A workflow that replies could then reply to itself.',
			},
			{
				displayName: 'Lines',
				name: 'lines',
				type: 'string',
				default: '',
				placeholder: 'e.g. +15550100001',
				description:
					'Only messages to these lines start the workflow. Separate multiple lines with commas.',
			},
			{
				displayName: 'Opt-Out Words',
				name: 'optOutWords',
				type: 'string',
				default: DEFAULT_OPT_OUT_WORDS,
				description:
					'Sets optOut to true if the whole message is one of these words. Separate words with commas. The node does not keep a list of people who opted out.',
			},
			{
				displayName: 'Senders',
				name: 'senders',
				type: 'string',
				default: '',
				placeholder: 'e.g. +15550100123, ana@example.com',
				description:
					'Only messages from these phone numbers or email addresses start the workflow. Separate multiple senders with commas.',
			},
			{
				displayName: 'Wait for Pause',
				name: 'waitForPause',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: MAX_PAUSE_SECONDS },
				default: 0,
				description:
					'How many seconds to wait after the newest message in a chat before the workflow starts, at most 120. All messages until then become one item: their texts joined by line breaks, their attachments, and each message in "messages". With Simplify off, the item is the newest message as delivered, with all of them in "messages". Opt-out words do not wait. 0 starts the workflow with each message.',
			},
		].sort(byName) as INodeProperties['options'],
	},
];
