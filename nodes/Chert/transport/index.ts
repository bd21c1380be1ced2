import type {
	IExecuteFunctions,
	IExecutePaginationFunctions,
	INodeExecutionData,
	INodePropertyRouting,
} from 'n8n-workflow';

import { InputItem } from '../input/item';
import type { Operation } from './operation';
import { Run } from './run';

/** How n8n has an operation of a declarative node carried out for all items together. */
export type CustomOperation = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/**
 * Connects an operation with n8n's declarative engine as one of the node's `customOperations`. Left to
 * itself, the engine would start the requests of all items at once and in no order, and evaluate every
 * expression of the node several times for each item.
 */
export function customOperation(operation: Operation): CustomOperation {
	return async function () {
		const items = {
			length: this.getInputData().length,
			at: (index: number) => new InputItem(this, index),
		};
		return [await new Run(operation, this, items).carryOut()];
	};
}

/**
 * Connects an operation with n8n's declarative engine for the callers that know of no `customOperations`:
 * agents of the kind that call their tools by themselves, one item each. The engine's pagination hook is
 * the place where a request can be made by other means than the engine's own.
 */
export function routing(operation: Operation): INodePropertyRouting {
	return {
		send: { paginate: true },
		operations: {
			async pagination(this: IExecutePaginationFunctions): Promise<INodeExecutionData[]> {
				return await new Run(operation, this, { length: 1, at: () => this }).carryOut();
			},
		},
	};
}
