import {
	sleep,
	type DeclarativeRestApiSettings,
	type IExecuteData,
	type IExecutePaginationFunctions,
	type IExecuteSingleFunctions,
	type INodeExecutionData,
	type INodePropertyRouting,
} from 'n8n-workflow';

import type { Operation } from './operation';
import { Run, type Outcome } from './run';

/** Runs that are still taking in items: n8n hands a node its items one by one, in one go. */
const gathering = new WeakMap<IExecuteData, Gathering>();

interface Gathering {
	run: Run;
	results: Promise<Map<number, Outcome>>;
}

/** The last run of a node's execution, which the next one waits for: lanes reach across n8n's batches. */
const previous = new WeakMap<IExecuteData, Promise<unknown>>();

/**
 * Connects an operation with n8n's declarative engine. The engine starts the requests of all items at
 * once; its pagination hook is the one place that can hold them back, so the hook gathers the items and
 * carries them out as one run.
 */
export function transport(operation: Operation): INodePropertyRouting {
	return {
		send: { paginate: true },
		operations: {
			async pagination(
				this: IExecutePaginationFunctions,
				{ options }: DeclarativeRestApiSettings.ResultOptions,
			): Promise<INodeExecutionData[]> {
				const { run, results } = join(this, operation, options);
				run.add(this);
				const outcome = (await results).get(this.getItemIndex());
				if (outcome && 'error' in outcome) throw outcome.error;
				return outcome?.output ?? [];
			},
		},
	};
}

function join(
	item: IExecuteSingleFunctions,
	operation: Operation,
	options: DeclarativeRestApiSettings.HttpRequestOptions,
): Gathering {
	const executeData = item.getExecuteData();
	const current = gathering.get(executeData);
	if (current) return current;

	const run = new Run(operation, options);
	const before = previous.get(executeData);
	const results = (async () => {
		// The engine's loop over the items is synchronous, so it is over when a timer fires.
		await sleep(0);
		gathering.delete(executeData);
		await before;
		return await run.carryOut();
	})();
	const gathered = { run, results };
	gathering.set(executeData, gathered);
	previous.set(executeData, results.catch(() => undefined));
	return gathered;
}
