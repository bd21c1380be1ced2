import type { Resource } from './resources/resource';

/**
 * The expression for the line below a node's name on the canvas: the labels of resource and operation, e.g.
 * "Message: Send to Chat". n8n evaluates it with the node's parameters, which hold only their values.
 */
export function subtitle(resources: Resource[]): string {
	const labels = resources.flatMap((resource) =>
		resource.operations.map((operation) => [
			`${resource.value}.${operation.value}`,
			`${resource.name}: ${operation.name}`,
		]),
	);
	return `={{ (${JSON.stringify(Object.fromEntries(labels))})[$parameter.resource + "." + $parameter.operation] }}`;
}
