import { binaryDataService } from './engine';

import { Container } from '@n8n/di';
import {
	DataDeduplicationService,
	ErrorReporter,
	ExecutionLifecycleHooks,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type ICredentialDataDecryptedObject,
	type IDataDeduplicator,
	type IDataObject,
	type INodeExecutionData,
	type INodeType,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { credentialsHelper } from './credentialsHelper';
import { ProcessedEntries } from './triggerMemory';

/** Name of the one node in the workflows made here. */
export const NODE = 'Trigger';

/** One list of processed entries per workflow, as n8n's database has it. */
const memories = new Map<string, ProcessedEntries>();

/** Empties n8n's memory of processed events of a workflow. */
export const forgetEvents = (workflowId: string) => memories.delete(workflowId);
let isReady = false;
let nextId = 1;

/** Ids of executions and workflows: never the same twice, whatever test asks. */
export function newId(): string {
	return String(nextId++);
}

/** n8n's services that a trigger uses, the list of processed entries among them. */
export async function prepareEngine(): Promise<void> {
	Container.get(ErrorReporter);
	await binaryDataService();
	if (isReady) return;
	isReady = true;
	const memoryOf = (workflowId: string) => {
		if (!memories.has(workflowId)) memories.set(workflowId, new ProcessedEntries());
		return memories.get(workflowId)!;
	};
	const deduplicator: Pick<
		IDataDeduplicator,
		'checkProcessedAndRecord' | 'removeProcessed' | 'clearAllProcessedItems'
	> = {
		checkProcessedAndRecord: async (items, scope, { workflow, node }, options) =>
			await memoryOf(workflow.id).check(scope === 'node' ? `n:${node?.id}` : '', items, options),
		removeProcessed: async (items, scope, { workflow, node }) =>
			await memoryOf(workflow.id).remove(scope === 'node' ? `n:${node?.id}` : '', items),
		clearAllProcessedItems: async (scope, { workflow, node }) =>
			await memoryOf(workflow.id).clear(scope === 'node' ? `n:${node?.id}` : ''),
	};
	await DataDeduplicationService.init(deduplicator as IDataDeduplicator);
}

/** A workflow of one trigger node, as n8n loads it from its database. */
export function triggerWorkflow(
	node: INodeType,
	{
		id,
		parameters,
		webhookId,
		isActive,
		staticData,
	}: {
		id: string;
		parameters: IDataObject;
		webhookId?: string;
		isActive: boolean;
		staticData: IDataObject;
	},
): Workflow {
	return new Workflow({
		id,
		name: 'Test',
		active: isActive,
		nodes: [
			{
				id: 'trigger-node',
				name: NODE,
				type: `n8n-nodes-chert.${node.description.name}`,
				typeVersion: [node.description.version].flat().at(-1)!,
				position: [0, 0],
				webhookId,
				parameters: parameters as never,
				credentials: { chertApi: { id: '1', name: 'Chert' } },
			},
		],
		connections: {},
		nodeTypes: {
			getByName: () => node,
			getByNameAndVersion: () => node,
			getKnownTypes: () => ({}),
		},
		staticData: structuredClone(staticData),
		settings: { executionOrder: 'v1' },
	});
}

/** Static data as it comes out of a workflow into the database. */
export function storedStaticData(workflow: Workflow): IDataObject {
	return JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
}

/** n8n writes static data only when it changed. */
export function hasChanged(workflow: Workflow): boolean {
	return workflow.staticData.__dataChanged === true;
}

/** What n8n hands to every context of a node. */
export function additionalDataFor(
	workflow: Workflow,
	mode: WorkflowExecuteMode,
	{
		credential,
		base,
		executionId,
	}: { credential: ICredentialDataDecryptedObject; base: string; executionId?: string },
): IWorkflowExecuteAdditionalData {
	return {
		executionId,
		credentialsHelper: credentialsHelper(credential),
		hooks: new ExecutionLifecycleHooks(mode, executionId ?? '', {
			id: workflow.id,
			name: 'Test',
		} as never),
		currentNodeExecutionIndex: 0,
		variables: {},
		webhookBaseUrl: `${base}/webhook`,
		webhookTestBaseUrl: `${base}/webhook-test`,
		webhookWaitingBaseUrl: `${base}/webhook-waiting`,
		formWaitingBaseUrl: `${base}/form-waiting`,
		restApiUrl: '',
		instanceBaseUrl: '',
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** Runs the workflow with what the trigger handed over. */
export async function runWorkflow(
	workflow: Workflow,
	input: INodeExecutionData[][],
	mode: WorkflowExecuteMode,
	credential: ICredentialDataDecryptedObject,
	onStart?: (cancel: () => void) => void,
): Promise<{ run: IRun; items: INodeExecutionData[] }> {
	const additionalData = additionalDataFor(workflow, mode, {
		credential,
		base: 'http://localhost',
		executionId: newId(),
	});
	const node = workflow.getNode(NODE)!;
	const runData = createRunExecutionData({
		executionData: { nodeExecutionStack: [{ node, data: { main: input }, source: null }] },
	});
	const execution = new WorkflowExecute(additionalData, mode, runData).processRunExecutionData(
		workflow,
	);
	onStart?.(() => execution.cancel());
	const run = await execution;
	return { run, items: run.data.resultData.runData[NODE]?.[0]?.data?.main?.[0] ?? [] };
}
