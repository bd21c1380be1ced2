import {
	NodeApiError,
	NodeOperationError,
	sleep,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';

import { credentialError, readCredential } from '../../shared/credential';
import { CREDENTIAL_TYPE } from '../../shared/request';
import { InputError } from '../input/inputError';
import { Cancellation } from '../../shared/cancellation';
import { ItemRun, type RunContext } from './itemRun';
import { ItemWork } from './itemWork';
import type { ItemIdentity } from './key';
import { runInLanes, type Turn } from './lanes';
import { memoryOf, type RunMemory } from './memory';
import type { Item } from '../input/item';
import type { Operation, Plan } from './operation';
import { paceOf } from './pace';
import { ItemError } from './itemError';
import { readRequestOptions, type RequestOptions } from './requestOptions';

/** Items at work at any moment, and so connections: enough to hide the network, few enough not to flood a host. */
const MAX_ITEMS_AT_WORK = 24;

/** Items that are read without a break: some 50 ms of expressions, in which the process can do nothing else. */
const PLANNED_AT_A_TIME = 100;

/** The type under which n8n offers the node to agents ends like this. */
const TOOL_TYPE = /Tool$/;

/** What a run needs of n8n, whichever way n8n hands over the items. */
export type Host = Pick<
	IExecuteFunctions,
	| 'continueOnFail'
	| 'getContext'
	| 'getExecuteData'
	| 'getExecutionCancelSignal'
	| 'getExecutionId'
	| 'getInstanceId'
	| 'getNode'
	| 'getWorkflow'
	| 'getWorkflowDataProxy'
> & {
	getCredentials(type: string): Promise<ICredentialDataDecryptedObject>;
	readonly helpers: Pick<IExecuteFunctions['helpers'], 'httpRequestWithAuthentication'>;
};

/** The items that n8n hands over together, each made when it is asked for. */
export interface Items {
	readonly length: number;
	at(position: number): Item;
}

/** What ends the node, with On Error at Stop. */
interface Stop {
	position: number;
	problem: ItemError;
	/** Where n8n's own explanation is better than the problem's */
	cause?: Error;
}

/** One run of the node: its items carried out together, in order, paced, each paired with its input. */
export class Run {
	/** By position, of items that are fit to be sent, each until it is done with: a plan holds the message's text. */
	private readonly plans: Array<Plan | undefined>;

	/** By position. Items that were not begun have none. */
	private readonly outputs: Array<INodeExecutionData | undefined>;

	private stop: Stop | undefined;

	/** False while all items are checked. */
	private isSending = false;

	private succeeded = 0;

	private readonly canContinue: boolean;

	constructor(
		private readonly operation: Operation,
		private readonly host: Host,
		private readonly items: Items,
	) {
		this.canContinue = host.continueOnFail();
		this.plans = new Array(items.length);
		this.outputs = new Array(items.length);
	}

	/**
	 * Checks all items, then sends those that are fit to be sent. With On Error at Stop, items after a
	 * apiError are not begun.
	 *
	 * @returns the outputs in the order of the items
	 * @throws NodeApiError or NodeOperationError with On Error at Stop, once everything under way has ended
	 */
	async carryOut(): Promise<INodeExecutionData[]> {
		await this.planAndSend();
		if (this.stop) throw this.toNodeError(this.stop);
		return this.outputs.flatMap((output) => output ?? []);
	}

	private async planAndSend(): Promise<void> {
		const { host, items } = this;
		const credentialData = await host.getCredentials(CREDENTIAL_TYPE);
		const credential = readCredential(credentialData);
		const refusal = credentialError(credential);
		if (refusal) return this.refuseAll(new InputError(refusal));
		let requestOptions: RequestOptions;
		try {
			requestOptions = readRequestOptions(items.at(0).getNodeParameter('requestOptions', {}));
		} catch (error) {
			return this.refuseAll(error);
		}

		const cancellation = new Cancellation(host.getExecutionCancelSignal());
		await this.planAll(cancellation);
		if (this.stop) return;

		const node = host.getNode();
		const context: RunContext = {
			functions: host,
			credentialData,
			credential,
			pace: paceOf(credential),
			cancellation,
			executionId: host.getExecutionId() ?? '',
			isToolCall: isToolCall(host, node),
			host: requestOptions.host,
			timeoutMs: requestOptions.timeoutMs,
		};
		const workflowData = host.getWorkflowDataProxy(items.at(0).getItemIndex());
		const memory = memoryOf(host, workflowData);
		const identity = {
			instance: host.getInstanceId(),
			workflow: host.getWorkflow().id ?? '',
			execution: memory.execution,
			node: node.id,
			run: Number(workflowData.$runIndex ?? 0),
		};

		this.isSending = true;
		// All at once, unless the user wants pauses.
		const { size, pauseMs } = requestOptions.batches ?? { size: items.length, pauseMs: 0 };
		for (let start = 0; start < items.length && !this.stop; start += size) {
			if (start > 0) await cancellation.pause(pauseMs);
			await runInLanes(
				Math.min(size, items.length - start),
				(place) => this.plans[start + place]?.lane,
				MAX_ITEMS_AT_WORK,
				async (place, turn) => await this.work(start + place, context, turn, memory, identity),
				() => this.stop !== undefined,
			);
		}
		if (!this.mayRunAgain(node)) delete memory.rounds[identity.run];
	}

	/** True when n8n or a person may have the same items done once more, so that what was done must be remembered. */
	private mayRunAgain(node: INode): boolean {
		const isDone = this.succeeded === this.items.length;
		return !isDone && (!this.canContinue || node.retryOnFail === true);
	}

	private async planAll(cancellation: Cancellation): Promise<void> {
		for (let position = 0; position < this.items.length; position++) {
			if (position % PLANNED_AT_A_TIME === 0) await sleep(0);
			if (cancellation.isCancelled) return;
			try {
				const plan = this.operation.plan(this.items.at(position));
				this.plans[position] = plan instanceof Promise ? await plan : plan;
			} catch (error) {
				this.refuse(position, error);
				if (this.stop) return;
			}
		}
	}

	private refuseAll(cause: unknown): void {
		for (let position = 0; position < this.items.length; position++) this.refuse(position, cause);
	}

	/** An item that cannot be sent as it is. */
	private refuse(position: number, cause: unknown): void {
		const message = cause instanceof Error ? cause.message : String(cause);
		const description = `${this.canContinue ? '' : 'Nothing was sent. '}Correct the field and run it again.`;
		// An expression that failed has its own explanation, which n8n shows best.
		const ownCause = cause instanceof Error && !(cause instanceof InputError) ? cause : undefined;
		this.fail(position, new ItemError({ message, description }), ownCause);
	}

	private async work(
		position: number,
		context: RunContext,
		turn: Turn,
		memory: RunMemory,
		identity: Omit<ItemIdentity, 'item'>,
	): Promise<void> {
		const plan = this.plans[position];
		if (!plan) return;
		const index = this.indexOf(position);
		const itemRun = new ItemRun(
			context,
			turn,
			plan.lane ?? `item ${index}`,
			plan.retryLimits,
			plan.errorContext ?? {},
		);
		try {
			const { json, binary } = await new ItemWork(plan, itemRun, context, memory, {
				...identity,
				item: index,
			}).carryOut();
			this.succeeded++;
			const output: INodeExecutionData = { json, pairedItem: { item: index } };
			if (binary) output.binary = binary;
			this.outputs[position] = output;
		} catch (error) {
			this.fail(
				position,
				error instanceof ItemError
					? error
					: new ItemError({
							message: error instanceof Error ? error.message : String(error),
							description: 'This item was not finished.',
						}),
			);
		}
		// What is done with is let go: its output takes its place.
		this.plans[position] = undefined;
	}

	private fail(position: number, problem: ItemError, cause?: Error): void {
		if (this.canContinue) {
			const { message, description, details } = problem;
			const json = { error: message, message: `${message}. ${description}`, details };
			this.outputs[position] = { json, pairedItem: { item: this.indexOf(position) } };
		} else {
			this.stop ??= { position, problem, cause };
		}
	}

	/** What n8n shows of the apiError that ended the node. */
	private toNodeError({ position, problem, cause }: Stop): NodeApiError | NodeOperationError {
		const itemIndex = this.indexOf(position);
		const node = this.host.getNode();
		if (cause) return new NodeOperationError(node, cause, { itemIndex });
		const { message, details } = problem;
		const description = `${problem.description}${this.whatWasSent()}`;
		const httpCode = details.status ? String(details.status) : undefined;
		const error = new NodeApiError(node, { message, description } as JsonObject, {
			message,
			description,
			httpCode,
			itemIndex,
		});
		error.context.data = details;
		return error;
	}

	/** The reader wants to know what a second run would do. */
	private whatWasSent(): string {
		const { length } = this.items;
		if (!this.isSending || length === 1) return '';
		return this.succeeded === 0
			? ' No other item was finished before it.'
			: ` ${this.succeeded} of ${length} items were finished before the node stopped; Retry On Fail, or a retry of this execution, will not send them again.`;
	}

	/** The item's number among all that n8n handed over. */
	private indexOf(position: number): number {
		return this.items.at(position).getItemIndex();
	}
}

/** True when an AI agent calls the node: under the type that n8n makes for agents, or with the agent's own execution data. */
function isToolCall(host: Host, node: INode): boolean {
	return TOOL_TYPE.test(node.type) || host.getExecuteData().node.name !== node.name;
}
