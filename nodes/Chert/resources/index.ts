import type { INodeProperties } from 'n8n-workflow';

import { attachment } from './attachment';
import { chat } from './chat';
import { contact } from './contact';
import { event } from './event';
import { line } from './line';
import { location } from './location';
import { message } from './message';
import { requestOptionsField } from '../transport/requestOptions';
import type { Resource } from './resource';
import { webhook } from './webhook';

/** All resources of the node, in alphabetical order as n8n lists them. */
export const resources: Resource[] = [
	attachment,
	chat,
	contact,
	event,
	line,
	location,
	message,
	webhook,
];

export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map(({ name, value }) => ({ name, value })),
		default: 'message',
	},
	...resources.flatMap((resource) => resource.properties),
	requestOptionsField,
];

/** By resource and operation, as n8n looks them up. */
export const customOperations = Object.fromEntries(
	resources.map((resource) => [resource.value, resource.customOperations]),
);

/**
 * The line below the node's name on the canvas, e.g. "Message: Send to Chat". n8n evaluates it with the node's
 * parameters, which hold only the values.
 */
export const subtitle = `={{ (${JSON.stringify(subtitles())})[$parameter.resource + "." + $parameter.operation] }}`;

function subtitles(): Record<string, string> {
	const labels = resources.flatMap((resource) =>
		resource.operations.map((operation) => [
			`${resource.value}.${operation.value}`,
			`${resource.name}: ${operation.name}`,
		]),
	);
	return Object.fromEntries(labels) as Record<string, string>;
}
