import {
	updateDisplayOptions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { customOperation, routing, type CustomOperation } from '../transport';
import type { Operation } from '../transport/operation';

/** An operation of a resource: its entry in the list, the fields of its form, and what it does. */
export interface OperationEntry extends Omit<INodePropertyOptions, 'value'> {
	value: string;
	fields: INodeProperties[];
	operation: Operation;
	/** Replaces what the transport does with all items, for an operation that does more than one request. */
	execute?: CustomOperation;
}

/** A resource as the node knows it. */
export interface Resource {
	/** The Operation list, and the fields of each operation, shown only where they belong. */
	properties: INodeProperties[];
	/** What n8n calls for all items of an operation together. */
	customOperations: Record<string, CustomOperation>;
}

/**
 * @param name value of the Resource field
 * @param byDefault the operation that a new node begins with
 */
export function resource(name: string, byDefault: string, operations: OperationEntry[]): Resource {
	return {
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: [name] } },
				options: operations.map(listEntry),
				default: byDefault,
			},
			...operations.flatMap(({ value, fields }) =>
				updateDisplayOptions({ show: { resource: [name], operation: [value] } }, fields),
			),
		],
		customOperations: Object.fromEntries(
			operations.map(({ value, operation, execute }) => [
				value,
				execute ?? customOperation(operation),
			]),
		),
	};
}

/** The entry as n8n knows it. */
function listEntry({
	name,
	value,
	action,
	description,
	operation,
}: OperationEntry): INodePropertyOptions {
	return { name, value, action, description, routing: routing(operation) };
}
