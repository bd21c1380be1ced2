import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteFunctions, IWorkflowDataProxyData } from 'n8n-workflow';

import type { ErrorMessage } from '../../shared/errorMessages';
import type { UploadedFile } from './upload';

/**
 * What a node remembers of its work in the execution's run data. n8n keeps it through Retry On Fail and
 * through a person's retry of the failed execution, which runs under another execution id.
 */
export interface RunMemory {
	/** names the execution in which this work began */
	execution: string;
	/** by round of a loop, until all items of the round have succeeded: n8n does not run them again then */
	rounds: Record<number, RoundMemory>;
	/** an agent's calls, by content: nothing else tells a repeated call from another */
	calls: Uncertainties;
}

/** What nobody knows whether it was done, by what names it. */
export interface Uncertainties {
	/** keys of messages that failed and may have been sent all the same */
	keys: Record<string, string>;
	/** requests without a key that failed and may have been done all the same */
	doubts: Record<string, Doubt>;
}

export interface Doubt {
	/** another one means that a person decided to run it once more */
	executionId: string;
	explanation: ErrorMessage;
	details: IDataObject;
}

/** Everything by item. */
export interface RoundMemory extends Uncertainties {
	/** uploads that need not be done again; also by position */
	uploads: Record<string, { fingerprint: string; file: UploadedFile }>;
	/** outputs of what was done and need not be asked for again, even when Chert has forgotten its key */
	responses: Record<number, IDataObject>;
}

/**
 * The node's memory, begun when there is none.
 *
 * @param proxy the item's view of its workflow
 */
export function memoryOf(
	host: Pick<IExecuteFunctions, 'getContext' | 'getExecutionId'>,
	proxy: IWorkflowDataProxyData,
): RunMemory {
	const context = host.getContext('node') as { chert?: RunMemory };
	// An execution that is not saved has no id, and no retry either.
	const begin = () => resumeToken(proxy) || host.getExecutionId() || randomUUID();
	context.chert ??= { execution: begin(), rounds: {}, calls: { keys: {}, doubts: {} } };
	return context.chert;
}

/** What is remembered of a round, begun when there is nothing. */
export function roundOf(memory: RunMemory, run: number): RoundMemory {
	memory.rounds[run] ??= { uploads: {}, responses: {}, keys: {}, doubts: {} };
	return memory.rounds[run];
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
