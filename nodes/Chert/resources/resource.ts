import { updateDisplayOptions, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';

/** An entry of the Operation list, with the fields that its form has. */
export interface OperationEntry extends INodePropertyOptions {
	fields: INodeProperties[];
}

/** The entry as n8n knows it. */
function listEntry(operation: OperationEntry): INodePropertyOptions {
	const entry: Partial<OperationEntry> & INodePropertyOptions = { ...operation };
	delete entry.fields;
	return entry;
}

/**
 * The Operation list of a resource and the fields of each of its operations, shown only where they belong.
 *
 * @param name value of the Resource field
 * @param byDefault the operation that a new node begins with
 */
export function resource(name: string, byDefault: string, operations: OperationEntry[]): INodeProperties[] {
	return [
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
	];
}
