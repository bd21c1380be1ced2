import type { Rest } from '../hosts/rest';

/** How n8n marks an execution whose process went away. */
export const CUT_OFF = ['crashed', 'error', 'canceled'];

/** n8n's largest page of executions. */
const PAGE_SIZE = 100;

interface ExecutionPage {
	results: Array<{ id: string }>;
	nextCursor?: string | null;
}

/** IDs of all executions of a workflow that have one of these statuses. */
export async function idsByStatus(
	rest: Rest,
	workflowId: string,
	status: string[],
): Promise<string[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status }));
	const ids: string[] = [];
	for (let cursor = ''; ;) {
		const page = await rest.request<ExecutionPage>(
			'GET',
			`/executions?filter=${filter}&limit=${PAGE_SIZE}${cursor}`,
		);
		ids.push(...page.results.map(({ id }) => id));
		if (!page.nextCursor) return ids;
		cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
	}
}

/**
 * What an execution works on, as far as n8n still has it.
 *
 * @param pattern its first group is the name of the work
 */
export async function workOf(
	rest: Rest,
	executionId: string,
	pattern: RegExp,
): Promise<string | undefined> {
	const { data } = await rest.execution(executionId);
	const stack = data.executionData?.nodeExecutionStack ?? [];
	return pattern.exec(JSON.stringify(stack.length > 0 ? stack : data.resultData))?.[1];
}

/**
 * Retries an execution as a person does. n8n responds when the retry has ended, and in queue mode not always, so its
 * result shows elsewhere.
 */
export function startRetry(rest: Rest, executionId: string): void {
	void rest
		.request('POST', `/executions/${executionId}/retry`, { loadWorkflow: false })
		.catch(() => undefined);
}
