import type { INodePropertyOptions } from 'n8n-workflow';

/** The events of Chert. Source: API section 5.2. */
export const EVENT_NAMES: INodePropertyOptions[] = [
	{
		name: 'Lead Replied (Legacy)',
		value: 'lead_reply',
		description: 'An older event with a summary of a reply. Message Received has the full reply.',
	},
	{
		name: 'Message Received',
		value: 'message.received',
		description: 'Someone sent a message to one of your lines',
	},
	{
		name: 'Reaction Added',
		value: 'reaction.added',
		description: 'Someone added a tapback to a message',
	},
	{
		name: 'Reaction Removed',
		value: 'reaction.removed',
		description: 'Someone removed a tapback from a message',
	},
];
