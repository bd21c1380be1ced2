import type { INodePropertyOptions } from 'n8n-workflow';

/** The events of Chert, with the names of the actions that they are in a trigger. Source: API section 5.2. */
export const EVENT_OPTIONS: INodePropertyOptions[] = [
	{
		name: 'Lead Replied (Legacy)',
		value: 'lead_reply',
		action: 'On lead reply (legacy)',
		description: 'An older event with a summary of a reply. Message Received has the full reply.',
	},
	{
		name: 'Message Received',
		value: 'message.received',
		action: 'On message received',
		description: 'Someone sent a message to one of your lines',
	},
	{
		name: 'Reaction Added',
		value: 'reaction.added',
		action: 'On reaction added',
		description: 'Someone added a tapback to a message',
	},
	{
		name: 'Reaction Removed',
		value: 'reaction.removed',
		action: 'On reaction removed',
		description: 'Someone removed a tapback from a message',
	},
];
