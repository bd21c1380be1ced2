import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { N8n } from '../hosts/n8n';
import { failureOf, outputOf, type Execution } from '../hosts/rest';

const START = 'Start';
const NODE = 'Node';

/** Enough for 50,000 items on a busy machine. */
const EXECUTION_TIMEOUT_MS = 20 * 60_000;

/** A node as workflow JSON describes it. */
export interface NodeSpec {
	type: string;
	typeVersion: number;
	parameters: IDataObject;
	credentials?: IDataObject;
}

/** The execution of a workflow with one node. */
export interface NodeExecution {
	output: INodeExecutionData[];
	/** Milliseconds since 1970. */
	startTime: number;
	/** Milliseconds. */
	executionTime: number;
}

/**
 * Executes one node in its own workflow, like the Execute workflow button of the editor.
 * @throws {Error} with the message of the node if it fails
 */
export async function executeNode(
	n8n: N8n,
	node: NodeSpec,
	items: INodeExecutionData[],
): Promise<NodeExecution> {
	const workflowId = await n8n.rest.importWorkflow({
		name: 'Benchmark',
		nodes: [
			{
				id: 'start',
				name: START,
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{ id: 'node', name: NODE, position: [200, 0], ...node } as never,
		],
		connections: { [START]: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		pinData: { [START]: items },
	});
	const executionId = await n8n.rest.run(workflowId, START);
	const execution: Execution = await n8n.rest.executionEnded(executionId, EXECUTION_TIMEOUT_MS);
	const failure = failureOf(execution);
	if (failure) throw new Error(failure);
	const [{ startTime, executionTime }] = execution.data.resultData.runData[NODE];
	return { output: outputOf(execution, NODE), startTime, executionTime };
}
