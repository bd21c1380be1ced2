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
import { isHandedOver, Run } from './run';

/** The items of a node from first to last, as n8n hands them over: in one go, or in batches if the user wants that. */
interface Series {
	operation: Operation;
	lastIndex: number;
	/** takes in items until the engine pauses */
	gathering?: { run: Run; done: Promise<void> };
	/** True when a batch failed and On Error says Stop: those after it are not begun. */
	isStopped: boolean;
	/** resolves once n8n has handed over the last item */
	handedOver: Promise<void>;
	markHandedOver: () => void;
}

const series = new WeakMap<IExecuteData, Series>();

/** The last run of a node's execution, which the next one waits for: lanes reach across batches and tries. */
const previous = new WeakMap<IExecuteData, Promise<void>>();

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
				const current = seriesFor(this, operation);
				current.gathering ??= begin(this, current, options);
				const { run, done } = current.gathering;
				const member = run.add(this);
				await done;
				if (!member.error) return member.output ?? [];
				// While the engine pauses between batches it listens to nobody, and a rejection would count as unhandled.
				await current.handedOver;
				throw member.error;
			},
		},
	};
}

/** A new series begins with each try, and with each call of an agent: it hands over its item 0 again and again. */
function seriesFor(item: IExecuteSingleFunctions, operation: Operation): Series {
	const executeData = item.getExecuteData();
	const index = item.getItemIndex();
	let current = series.get(executeData);
	if (!current || current.operation !== operation || index <= current.lastIndex) {
		let markHandedOver = () => {};
		const handedOver = new Promise<void>((resolve) => (markHandedOver = resolve));
		current = { operation, lastIndex: -1, isStopped: false, handedOver, markHandedOver };
		series.set(executeData, current);
	}
	current.lastIndex = index;
	if (isHandedOver(item, index + 1)) current.markHandedOver();
	return current;
}

function begin(
	item: IExecuteSingleFunctions,
	current: Series,
	options: DeclarativeRestApiSettings.HttpRequestOptions,
): NonNullable<Series['gathering']> {
	const executeData = item.getExecuteData();
	const before = previous.get(executeData);
	const run = new Run(current.operation, options, before !== undefined);
	const done = (async () => {
		// The engine's loop over the items is synchronous, so it is over when a timer fires.
		await sleep(0);
		current.gathering = undefined;
		await before;
		if (current.isStopped) return;
		await run.carryOut();
		current.isStopped = run.isStopped();
	})();
	previous.set(executeData, done.catch(() => undefined));
	return { run, done };
}
