import type { INodePropertyOptions } from 'n8n-workflow';

/** The events of Chert. Source: API section 5.2. */
export const EVENT_NAMES: INodePropertyOptions[] = [
	{
		name: 'Lead Replied (Legacy)',
		value: 'lead_reply',
		description: 'The older summary of a reply. Message Received has the whole reply.',
	},
	{
		name: 'Message Received',
		value: 'message.received',
		description: 'Someone wrote to one of your lines',
	},
	{ name: 'Reaction Added', value: 'reaction.added', description: 'Someone added a tapback' },
	{ name: 'Reaction Removed', value: 'reaction.removed', description: 'Someone removed a tapback' },
];
