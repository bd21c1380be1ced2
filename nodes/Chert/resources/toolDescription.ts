import { SEND_AND_WAIT_OPERATION, type INodeProperties } from 'n8n-workflow';

/**
 * What an AI model reads about an operation, shown only when the node is a tool of an AI Agent.
 *
 * n8n adds a field of this name to every tool that has none. Its own default is the `action` of the operation, which
 * doesn't say when to use the tool or what it returns.
 *
 * @param operation its value in saved workflows
 * @param description when to use it, and what it returns
 */
export function toolDescriptionField(operation: string, description: string): INodeProperties {
	return {
		displayName: 'Tool Description',
		name: 'toolDescription',
		// n8n's human review has the fields of Send and Wait, but no use for this one.
		...(operation === SEND_AND_WAIT_OPERATION
			? { type: 'hidden' }
			: { type: 'string', typeOptions: { rows: 3 } }),
		default: description,
		description: 'Tells the AI model what this tool does and when to use it',
		displayOptions: { show: { '@tool': [true] } },
	};
}
