import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import type { UploadedFile } from './upload';

/**
 * What a node remembers of its work in the execution's run data. n8n keeps it through Retry On Fail and
 * through a person's retry of the failed execution, which runs under another execution id.
 */
export interface RunMemory {
	/** the execution in which this work began */
	execution: string;
	/** uploads that need not be done again, by round, item and position */
	uploads: Record<string, { fingerprint: string; file: UploadedFile }>;
	/** answers to requests that carry no key and must not be repeated, by round and item */
	answers: Record<string, { content: string; json: IDataObject }>;
}

/** The node's memory, begun when there is none. */
export function memoryOf(item: IExecuteSingleFunctions): RunMemory {
	const context = item.getContext('node') as { chert?: RunMemory };
	// An execution that is not saved has no id, and no retry either.
	context.chert ??= { execution: item.getExecutionId() || randomUUID(), uploads: {}, answers: {} };
	return context.chert;
}
