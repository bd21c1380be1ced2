import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, INodeProperties } from 'n8n-workflow';

import { splitList } from '../fieldValue';
import { ALL_EVENTS, filterError } from './filters';
import type { EventFilters } from './filters';

const DEFAULT_PREFIX = 'attachment_';

/** What a person chose in the node, cleaned. */
export interface EventSettings {
	filters: EventFilters;
	simplify: boolean;
	downloadAttachments: boolean;
	binaryPropertyPrefix: string;
}

/** Anything with n8n's `getNodeParameter`, whose forms differ between its contexts. */
export interface ParameterReader {
	read(name: 'events' | 'simplify' | 'options'): unknown;
}

/** Reads the parameters that {@link eventProperties} describes. */
export function readSettings({ read }: ParameterReader): EventSettings {
	const options = (read('options') ?? {}) as IDataObject;
	const chatType = options.chatType;
	return {
		filters: {
			events: splitList(read('events')),
			chatIds: splitList(options.chatIds),
			senders: splitList(options.senders),
			lines: splitList(options.lines),
			chatType: chatType === 'direct' || chatType === 'group' ? chatType : 'all',
			includeOwn: options.includeOwn === true,
		},
		simplify: read('simplify') !== false,
		downloadAttachments: options.downloadAttachments === true,
		binaryPropertyPrefix: String(options.binaryPropertyPrefix || DEFAULT_PREFIX),
	};
}

/**
 * Checks what a person chose, while the person is there to be told: on activation and in the editor.
 *
 * @throws NodeOperationError with one sentence that names the field and the cure
 */
export function checkSettings(node: INode, { filters }: EventSettings): void {
	const refusal = filterError(filters);
	if (refusal !== undefined) throw new NodeOperationError(node, refusal);
}

export const eventProperties: INodeProperties[] = [
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
				description: 'Every event that Chert sends, now and in future',
			},
			{
				name: 'Lead Replied (Legacy)',
				value: 'lead_reply',
				action: 'On lead reply (legacy)',
				description: 'The older summary of a reply; Message Received brings the same reply in full',
			},
			{
				name: 'Message Received',
				value: 'message.received',
				action: 'On message received',
				description: 'Someone wrote to one of your lines',
			},
			{
				name: 'Reaction Added',
				value: 'reaction.added',
				action: 'On reaction added',
				description: 'Someone put a tapback on a message',
			},
			{
				name: 'Reaction Removed',
				value: 'reaction.removed',
				action: 'On reaction removed',
				description: 'Someone took a tapback off a message',
			},
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
			{
				displayName: 'Attachment Field Prefix',
				name: 'binaryPropertyPrefix',
				type: 'string',
				default: DEFAULT_PREFIX,
				description:
					'Downloaded files get this name and a number, from 0, in the order of the message',
				displayOptions: { show: { downloadAttachments: [true] } },
			},
			{
				displayName: 'Chat IDs',
				name: 'chatIds',
				type: 'string',
				default: '',
				placeholder: 'e.g. 5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
				description: 'Only these chats start the workflow. Separate several with commas.',
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
				description: 'Whether to fetch photos and other files of the message into binary fields',
			},
			{
				displayName: 'Include Own Messages',
				name: 'includeOwn',
				type: 'boolean',
				default: false,
				description:
					'Whether what your own lines send starts the workflow as well. A workflow that responses could then response itself.',
			},
			{
				displayName: 'Lines',
				name: 'lines',
				type: 'string',
				default: '',
				placeholder: 'e.g. +15550100001',
				description:
					'Only what reaches these lines of yours starts the workflow. Separate several with commas.',
			},
			{
				displayName: 'Senders',
				name: 'senders',
				type: 'string',
				default: '',
				placeholder: 'e.g. +15550100123, ana@example.com',
				description:
					'Only messages from these numbers or addresses start the workflow. Separate several with commas.',
			},
		],
	},
];
