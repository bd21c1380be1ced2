import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import {
	additionalDataFor,
	hasChanged,
	newId,
	NODE,
	prepareEngine,
	runWorkflow,
	storedStaticData,
	triggerWorkflow,
} from './triggerWorkflow';

import { TriggerContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeExecutionData,
	INodeType,
	IRun,
	ITriggerResponse,
	Workflow,
	WorkflowActivateMode,
} from 'n8n-workflow';

import { ChertStreamTrigger } from '../../nodes/ChertStreamTrigger/ChertStreamTrigger.node.ts';

const trigger = new ChertStreamTrigger();

/** One Chert Stream Trigger in one workflow on n8n's engine: starts, emits and stores as n8n does. */
export class StreamHost {
	/** What the workflow's next node got, in the order of the runs' ends. */
	readonly items: INodeExecutionData[] = [];
	/** Runs that were started, those of repeats included. */
	runs = 0;
	readonly failedExecutions: Error[] = [];
	/** What n8n has in its database. */
	staticData: IDataObject = {};
	/** As many runs cannot be stored, as when the database is away. */
	failuresToStore = 0;

	private readonly workflowId = newId();
	private readonly running = new Set<Promise<unknown>>();
	/** Ends the running executions. */
	private readonly cancels = new Set<() => void>();
	private response: ITriggerResponse | undefined;
	private generation = 0;

	constructor(
		private readonly credential: ICredentialDataDecryptedObject,
		public parameters: IDataObject = { events: ['*'] },
	) {}

	/** Starts reading, as on activation, or as on a restart with `init`. */
	async activate(activation: WorkflowActivateMode = 'activate'): Promise<void> {
		await prepareEngine();
		const generation = ++this.generation;
		const workflow = this.workflow();
		const additionalData = additionalDataFor(workflow, 'trigger', {
			credential: this.credential,
			base: 'http://localhost',
		});
		const saveStaticData = () => {
			if (!hasChanged(workflow)) return;
			this.staticData = storedStaticData(workflow);
			workflow.staticData.__dataChanged = false;
		};
		const emit = (
			data: INodeExecutionData[][],
			_answer?: unknown,
			done?: { resolve(run: IRun): void; reject(error: Error): void },
		) => {
			// A process that was killed stores nothing more.
			if (generation !== this.generation) return;
			saveStaticData();
			const work = this.run(data)
				.then(
					(run) => done?.resolve(run),
					(error: Error) => done?.reject(error),
				)
				.finally(() => this.running.delete(work));
			this.running.add(work);
		};
		const fail = (error: Error) => void this.failedExecutions.push(error);
		const context = new TriggerContext(
			workflow,
			workflow.getNode(NODE)!,
			additionalData,
			'trigger',
			activation,
			emit as never,
			fail,
			fail,
		);
		this.response = await trigger.trigger.call(context);
		saveStaticData();
	}

	async deactivate(): Promise<void> {
		await this.response?.closeFunction?.();
		this.response = undefined;
	}

	/**
	 * Ends the process: nothing more is read or stored, and only what was stored is left.
	 *
	 * @param cutOff whether running executions end in the middle
	 */
	async kill({ cutOff = false } = {}): Promise<void> {
		this.generation++;
		await this.deactivate();
		if (cutOff) this.cancels.forEach((cancel) => cancel());
	}

	/** Resolves when all runs that were started have ended. */
	async idle(): Promise<void> {
		while (this.running.size > 0) await Promise.all(this.running);
	}

	/** Executes the node in the editor; resolves with the first event, or when it is cancelled. */
	async tryOut(onStart?: (cancel: () => void) => void): Promise<INodeExecutionData[]> {
		await prepareEngine();
		return (
			await runWorkflow(this.workflow(), [[{ json: {} }]], 'manual', this.credential, onStart)
		).items;
	}

	private async run(data: INodeExecutionData[][]): Promise<IRun> {
		if (this.failuresToStore > 0) {
			this.failuresToStore--;
			throw new Error('SQLITE_BUSY: database is locked');
		}
		this.runs++;
		const workflow = this.workflow();
		let end: (() => void) | undefined;
		const { run, items } = await runWorkflow(
			workflow,
			data,
			'trigger',
			this.credential,
			(cancel) => void this.cancels.add((end = cancel)),
		);
		if (end) this.cancels.delete(end);
		if (hasChanged(workflow)) this.staticData = storedStaticData(workflow);
		this.items.push(...items);
		return run;
	}

	private workflow(): Workflow {
		return triggerWorkflow(trigger as unknown as INodeType, {
			id: this.workflowId,
			parameters: this.parameters,
			isActive: true,
			staticData: this.staticData,
		});
	}
}

/** A bad line between two programs: passes bytes on and can be cut. */
export class BadLine {
	private readonly sockets = new Set<Socket>();

	private constructor(private readonly server: Server) {}

	/** @param target `http://host:port` */
	static async to(target: string): Promise<BadLine> {
		const { hostname, port } = new URL(target);
		const server = createServer((client) => {
			const upstream = connect(Number(port), hostname);
			for (const socket of [client, upstream]) {
				line.sockets.add(socket);
				// A cut is what this is for; the other side notices by the close.
				socket.on('error', () => undefined);
				socket.on('close', () => {
					line.sockets.delete(socket);
					client.destroy();
					upstream.destroy();
				});
			}
			client.pipe(upstream).pipe(client);
		});
		const line = new BadLine(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return line;
	}

	get origin(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** Cuts every connection in the middle of whatever it carries. */
	cut(): void {
		this.sockets.forEach((socket) => socket.destroy());
	}

	async close(): Promise<void> {
		this.cut();
		await new Promise((resolve) => this.server.close(resolve));
	}
}
