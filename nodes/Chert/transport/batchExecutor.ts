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

import { Cancellation } from '../../shared/cancellation';
import { credentialError, readCredential, type ChertCredential } from '../../shared/credential';
import { CREDENTIAL_TYPE } from '../../shared/request';
import { InputError } from '../input/inputError';
import type { Item } from '../input/item';
import { ConcurrencyLimiter } from './concurrencyLimiter';
import type { ItemIdentity } from './idempotencyKey';
import { ItemError, toItemError } from './itemError';
import { ItemExecutor } from './itemExecutor';
import { MessageStore } from './messageStore';
import type { Operation, Plan } from './operation';
import { runOrdered } from './orderedQueue';
import { addIds, toOutputItem } from './output';
import { rateLimiterOf } from './rateLimiter';
import { readRequestOptions, type RequestOptions } from './requestOptions';
import { RequestSender, type BatchContext } from './requestSender';

/**
 * For one run of the node: enough to hide the network's latency, few enough not to flood a server. n8n opens a
 * connection for each request.
 */
const MAX_CONCURRENT_REQUESTS = 24;

/** Items that are read without a break: some 50 ms of expressions, in which the process can do nothing else. */
const ITEMS_READ_AT_ONCE = 100;

/** The type under which n8n offers the node to agents ends like this. */
const TOOL_TYPE = /Tool$/;

/** What the executor needs of n8n, however n8n passes the items. */
export type NodeFunctions = Pick<
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
	addExecutionHints?: IExecuteFunctions['addExecutionHints'];
	readonly helpers: Pick<IExecuteFunctions['helpers'], 'httpRequestWithAuthentication'>;
};

/** The items of a batch, each created when it is read. */
export interface Items {
	readonly length: number;
	at(position: number): Item;
}

/** The error that ends the node, with On Error set to Stop. */
interface StopReason {
	position: number;
	error: ItemError;
	orderingKey?: string;
	/** Where n8n's own explanation is better than ours */
	cause?: Error;
}

/**
 * Executes an operation for all items of one run of the node: checked first, sent in order, each paired with its input.
 */
export class BatchExecutor {
	/** By position, of items that can be sent, each until it is finished: a plan holds the message's text. */
	private readonly plans: Array<Plan | undefined>;

	/** By position. Items that were not started have none. */
	private readonly outputs: Array<INodeExecutionData | INodeExecutionData[] | undefined>;

	private readonly hints = new Set<string>();

	private stopReason: StopReason | undefined;

	/** False while all items are checked. */
	private isSending = false;

	private succeeded = 0;

	private readonly continuesOnFail: boolean;

	constructor(
		private readonly operation: Operation,
		private readonly functions: NodeFunctions,
		private readonly items: Items,
	) {
		this.continuesOnFail = functions.continueOnFail();
		this.plans = new Array(items.length);
		this.outputs = new Array(items.length);
	}

	/**
	 * Checks all items, then sends those that can be sent. With On Error set to Stop, no item starts after one has
	 * failed.
	 *
	 * @returns the outputs in the order of the items
	 * @throws NodeApiError or NodeOperationError with On Error set to Stop, when everything under way has ended
	 */
	async execute(): Promise<INodeExecutionData[]> {
		await this.checkAndSend();
		if (this.stopReason) throw this.toNodeError(this.stopReason);
		const hints = [...this.hints].map((message) => ({ message, location: 'outputPane' as const }));
		if (hints.length > 0) this.functions.addExecutionHints?.(...hints);
		return this.outputs.flatMap((output) => output ?? []);
	}

	private async checkAndSend(): Promise<void> {
		const { functions, items } = this;
		const credentialData = await functions.getCredentials(CREDENTIAL_TYPE);
		const credential = readCredential(credentialData);
		const message = credentialError(credential);
		if (message) return this.rejectAll(new InputError(message));
		let requestOptions: RequestOptions;
		try {
			requestOptions = readRequestOptions(items.at(0).getNodeParameter('requestOptions', {}));
		} catch (error) {
			return this.rejectAll(error);
		}

		const cancellation = new Cancellation(functions.getExecutionCancelSignal());
		await this.readAll(cancellation);
		if (this.stopReason) return;

		const context = this.createContext(credentialData, credential, requestOptions, cancellation);
		const proxy = functions.getWorkflowDataProxy(items.at(0).getItemIndex());
		const store = new MessageStore(functions, proxy);
		const run = Number(proxy.$runIndex ?? 0);

		this.isSending = true;
		// All at once, unless the user wants pauses.
		const { size, pauseMs } = requestOptions.batches ?? { size: items.length, pauseMs: 0 };
		for (let start = 0; start < items.length && !this.stopReason; start += size) {
			if (start > 0) await cancellation.wait(pauseMs);
			await this.sendBatch(start, Math.min(size, items.length - start), context, store, run);
		}
		if (!this.mayRunAgain()) store.removeRun(run);
	}

	private createContext(
		credentialData: ICredentialDataDecryptedObject,
		credential: ChertCredential,
		{ connection, timeoutMs }: RequestOptions,
		cancellation: Cancellation,
	): BatchContext {
		const { functions } = this;
		return {
			functions,
			credentialData,
			credential,
			rateLimiter: rateLimiterOf(credential),
			concurrencyLimiter: new ConcurrencyLimiter(MAX_CONCURRENT_REQUESTS),
			cancellation,
			executionId: functions.getExecutionId() ?? '',
			isToolCall: isToolCall(functions, functions.getNode()),
			connection,
			timeoutMs,
		};
	}

