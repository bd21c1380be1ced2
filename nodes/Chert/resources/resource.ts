import { updateDisplayOptions, type IDataObject, type INodeProperties } from 'n8n-workflow';

import type { Item } from '../input/item';
import { customOperation, routing, type CustomOperation } from '../transport';
import type { Operation, Plan } from '../transport/operation';
import { readCommonOptions, readOptions } from '../input/commonOptions';
import { optionsField } from './options';
import { toolDescriptionField } from './toolDescription';

/** One operation: its entry in the Operation list, the fields of its form, and how an item becomes a request. */
export interface OperationDefinition {
	/** Its label in the list */
	name: string;
	/** Its value in saved workflows, and the name of its file */
	value: string;
	/** Its label in n8n's list of actions */
	action: string;
	/** When to use it and what it returns, for people and for AI models */
	description: string;
	fields: INodeProperties[];
	/** Its own options. Every operation also has the common ones. */
	options?: INodeProperties[];
	/**
	 * Reads and checks one item. Nothing is sent yet.
	 *
	 * @param options the values of the operation's options, `{}` when none is set
	 * @throws InputError with one sentence that names the field and how to fix it
	 */
	plan(item: Item, options: IDataObject): OperationPlan | Promise<OperationPlan>;
	/** Replaces what the transport does with all items, for an operation that is more than requests. */
	execute?: CustomOperation;
}

/** A plan without what the common options decide. */
export type OperationPlan = Omit<Plan, 'retryLimits' | 'includeInputFields'>;

/** A resource as the node has it. */
export interface Resource {
	/** Its label in the Resource list */
	name: string;
	value: string;
	operations: OperationDefinition[];
	/** The Operation list, and the fields of each operation, shown only where they belong. */
	properties: INodeProperties[];
	/** What n8n calls with all items of an operation together. */
	customOperations: Record<string, CustomOperation>;
}

/**
 * @param label the resource's name in the list
 * @param defaultOperation the operation that a new node starts with
 */
export function resource(
	label: { name: string; value: string },
	defaultOperation: OperationDefinition,
	operations: OperationDefinition[],
): Resource {
	const { value: resourceValue } = label;
	const { value: defaultValue } = defaultOperation;
	const entries = operations.map((definition) => ({
		...definition,
		operation: toOperation(definition),
	}));
	return {
		...label,
		operations,
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: [resourceValue] } },
				options: entries.map(({ name, value, action, description, operation }) => ({
					name,
					value,
					action,
					description,
					routing: routing(operation),
				})),
				default: defaultValue,
			},
			...operations.flatMap(({ value, description, fields, options = [], execute }) =>
				updateDisplayOptions({ show: { resource: [resourceValue], operation: [value] } }, [
					toolDescriptionField(value, description),
					...fields,
					optionsField(options, execute === undefined),
				]),
			),
		],
		customOperations: Object.fromEntries(
			entries.map(({ value, operation, execute }) => [
				value,
				execute ?? customOperation(operation),
			]),
		),
	};
}

/** The operation as the transport has it: with the common options in its plan. */
function toOperation(definition: OperationDefinition): Operation {
	return {
		plan(item) {
			const options = readOptions(item);
			const complete = (plan: OperationPlan): Plan => ({ ...plan, ...readCommonOptions(options) });
			const plan = definition.plan(item, options);
			return plan instanceof Promise ? plan.then(complete) : complete(plan);
		},
	};
}
