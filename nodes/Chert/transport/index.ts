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
import { Run } from './run';

/** Runs that are still taking in items: n8n hands a node its items one by one, in one go. */
const gathering = new WeakMap<IExecuteData, Gathering>();

interface Gathering {
	run: Run;
	done: Promise<void>;
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
				const { run, done } = runFor(this, operation, options);
				const member = run.add(this);
				await done;
				if (member.error) throw member.error;
				return member.output ?? [];
			},
		},
	};
}

function runFor(
	item: IExecuteSingleFunctions,
	operation: Operation,
	options: DeclarativeRestApiSettings.HttpRequestOptions,
): Gathering {
	const executeData = item.getExecuteData();
	const current = gathering.get(executeData);
	if (current?.run.takes(item, operation)) return current;

	const before = previous.get(executeData);
	const run = new Run(operation, options, before !== undefined);
	const done = (async () => {
		// The engine's loop over the items is synchronous, so it is over when a timer fires.
		await sleep(0);
		if (gathering.get(executeData)?.run === run) gathering.delete(executeData);
		await before;
		await run.carryOut();
	})();
	const gathered = { run, done };
	gathering.set(executeData, gathered);
	previous.set(executeData, done.catch(() => undefined));
	return gathered;
}
