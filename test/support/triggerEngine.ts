import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { binaryDataService } from './engine';

import { Container } from '@n8n/di';
import { DataDeduplicationService, ErrorReporter, ExecutionLifecycleHooks, HookContext, WebhookContext, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type ICredentialDataDecryptedObject,
	type IDataDeduplicator,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type IRun,
	type IWebhookData,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { ChertApi } from '../../credentials/ChertApi.credentials';
import { ChertTrigger } from '../../nodes/ChertTrigger/ChertTrigger.node';
import { ProcessedEntries } from './triggerMemory';

/** Production and test URL of one trigger: n8n keeps apart what the node stores for each. */
export type UrlKind = 'production' | 'test';

export interface TriggerOptions {
	credential: ICredentialDataDecryptedObject;
	parameters?: IDataObject;
	nodeId?: string;
	webhookId?: string;
	/** Another base than the receiver's own, where deliveries are not looked at. */
	publicBase?: string;
	/** A second n8n; its memory of events is its own too. */
	instanceId?: string;
}

/** What became of one call to the webhook URL. */
export interface Call {
	status: number;
	/** What the run was started with; undefined when none was. */
	input?: INodeExecutionData[][];
	run?: IRun;
	/** items that go on to the workflow's next node */
	items: INodeExecutionData[];
}

const memories = new Map<string, ProcessedEntries>();
let memoryReady = false;

/** n8n's own service on top of a list that behaves as n8n's does. */
function prepareMemory(): void {
	if (memoryReady) return;
	memoryReady = true;
	const deduplicator: Pick<IDataDeduplicator, 'checkProcessedAndRecord'> = {
		checkProcessedAndRecord: async (items, _scope, { workflow, node }, { maxEntries }) => {
			const memory = memories.get(workflow.id)!;
			return await memory.check(`${workflow.id} n:${node?.id}`, items, maxEntries ?? Infinity);
		},
	};
	void DataDeduplicationService.init(deduplicator as IDataDeduplicator);
}

let nextId = 1;

/**
 * One trigger node in one workflow on n8n's engine, with a receiver on a real socket: registers, receives and runs as
 * n8n does (`webhook.service.ts`, `webhook-helpers.ts` of n8n), so that nothing but n8n's database is stood in for.
 */
export class TriggerHost {
	readonly calls: Call[] = [];
	/** What n8n would have in its database, and for the test URL in its cache. */
	readonly staticData: Record<UrlKind, IDataObject> = { production: {}, test: {} };
	/** Answers every call with this status before the node sees it, as a proxy in trouble would. */
	outage: { status: number; times: number } = { status: 503, times: 0 };

	private readonly running = new Set<Promise<void>>();

	private constructor(
		private readonly server: Server,
		private readonly options: TriggerOptions,
		private readonly workflowId: string,
	) {}

	static async start(options: TriggerOptions): Promise<TriggerHost> {
		Container.get(ErrorReporter);
		await binaryDataService();
		prepareMemory();
		const workflowId = `workflow-${nextId++}`;
		memories.set(workflowId, new ProcessedEntries());
		const server = createServer((request, response) => void host.take(request, response));
		const host = new TriggerHost(server, options, workflowId);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return host;
	}

	get base(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	url(kind: UrlKind = 'production'): string {
		const path = kind === 'test' ? 'webhook-test' : 'webhook';
		return `${this.options.publicBase ?? this.base}/${path}/${this.webhookId}/webhook`;
	}

	record(kind: UrlKind = 'production'): IDataObject {
		return (this.staticData[kind][`node:${NODE}`] as IDataObject)?.subscription as IDataObject;
	}

	/** Registers as n8n does on activation, or when it begins to listen for a test event. */
	async activate(kind: UrlKind = 'production', parameters?: IDataObject): Promise<void> {
		if (parameters) this.options.parameters = parameters;
		await this.hook(kind, kind === 'test' ? 'manual' : 'trigger', async (node, context) => {
			const { checkExists, create } = node.webhookMethods.default;
			if (!(await checkExists.call(context))) await create.call(context);
		});
	}

	async deactivate(kind: UrlKind = 'production'): Promise<void> {
		await this.hook(kind, 'internal', async (node, context) => void (await node.webhookMethods.default.delete.call(context)));
	}

	/** Another address from now on, as after a change of WEBHOOK_URL. */
	moveTo(publicBase: string): void {
		this.options.publicBase = publicBase;
	}

	async close(): Promise<void> {
		await this.idle();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** Runs a stored delivery again, as a person does who retries the execution. */
	async retry({ input }: Call): Promise<Call> {
		return await this.execute(input!, 'retry', 'production');
	}

	/** Takes a delivery as one of n8n's processes does. */
	async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const rawBody = await readAll(request);
		if (this.outage.times > 0) {
			this.outage.times--;
			response.writeHead(this.outage.status).end();
			return;
		}
		const kind: UrlKind = request.url?.startsWith('/webhook-test/') ? 'test' : 'production';
		const { status, input } = await this.receive(kind, request, response, rawBody);
		// Answered once the run is stored, before it has done anything (`responseMode: 'onReceived'`).
		if (!response.writableEnded) response.writeHead(status).end();
		const run = input ? this.execute(input, kind === 'test' ? 'manual' : 'webhook', kind) : Promise.resolve({ status, items: [] });
		const work = run.then((call) => void this.calls.push(call)).finally(() => this.running.delete(work));
		this.running.add(work);
	}

	/** Resolves when all runs that were started have ended. */
	async idle(): Promise<void> {
		while (this.running.size > 0) await Promise.all(this.running);
	}

	private async receive(
		kind: UrlKind,
		request: IncomingMessage,
		response: ServerResponse,
		rawBody: Buffer,
	): Promise<Pick<Call, 'status' | 'input'>> {
		const mode: WorkflowExecuteMode = kind === 'test' ? 'manual' : 'webhook';
		const workflow = this.workflow(kind);
		const additionalData = this.additionalData(workflow, mode);
		additionalData.httpRequest = Object.assign(request, { rawBody, body: parse(rawBody), readRawBody: async () => undefined }) as never;
		additionalData.httpResponse = expressLike(response) as never;
		const context = new WebhookContext(workflow, workflow.getNode(NODE)!, additionalData, mode, this.webhookData(kind), [], null);
		const result = await trigger.webhook.call(context as never);
		this.save(kind, workflow);
		return { status: result.noWebhookResponse ? response.statusCode : 200, input: result.workflowData };
	}

	private async execute(data: INodeExecutionData[][], mode: WorkflowExecuteMode, kind: UrlKind): Promise<Call> {
		const workflow = this.workflow(kind);
		const additionalData = this.additionalData(workflow, mode, String(nextId++));
		const node = workflow.getNode(NODE)!;
		const runData = createRunExecutionData({ executionData: { nodeExecutionStack: [{ node, data: { main: data }, source: null }] } });
		const run = await new WorkflowExecute(additionalData, mode, runData).processRunExecutionData(workflow);
		return { status: 200, input: data, run, items: run.data.resultData.runData[NODE]?.[0]?.data?.main?.[0] ?? [] };
	}

	private async hook(
		kind: UrlKind,
		mode: WorkflowExecuteMode,
		work: (node: ChertTrigger, context: HookContext) => Promise<void>,
	): Promise<void> {
		const workflow = this.workflow(kind);
		const additionalData = this.additionalData(workflow, mode);
		const activation = kind === 'test' ? 'manual' : 'activate';
		const context = new HookContext(workflow, workflow.getNode(NODE)!, additionalData, mode, activation, this.webhookData(kind));
		if (this.options.instanceId) Object.assign(context, { instanceSettings: { instanceId: this.options.instanceId } });
		try {
			await work(trigger, context);
		} finally {
			this.save(kind, workflow);
		}
	}

	private workflow(kind: UrlKind): Workflow {
		const node: INode = {
			id: this.options.nodeId ?? 'trigger-node',
			name: NODE,
			type: 'n8n-nodes-chert.chertTrigger',
			typeVersion: 1,
			position: [0, 0],
			webhookId: this.webhookId,
			parameters: (this.options.parameters ?? {}) as INode['parameters'],
			credentials: { chertApi: { id: '1', name: 'Chert' } },
		};
		return new Workflow({
			id: this.workflowId,
			name: 'Test',
			active: kind === 'production',
			nodes: [node],
			connections: {},
			nodeTypes: {
				getByName: () => trigger as unknown as INodeType,
				getByNameAndVersion: () => trigger as unknown as INodeType,
				getKnownTypes: () => ({}),
			},
			staticData: structuredClone(this.staticData[kind]),
			settings: { executionOrder: 'v1' },
		});
	}

	private save(kind: UrlKind, workflow: Workflow): void {
		this.staticData[kind] = JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
	}

	private get webhookId(): string {
		return this.options.webhookId ?? this.workflowId;
	}

	private webhookData(kind: UrlKind): IWebhookData {
		return {
			httpMethod: 'POST',
			node: NODE,
			path: `${this.webhookId}/webhook`,
			workflowId: this.workflowId,
			webhookDescription: trigger.description.webhooks![0],
			isTest: kind === 'test',
		} as unknown as IWebhookData;
	}

	private additionalData(workflow: Workflow, mode: WorkflowExecuteMode, executionId?: string): IWorkflowExecuteAdditionalData {
		const base = this.options.publicBase ?? this.base;
		return {
			executionId,
			credentialsHelper: credentialsHelper(this.options.credential),
			hooks: new ExecutionLifecycleHooks(mode, executionId ?? '', { id: workflow.id, name: 'Test' } as never),
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
}

const NODE = 'Chert Trigger';
const trigger = new ChertTrigger();

function credentialsHelper(credential: ICredentialDataDecryptedObject) {
	const type = new ChertApi();
	const authenticate = type.authenticate as (
		data: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	) => Promise<IHttpRequestOptions>;
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getCredentialsProperties: () => type.properties,
		preAuthentication: async () => undefined,
		authenticate: async (data: ICredentialDataDecryptedObject, _type: string, request: IHttpRequestOptions) =>
			await authenticate(data, request),
		getDecrypted: async () => credential,
	};
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** n8n parses before the node sees the call, and answers 422 itself where it cannot. */
function parse(rawBody: Buffer): unknown {
	try {
		return JSON.parse(rawBody.toString('utf8'));
	} catch {
		return {};
	}
}

/** The two methods of Express that a node uses to answer by itself. */
function expressLike(response: ServerResponse) {
	return Object.assign(response, {
		status(code: number) {
			response.statusCode = code;
			return response;
		},
		json(body: unknown) {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(body));
			return response;
		},
	});
}
