import type { IRunExecutionData, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';
import { until } from './ready';

/** Timeout for n8n to register or remove the webhooks of a workflow. */
const PUBLICATION_TIMEOUT_MS = 60_000;

/** Timeout for an execution. */
const EXECUTION_TIMEOUT_MS = 60_000;

/** Number of executions per request: n8n's maximum. */
const EXECUTION_PAGE = 100;

const ENDED = ['success', 'error', 'crashed', 'canceled'];

export interface Owner {
	email: string;
	password: string;
	firstName: string;
	lastName: string;
}

/** A workflow in the format of n8n's export and of `examples/*.json`. */
export type WorkflowFile = Pick<IWorkflowBase, 'name' | 'nodes' | 'connections'> &
	Partial<Pick<IWorkflowBase, 'settings' | 'pinData'>>;

export interface StoredWorkflow extends WorkflowFile {
	id: string;
	versionId: string;
	active: boolean;
}

export interface NewCredential {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	/** `success`, `error`, `crashed`, `canceled`, `waiting`, `running` or `new`. */
	status: string;
	mode: string;
}

export interface Execution extends ExecutionSummary {
	data: IRunExecutionData;
}

export type Rest = ReturnType<typeof createRest>;

/** A response from n8n's REST interface with an error status. */
export class RestError extends Error {
	constructor(
		readonly status: number,
		request: string,
		body: string,
	) {
		super(`${request} returned ${status}: ${body.slice(0, 500)}`);
	}
}

/**
 * A client for the internal REST interface of n8n's editor, in the pinned versions of n8n 2 and n8n 1.
 * @param url n8n's address, without a trailing slash
 * @param major n8n's major version
 */
export function createRest(url: string, major: 1 | 2) {
	let cookie = '';

	async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${url}/rest${path}`, {
			method,
			headers: {
				...(cookie ? { cookie } : {}),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new RestError(response.status, `${method} /rest${path}`, text);
		const session = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
		if (session) cookie = session.split(';')[0];
		return (text === '' ? undefined : (JSON.parse(text) as { data: T }).data) as T;
	}

	const get = async <T>(path: string) => await request<T>('GET', path);
	const post = async <T>(path: string, body: unknown = {}) => await request<T>('POST', path, body);

	async function workflow(id: string): Promise<StoredWorkflow> {
		return await get<StoredWorkflow>(`/workflows/${id}`);
	}

	async function setActive(id: string, active: boolean): Promise<void> {
		const { versionId } = await workflow(id);
		if (major === 1) {
			await request('PATCH', `/workflows/${id}`, { active, versionId });
			return;
		}
		await post(
			`/workflows/${id}/${active ? 'activate' : 'deactivate'}`,
			active ? { versionId } : {},
		);
		await publicationSettled(id, active);
	}

	/** n8n 2 responds before it calls the trigger's `create` or `delete`; the publication status shows the result. */
	async function publicationSettled(id: string, active: boolean): Promise<void> {
		interface Publication {
			status: 'in_progress' | 'published' | 'partial' | 'failed' | 'not_published';
			triggers: Array<{ status: string; errorMessage: string | null }>;
		}
		const { status, triggers } = await until(
			async () => {
				const publication = await get<Publication>(`/workflows/${id}/publication-status`);
				const settled = active ? ['published', 'partial', 'failed'] : ['not_published', 'failed'];
				return settled.includes(publication.status) && publication;
			},
			{
				what: `${active ? 'Activation' : 'Deactivation'} of workflow ${id}`,
				timeoutMs: PUBLICATION_TIMEOUT_MS,
			},
		);
		if (status === (active ? 'published' : 'not_published')) return;
		const reasons = triggers.map(({ errorMessage }) => errorMessage).filter(Boolean);
		throw new Error(`Workflow ${id} is ${status}: ${reasons.join('; ')}`);
	}

	async function execution(id: string): Promise<Execution> {
		const response = await get<ExecutionSummary & { data: string }>(`/executions/${id}`);
		const { parse } = await import('flatted');
		return { ...response, data: parse(response.data) as IRunExecutionData };
	}

	/** Waits until an execution has succeeded or failed. */
	async function executionEnded(id: string, timeoutMs = EXECUTION_TIMEOUT_MS): Promise<Execution> {
		const ended = async () => {
			const found = await execution(id);
			// n8n 1 shows the status before it has stored the data.
			const isStored = found.status !== 'success' || found.data !== undefined;
			return ENDED.includes(found.status) && isStored && found;
		};
		return await until(ended, { what: `The end of execution ${id}`, timeoutMs });
	}

	async function executions(workflowId: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await get<{ results: ExecutionSummary[] }>(
			`/executions?filter=${filter}&limit=${EXECUTION_PAGE}`,
		);
		return results;
	}

	return {
		/** Any other request, with a path below `/rest`. Returns the `data` of the response. */
		request,

		/** Creates the owner of a new n8n, or signs in as the existing one. This client keeps the session. */
		async signIn({ email, password, firstName, lastName }: Owner): Promise<void> {
			const { userManagement } = await get<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
				'/settings',
			);
			if (userManagement.showSetupOnFirstLoad)
				await post('/owner/setup', { email, password, firstName, lastName });
			else await post('/login', { emailOrLdapLoginId: email, password });
		},

		/** Stores a credential. Returns its id. */
		async createCredential(credential: NewCredential): Promise<string> {
			const { id } = await post<{ id: string }>('/credentials', credential);
			return id;
		},

		/** Tests a credential like the editor. n8n 1 tests only stored credentials, so this stores it temporarily. */
		async testCredential(credential: NewCredential): Promise<CredentialTestResult> {
			const { id } = await post<{ id: string }>('/credentials', credential);
			try {
				return await post('/credentials/test', { credentials: { id, ...credential } });
			} finally {
				await request('DELETE', `/credentials/${id}`);
			}
		},

		/** Stores an inactive workflow. Returns its id. */
		async importWorkflow(file: WorkflowFile): Promise<string> {
			const { name, nodes, connections, settings = {}, pinData = {} } = file;
			const { id } = await post<{ id: string }>('/workflows', {
				name,
				nodes,
				connections,
				settings,
				pinData,
				active: false,
			});
			return id;
		},

		workflow,

		/** Activates a workflow and waits until its webhooks are registered. Throws the node's message if that fails. */
		activate: async (id: string) => await setActive(id, true),

		/** Deactivates a workflow and waits until its webhooks are removed. Throws if that fails. */
		deactivate: async (id: string) => await setActive(id, false),

		/** Executes a workflow from a trigger node, like the editor's button. Returns the id of the execution. */
		async run(id: string, triggerName: string): Promise<string> {
			const workflowData = major === 1 ? { workflowData: await workflow(id) } : {};
			const body = { ...workflowData, triggerToStartFrom: { name: triggerName } };
			const { executionId } = await post<{ executionId: string }>(`/workflows/${id}/run`, body);
			return executionId;
		},

		/** Executes a node and those before it, like Execute step before the first run. Returns the id of the execution. */
		async runStep(id: string, nodeName: string): Promise<string> {
			const workflowData = major === 1 ? { workflowData: await workflow(id) } : {};
			const body = { ...workflowData, destinationNode: { nodeName, mode: 'inclusive' } };
			const { executionId } = await post<{ executionId: string }>(`/workflows/${id}/run`, body);
			return executionId;
		},

		execution,

		/** The latest 100 executions of a workflow in any state, newest first. */
		executions,

		executionEnded,

		/** Waits until `count` executions of a workflow have ended. Returns all that have ended, oldest first. */
		async executionsEnded(
			workflowId: string,
			count: number,
			timeoutMs = EXECUTION_TIMEOUT_MS,
		): Promise<Execution[]> {
			const areEnough = async () => {
				const found = (await executions(workflowId)).filter(({ status }) => ENDED.includes(status));
				return found.length >= count && found;
			};
			const found = await until(areEnough, {
				what: `Execution ${count} of workflow ${workflowId}`,
				timeoutMs,
			});
			return await Promise.all(found.reverse().map(async ({ id }) => await executionEnded(id)));
		},

		/** Downloads a binary field that n8n stores outside the execution (a field with an `id`). */
		async binary(id: string): Promise<Buffer> {
			const query = new URLSearchParams({ id, action: 'download' });
			const response = await fetch(`${url}/rest/binary-data?${query.toString()}`, {
				headers: { cookie },
			});
			if (!response.ok)
				throw new RestError(response.status, 'GET /rest/binary-data', await response.text());
			return Buffer.from(await response.arrayBuffer());
		},
	};
}

/** Items of one output of a node, from all its runs in an execution; empty if it did not run. */
export function outputOf(execution: Execution, nodeName: string, output = 0): INodeExecutionData[] {
	const runs = execution.data.resultData.runData[nodeName] ?? [];
	return runs.flatMap((run) => run.data?.main[output] ?? []);
}

/** The node and message of a failed execution in one line; empty if it succeeded. */
export function failureOf(execution: Execution): string {
	const { error, lastNodeExecuted } = execution.data.resultData;
	if (!error) return '';
	const description = 'description' in error && error.description ? ` (${error.description})` : '';
	return `${lastNodeExecuted ?? 'the workflow'}: ${error.message}${description}`;
}
