import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// n8n reads its settings when it loads. Without this it writes to the user's home folder.
const home = mkdtempSync(path.join(tmpdir(), 'chert-engine-'));
process.env.N8N_USER_FOLDER = home;
const removeHome = () => rmSync(home, { recursive: true, force: true });
// jest workers emit no exit event; benchmarks run without jest.
if (typeof afterAll === 'function') afterAll(removeHome);
else process.once('exit', removeHome);
process.env.N8N_ENCRYPTION_KEY ??= 'test-encryption-key';
process.env.N8N_LOG_LEVEL ??= 'silent';

import 'reflect-metadata';
import { Container } from '@n8n/di';
import {
	BinaryDataConfig,
	BinaryDataService,
	DirectoryLoader,
	ErrorReporter,
	ExecutionLifecycleHooks,
	RoutingNode,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	NodeHelpers,
	Workflow,
	type IBinaryKeyData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type IRun,
	type IRunExecutionData,
	type IWorkflowExecuteAdditionalData,
	type OnError,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { credentialsHelper } from './credentialsHelper';
// Keep the extension: tsx resolves `Chert.node` to Chert.node.json.
import { Chert } from '../../nodes/Chert/Chert.node.ts';
import type { Sandbox } from '../../sandbox';

export interface Input {
	json?: IDataObject;
	binary?: IBinaryKeyData;
}

export interface RunOptions {
	items?: Input[];
	/** Input of further runs of the node in the same execution, like in a loop. */
	rounds?: Input[][];
	credential?: ICredentialDataDecryptedObject;
	onError?: OnError;
	retryOnFail?: boolean;
	maxTries?: number;
	/**
	 * How many times the error output leads back to the node's input: failed items come back in the next run of the node.
	 */
	errorsComeBack?: number;
	executionId?: string;
	/** n8n 2 stores it with an execution from its start; it stays the same when a stalled job restarts. */
	resumeToken?: string;
	workflowId?: string;
	instanceNode?: Partial<INode>;
	/** Called when the execution has started, e.g. to cancel it. */
	onStart?: (cancel: () => void) => void;
	/** Run data of a failed execution, for a manual retry. */
	retryOf?: IRunExecutionData;
	/** How the execution started. Default: by hand in the editor. */
	mode?: WorkflowExecuteMode;
	/** The node to run. Default: the one of the sources. */
	nodeType?: INodeType;
}

export interface RunResult {
	/** Items of the first output. */
	items: INodeExecutionData[];
	/** Items of the error output, if On Error is Continue (Using Error Output). */
	errors: INodeExecutionData[];
	error?: Error & { description?: string; context?: IDataObject; httpCode?: string };
	run: IRun;
	/** Number of times the credential was decrypted. */
	credentialReads: number;
}

const START = 'Start';
const LOOP = 'Loop';
export const NODE = 'Chert';

/** Returns the items of the test. Each round has its own output, so that the node runs once per round. */
class Source implements INodeType {
	description = {
		displayName: START,
		name: 'source',
		group: ['trigger' as const],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main' as const],
		properties: [],
	};

	static readonly rounds = new Map<string, INodeExecutionData[][]>();

	async execute(this: { getNode(): INode }): Promise<INodeExecutionData[][]> {
		return Source.rounds.get(this.getNode().id) ?? [];
	}
}

/** Passes failed items back to the node, as often as its parameter says. */
class Loop implements INodeType {
	description = {
		...new Source().description,
		displayName: LOOP,
		name: 'loop',
		inputs: ['main' as const],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { runIndex } = this.getWorkflowDataProxy(0).$prevNode as { runIndex: number };
		return runIndex < Number(this.getNode().parameters.times) ? [this.getInputData()] : [];
	}
}

let nextExecution = 1;

/** Credential data for a sandbox. */
export function credentialFor(
	sandbox: Pick<Sandbox, 'apiUrl' | 'signingSecret' | 'tenant'>,
	authentication: 'bearer' | 'hmac' = 'bearer',
) {
	return {
		authentication,
		signingSecret: sandbox.signingSecret,
		tenant: sandbox.tenant,
		baseUrl: sandbox.apiUrl,
	};
}

let binaryReady: Promise<BinaryDataService> | undefined;

/** n8n's binary data service in filesystem mode. */
export async function binaryDataService(): Promise<BinaryDataService> {
	binaryReady ??= (async () => {
		const service = Container.get(BinaryDataService);
		const config = Container.get(BinaryDataConfig);
		config.mode = 'filesystem';
		await service.init();
		return service;
	})();
	return await binaryReady;
}

/** Prepares a declarative node like n8n does when it loads the node. */
export function declarative(node: INodeType): INodeType {
	// Adds n8n's Request Options.
	DirectoryLoader.applyDeclarativeNodeOptionParameters(node);
	// n8n adds this execute method to nodes without one (cli/src/node-types.ts).
	node.execute = async function () {
		return (await new RoutingNode(this as never, node).runNode()) ?? [];
	};
	return node;
}

/** The action node, as n8n loads it. */
export const chert = declarative(new Chert());
const helperNodes: Record<string, INodeType> = {
	source: new Source() as unknown as INodeType,
	loop: new Loop() as unknown as INodeType,
};

/**
 * Runs the action node in a workflow on n8n's engine, including retry on fail, error output and item pairing.
 *
 * @param parameters the node's parameters as a workflow stores them
 */
export async function runChert(
	parameters: IDataObject,
	options: RunOptions & { credential: ICredentialDataDecryptedObject },
): Promise<RunResult> {
	Container.get(ErrorReporter);
	await binaryDataService();
	const { nodeType = chert } = options;
	const executionId = options.executionId ?? String(nextExecution++);
	const sourceId = `source-${executionId}`;
	const rounds = [options.items ?? [{ json: {} }], ...(options.rounds ?? [])].map((items) =>
		items.map((item, index) => ({
			json: ('json' in item ? item.json : {}) as IDataObject,
			binary: item.binary,
			pairedItem: { item: index },
		})),
	);
	// n8n runs the last output first, because it uses a stack.
	Source.rounds.set(sourceId, rounds.reverse());

	const node: INode = {
		id: 'chert-node',
		name: NODE,
		type: 'n8n-nodes-chert.chert',
		typeVersion: 1,
		position: [0, 0],
		parameters: NodeHelpers.getNodeParameters(
			nodeType.description.properties,
			parameters as never,
			true,
			false,
			null,
			nodeType.description,
		) as never,
		credentials: { chertApi: { id: '1', name: 'Chert' } },
		onError: options.onError,
		retryOnFail: options.retryOnFail,
		maxTries: options.maxTries,
		waitBetweenTries: 1,
		...options.instanceNode,
	};
	const workflow = new Workflow({
		id: options.workflowId ?? 'workflow-1',
		name: 'Test',
		active: false,
		nodes: [
			{
				id: sourceId,
				name: START,
				type: 'source',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			node,
			{
				id: 'loop',
				name: LOOP,
				type: 'loop',
				typeVersion: 1,
				position: [0, 0],
				parameters: { times: options.errorsComeBack ?? 0 },
			},
		],
		connections: {
			[START]: { main: rounds.map(() => [{ node: NODE, type: 'main' as const, index: 0 }]) },
			[NODE]: { main: [[], [{ node: LOOP, type: 'main' as const, index: 0 }]] },
			[LOOP]: { main: [[{ node: NODE, type: 'main' as const, index: 0 }]] },
		},
		nodeTypes: {
			getByName: () => nodeType,
			getByNameAndVersion: (type: string) => helperNodes[type] ?? nodeType,
			getKnownTypes: () => ({}),
		},
		settings: { executionOrder: 'v1' },
	});

	const reads = { count: 0 };
	const additionalData = additionalDataFor(executionId, workflow, options.credential, reads);
	const execute = options.retryOf
		? new WorkflowExecute(additionalData, 'retry', prepareRetry(options.retryOf, workflow))
		: new WorkflowExecute(
				additionalData,
				options.mode ?? 'manual',
				createRunExecutionData({ resumeToken: options.resumeToken }),
			);
	const startNode = workflow.getNode(START) ?? undefined;
	const promise = options.retryOf
		? execute.processRunExecutionData(workflow)
		: execute.run({ workflow, startNode });
	options.onStart?.(() => promise.cancel());
	const run = await promise;
	Source.rounds.delete(sourceId);

	const data = run.data.resultData.runData[NODE]?.at(-1);
	return {
		items: data?.data?.main?.[0] ?? [],
		errors: data?.data?.main?.[1] ?? [],
		error: run.data.resultData.error as RunResult['error'],
		run,
		credentialReads: reads.count,
	};
}

/**
 * Prepares stored data like n8n when a user retries a failed execution with the current workflow
 * (cli/src/executions/execution.service.ts).
 */
function prepareRetry(failed: IRunExecutionData, workflow: Workflow): IRunExecutionData {
	const data = JSON.parse(JSON.stringify(failed)) as IRunExecutionData;
	delete data.resultData.error;
	const { lastNodeExecuted } = data.resultData;
	if (lastNodeExecuted) data.resultData.runData[lastNodeExecuted]?.pop();
	for (const entry of data.executionData?.nodeExecutionStack ?? [])
		entry.node = workflow.getNode(entry.node.name) ?? entry.node;
	return data;
}

/** Data that n8n passes to each execution, e.g. the credentials. */
export function additionalDataFor(
	executionId: string,
	workflow: Workflow,
	credential: ICredentialDataDecryptedObject,
	reads: { count: number },
): IWorkflowExecuteAdditionalData {
	return {
		executionId,
		credentialsHelper: credentialsHelper(credential, () => reads.count++),
		hooks: new ExecutionLifecycleHooks('manual', executionId, {
			id: workflow.id,
			name: 'Test',
		} as never),
		currentNodeExecutionIndex: 0,
		variables: {},
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		restApiUrl: '',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		instanceBaseUrl: '',
	} as unknown as IWorkflowExecuteAdditionalData;
}
