import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
	additionalDataFor,
	forgetEvents,
	hasChanged,
	newId,
	NODE,
	prepareEngine,
	runWorkflow,
	storedStaticData,
	triggerWorkflow,
} from './triggerWorkflow';

import { HookContext, WebhookContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeExecutionData,
	INodeType,
	IRun,
	IWebhookData,
	Workflow,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { ChertTrigger } from '../../nodes/ChertTrigger/ChertTrigger.node.ts';
import type * as ChertTriggerModule from '../../nodes/ChertTrigger/ChertTrigger.node.ts';

/** Production and test URL of one trigger: n8n keeps apart what the node stores for each. */
export type UrlKind = 'production' | 'test';

export interface TriggerOptions {
	credential: ICredentialDataDecryptedObject;
	parameters?: IDataObject;
	/** A second n8n. */
	instanceId?: string;
}

/** The result of one request to the webhook URL. */
export interface Call {
	status: number;
	/** What the run was started with; undefined when none was. */
	input?: INodeExecutionData[][];
	run?: IRun;
	/** items that go on to the workflow's next node */
	items: INodeExecutionData[];
}

/** The node as a new process of n8n loads it, with nothing in its memory. */
async function loadTrigger(): Promise<ChertTrigger> {
	let loaded: typeof ChertTriggerModule | undefined;
	await jest.isolateModulesAsync(async () => {
		loaded = await import('../../nodes/ChertTrigger/ChertTrigger.node.ts');
	});
	return new loaded!.ChertTrigger();
}

/**
 * One Chert Trigger in one workflow on n8n's engine, with a receiver on a real socket: registers, receives and runs as
 * n8n does (`webhook.service.ts`, `webhook-helpers.ts` of n8n), so that nothing but n8n's database is stood in for.
 */
export class TriggerHost {
	readonly calls: Call[] = [];
	/** What n8n would have in its database, and for the test URL in its cache. */
	readonly staticData: Record<UrlKind, IDataObject> = { production: {}, test: {} };
	/** Responds to as many requests with this status before the node sees them, as a failing proxy does. */
	outage: { status: number; times: number } = { status: 503, times: 0 };

	private readonly running = new Set<Promise<void>>();
	/** Ends the running executions. */
	private readonly cancels = new Set<() => void>();
	private readonly workflowId = newId();
	private publicBase: string | undefined;
	/** Requests go to the processes in turn; the first one is the main process. */
	private processes = [new ChertTrigger()];
	private requests = 0;

	private constructor(
		private readonly server: Server,
		private readonly options: TriggerOptions,
	) {}

	static async start(options: TriggerOptions): Promise<TriggerHost> {
		await prepareEngine();
		const server = createServer((request, response) => void host.take(request, response));
		const host = new TriggerHost(server, options);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return host;
	}

	/** Ends all processes of n8n and starts new ones; subscriptions and static data stay. */
	async restart({ processes = 1 } = {}): Promise<void> {
		await this.idle();
		this.processes = [];
		// jest isolates one after the other.
		while (this.processes.length < processes) this.processes.push(await loadTrigger());
	}

	/** n8n's memory of processed events loses its oldest entries; here all. */
	forgetEvents(): void {
		forgetEvents(this.workflowId);
	}

	/** Kills all processes of n8n in the middle of their executions, and starts new ones. */
	async kill({ processes = 1 } = {}): Promise<void> {
		this.cancels.forEach((cancel) => cancel());
		await this.restart({ processes });
	}

	url(kind: UrlKind = 'production'): string {
		return `${this.base}/${kind === 'test' ? 'webhook-test' : 'webhook'}/${this.workflowId}/webhook`;
	}

	/** What the node keeps of its subscription. */
	record(kind: UrlKind = 'production'): IDataObject {
		return (this.staticData[kind][`node:${NODE}`] as IDataObject)?.subscription as IDataObject;
	}

	/** Registers as n8n does on activation, or when it begins to listen for a test event. */
	async activate(
		kind: UrlKind = 'production',
		parameters?: IDataObject,
		activation: WorkflowActivateMode = kind === 'test' ? 'manual' : 'activate',
	): Promise<void> {
		if (parameters) this.options.parameters = parameters;
		const register = async (context: HookContext) => {
			const { checkExists, create } = this.main.webhookMethods.default;
			if (!(await checkExists.call(context))) await create.call(context);
		};
		await this.hook(kind, kind === 'test' ? 'manual' : 'trigger', activation, register);
	}

	async deactivate(kind: UrlKind = 'production'): Promise<void> {
		await this.hook(
			kind,
			'internal',
			'update',
			async (context) => void (await this.main.webhookMethods.default.delete.call(context)),
		);
	}

	/** Another address from now on, as after a change of WEBHOOK_URL. */
	moveTo(publicBase: string): void {
		this.publicBase = publicBase;
	}

	/** Resolves when all runs that were started have ended. */
	async idle(): Promise<void> {
		while (this.running.size > 0) await Promise.all(this.running);
	}

	async close(): Promise<void> {
		await this.idle();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** Runs a stored delivery again, as a person does who retries the execution. */
	async retry({ input }: Call): Promise<Call> {
		return {
			status: 200,
			input,
			...(await runWorkflow(this.workflow('production'), input!, 'retry', this.options.credential)),
		};
	}

	private get main(): ChertTrigger {
		return this.processes[0];
	}

	private get base(): string {
		return this.publicBase ?? `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const rawBody = await readAll(request);
		if (this.outage.times > 0) {
			this.outage.times--;
			response.writeHead(this.outage.status).end();
			return;
		}
		const kind: UrlKind = request.url?.startsWith('/webhook-test/') ? 'test' : 'production';
		const process = this.processes[this.requests++ % this.processes.length];
		const { status, input } = await this.receive(process, kind, request, response, rawBody);
		// The response follows once the run is stored, before it has done anything (`responseMode: 'onReceived'`).
		if (!response.writableEnded) response.writeHead(status).end();
		const work = this.run(process, kind, status, input).finally(() => this.running.delete(work));
		this.running.add(work);
	}

	private async receive(
		process: ChertTrigger,
		kind: UrlKind,
		request: IncomingMessage,
		response: ServerResponse,
		rawBody: Buffer,
	): Promise<Pick<Call, 'status' | 'input'>> {
		const mode: WorkflowExecuteMode = kind === 'test' ? 'manual' : 'webhook';
		const workflow = this.workflow(kind, process);
		const additionalData = additionalDataFor(workflow, mode, { ...this.options, base: this.base });
		additionalData.httpRequest = Object.assign(request, {
			rawBody,
			body: parse(rawBody),
			readRawBody: async () => undefined,
		}) as never;
		additionalData.httpResponse = expressLike(response) as never;
		const context = new WebhookContext(
			workflow,
			workflow.getNode(NODE)!,
			additionalData,
			mode,
			this.webhookData(kind),
			[],
			null,
		);
		const result = await process.webhook.call(context as never);
		const isSaved = result.noWebhookResponse === true || result.workflowData === undefined;
		if (isSaved && hasChanged(workflow)) this.staticData[kind] = storedStaticData(workflow);
		return {
			status: result.noWebhookResponse ? response.statusCode : 200,
			input: result.workflowData,
		};
	}

	private async run(
		process: ChertTrigger,
		kind: UrlKind,
		status: number,
		input: Call['input'],
	): Promise<void> {
		if (input === undefined) {
			this.calls.push({ status, items: [] });
			return;
		}
		const mode: WorkflowExecuteMode = kind === 'test' ? 'manual' : 'webhook';
		const workflow = this.workflow(kind, process);
		let end: (() => void) | undefined;
		const result = await runWorkflow(workflow, input, mode, this.options.credential, (cancel) => {
			this.cancels.add((end = cancel));
		});
		if (end) this.cancels.delete(end);
		if (hasChanged(workflow)) this.staticData[kind] = storedStaticData(workflow);
		this.calls.push({ status, input, ...result });
	}

	private async hook(
		kind: UrlKind,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
		work: (context: HookContext) => Promise<void>,
	): Promise<void> {
		const workflow = this.workflow(kind);
		const additionalData = additionalDataFor(workflow, mode, { ...this.options, base: this.base });
		const context = new HookContext(
			workflow,
			workflow.getNode(NODE)!,
			additionalData,
			mode,
			activation,
			this.webhookData(kind),
		);
		const { instanceId } = this.options;
		if (instanceId) Object.assign(context, { instanceSettings: { instanceId } });
		try {
			await work(context);
		} finally {
			this.staticData[kind] = storedStaticData(workflow);
		}
	}

	private workflow(kind: UrlKind, process = this.main): Workflow {
		return triggerWorkflow(process as unknown as INodeType, {
			id: this.workflowId,
			webhookId: this.workflowId,
			parameters: this.options.parameters ?? {},
			isActive: kind === 'production',
			staticData: this.staticData[kind],
		});
	}

	private webhookData(kind: UrlKind): IWebhookData {
		return {
			httpMethod: 'POST',
			node: NODE,
			path: `${this.workflowId}/webhook`,
			workflowId: this.workflowId,
			webhookDescription: this.main.description.webhooks![0],
			isTest: kind === 'test',
		} as unknown as IWebhookData;
	}
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** n8n parses before the node sees the call, and responds with 422 itself where it cannot. */
function parse(rawBody: Buffer): unknown {
	try {
		return JSON.parse(rawBody.toString('utf8'));
	} catch {
		return {};
	}
}

/** The two methods of Express that a node uses to respond itself. */
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
