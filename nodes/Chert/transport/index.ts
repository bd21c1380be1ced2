import type {
	IExecuteFunctions,
	IExecutePaginationFunctions,
	INodeExecutionData,
	INodePropertyRouting,
} from 'n8n-workflow';

import { InputItem } from '../input/item';
import type { Operation } from './operation';
import { BatchExecutor } from './batchExecutor';

/** How n8n calls an operation of a declarative node for all items together. */
export type CustomOperation = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/**
 * Connects an operation with n8n's declarative engine as one of the node's `customOperations`. The
 * engine alone starts the requests of all items at once and in no order, and evaluates every expression of the node
 * several times for each item.
 */
export function customOperation(operation: Operation): CustomOperation {
	return async function () {
		const items = {
			length: this.getInputData().length,
			at: (index: number) => new InputItem(this, index),
		};
		return [await new BatchExecutor(operation, this, items).execute()];
	};
}

/**
 * Connects an operation with n8n's declarative engine for callers that do not support `customOperations`: some kinds of
 * AI agents, which pass one item each. The engine's pagination hook can replace the engine's own request.
 */
export function routing(operation: Operation): INodePropertyRouting {
	return {
		send: { paginate: true },
		operations: {
			async pagination(this: IExecutePaginationFunctions): Promise<INodeExecutionData[]> {
				return await new BatchExecutor(operation, this, { length: 1, at: () => this }).execute();
			},
		},
	};
}