	private async sendBatch(
		start: number,
		count: number,
		context: BatchContext,
		store: MessageStore,
		run: number,
	): Promise<void> {
		const { functions } = this;
		const identity = {
			instance: functions.getInstanceId(),
			workflow: functions.getWorkflow().id ?? '',
			execution: store.execution,
			node: functions.getNode().id,
			run,
		};
		await runOrdered({
			count,
			keyOf: (index) => this.plans[start + index]?.orderingKey,
			work: async (index) => await this.executeItem(start + index, context, store, identity),
			whenFree: async () => await context.concurrencyLimiter.whenFree(),
			isStopped: () => this.stopReason !== undefined,
		});
	}

	/** True when n8n or a person may run the same items again, so that what was sent must be kept. */
	private mayRunAgain(): boolean {
		const isDone = this.succeeded === this.items.length;
		return !isDone && (!this.continuesOnFail || this.functions.getNode().retryOnFail === true);
	}

	private async readAll(cancellation: Cancellation): Promise<void> {
		for (let position = 0; position < this.items.length; position++) {
			if (position % ITEMS_READ_AT_ONCE === 0) await sleep(0);
			if (cancellation.isCanceled) return;
			try {
				const plan = this.operation.plan(this.items.at(position));
				this.plans[position] = plan instanceof Promise ? await plan : plan;
			} catch (error) {
				this.reject(position, error);
				if (this.stopReason) return;
			}
		}
	}

	private rejectAll(cause: unknown): void {
		for (let position = 0; position < this.items.length; position++) this.reject(position, cause);
	}

	/** Records an item that cannot be sent as it is. */
	private reject(position: number, cause: unknown): void {
		if (cause instanceof ItemError) {
			this.fail(position, cause);
			return;
		}
		const message = cause instanceof Error ? cause.message : String(cause);
		const description = `${this.continuesOnFail ? '' : 'Nothing was sent. '}Correct the field and run it again.`;
		// n8n describes an expression that failed best.
		const ownCause = cause instanceof Error && !(cause instanceof InputError) ? cause : undefined;
		this.fail(position, new ItemError({ message, description }), undefined, ownCause);
	}

	private async executeItem(
		position: number,
		context: BatchContext,
		store: MessageStore,
		identity: Omit<ItemIdentity, 'item'>,
	): Promise<void> {
		const plan = this.plans[position];
		if (!plan) return;
		const item = this.indexOf(position);
		const input = this.items.at(position).getInputData();
		const { orderingKey, given, includeInputFields = false } = plan;
		const sender = new RequestSender(context, plan);
		const addHint = (message: string) => void this.hints.add(message);
		try {
			const output = await new ItemExecutor({
				plan,
				input,
				identity: { ...identity, item },
				sender,
				context,
				store,
				addHint,
			}).execute();
			const outputItems = [output].flat().map((entry) => {
				addIds(entry.json, given);
				return toOutputItem(entry, input, item, includeInputFields);
			});
			this.succeeded++;
			this.outputs[position] = Array.isArray(output) ? outputItems : outputItems[0];
		} catch (error) {
			this.fail(position, toItemError(error), orderingKey);
		}
		// Only the output is needed from now on.
		this.plans[position] = undefined;
	}

	private fail(position: number, error: ItemError, orderingKey?: string, cause?: Error): void {
		if (!this.continuesOnFail) {
			this.stopReason ??= { position, error, orderingKey, cause };
			return;
		}
		const { message, description, details } = error;
		const json = { error: message, message: `${message}. ${description}`, details };
		this.outputs[position] = { json, pairedItem: { item: this.indexOf(position) } };
	}

	/** What n8n shows of the error that ended the node. */
	private toNodeError(reason: StopReason): NodeApiError | NodeOperationError {
		const itemIndex = this.indexOf(reason.position);
		const node = this.functions.getNode();
		if (reason.cause) return new NodeOperationError(node, reason.cause, { itemIndex });
		const { message, details } = reason.error;
		const description = `${this.rowLabel(reason)}${reason.error.description}${this.batchSummary()}`;
		const httpCode = details.status ? String(details.status) : undefined;
		const errorMessage = { message, description } as JsonObject;
		const error = new NodeApiError(node, errorMessage, {
			message,
			description,
			httpCode,
			itemIndex,
		});
		error.context.data = details;
		return error;
	}

	/** n8n itself counts items from 0; people count rows from 1. */
	private rowLabel({ position, orderingKey }: StopReason): string {
		const { length } = this.items;
		if (length === 1) return '';
		return `Row ${position + 1} of ${length}${orderingKey === undefined ? '' : ` (${orderingKey})`}: `;
	}

	/** What another execution would do. */
	private batchSummary(): string {
		const { length } = this.items;
		if (length === 1) return '';
		const others =
			' To send the other items, set On Error to Continue in the settings of this node.';
		if (!this.isSending) return others;
		return this.succeeded === 0
			? ` No other item was finished before it.${others}`
			: ` ${this.succeeded} of ${length} items were finished before the node stopped; Retry On Fail, or a retry of this execution, will not send them again.${others}`;
	}

	/** The item's number among all that n8n handed over, from 0. */
	private indexOf(position: number): number {
		return this.items.at(position).getItemIndex();
	}
}

/**
 * True when an AI agent calls the node: under the type that n8n makes for agents, or with the agent's execution data.
 */
function isToolCall(functions: NodeFunctions, node: INode): boolean {
	return TOOL_TYPE.test(node.type) || functions.getExecuteData().node.name !== node.name;
}
