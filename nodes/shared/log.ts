import type { FunctionsBase } from 'n8n-workflow';

/** What a log line needs of n8n. */
export type LogContext = Pick<FunctionsBase, 'getNode' | 'getWorkflow' | 'logger'>;

/**
 * Writes a line to n8n's log, with the node's name and workflow.
 *
 * @param what the sentence after the node's name, e.g. "cannot read events"
 */
export function writeLog(ctx: LogContext, level: 'error' | 'info' | 'warn', what: string): void {
	const { name } = ctx.getNode();
	ctx.logger[level](`${name} ${what}`, { workflowId: ctx.getWorkflow().id, nodeName: name });
}
