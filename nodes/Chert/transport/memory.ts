import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteSingleFunctions, IWorkflowDataProxyData } from 'n8n-workflow';

import type { UploadedFile } from './upload';

/**
 * What a node remembers of its work in the execution's run data. n8n keeps it through Retry On Fail and
 * through a person's retry of the failed execution, which runs under another execution id.
 */
export interface RunMemory {
	/** names the execution in which this work began */
	execution: string;
	/** uploads that need not be done again, by round, item and position */
	uploads: Record<string, { fingerprint: string; file: UploadedFile }>;
	/** answers to requests that carry no key and must not be repeated, by round and item */
	answers: Record<string, { content: string; json: IDataObject }>;
	/** keys of tool calls that failed and may have been sent all the same, by content */
	doubtful: Record<string, string>;
}

/**
 * The node's memory, begun when there is none.
 *
 * @param proxy the item's view of its workflow
 */
export function memoryOf(item: IExecuteSingleFunctions, proxy: IWorkflowDataProxyData): RunMemory {
	const context = item.getContext('node') as { chert?: RunMemory };
	// An execution that is not saved has no id, and no retry either.
	const begin = () => resumeToken(proxy) || item.getExecutionId() || randomUUID();
	context.chert ??= { execution: begin(), uploads: {}, answers: {}, doubtful: {} };
	return context.chert;
}

/**
 * n8n 2 gives each execution a random token, stored with its data from the first moment on. It outlives what the
 * node itself remembers: when a worker is killed, the retry begins from the data as they were at the start, under
 * another execution id, but with the same token. The address for resuming is the one place that shows it.
 */
function resumeToken(proxy: IWorkflowDataProxyData): string {
	const address = (proxy.$execution as { resumeUrl?: string } | undefined)?.resumeUrl ?? '';
	return URL.canParse(address) ? new URL(address).search : '';
}
