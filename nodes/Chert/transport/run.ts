import {
	NodeApiError,
	NodeOperationError,
	type DeclarativeRestApiSettings,
	type IExecuteSingleFunctions,
	type INode,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';

import { credentialRefusal, readCredential } from '../../shared/credential';
import { CREDENTIAL_TYPE } from '../../shared/request';
import { InvalidInput } from '../input/invalidInput';
import { Cancellation } from '../../shared/cancellation';
import { ItemRun, type RunContext } from './itemRun';
import { ItemWork } from './itemWork';
import type { ItemIdentity } from './key';
import { runInLanes, type Turn } from './lanes';
import { memoryOf, type RunMemory } from './memory';
import type { Operation, Plan } from './operation';
import { paceOf } from './pace';
import { Problem } from './problem';

/** Items at work at any moment, and so connections: enough to hide the network, few enough not to flood a host. */
const MAX_ITEMS_AT_WORK = 16;

/** The type under which n8n offers the node to agents ends like this. */
const TOOL_TYPE = /Tool$/;

/** What n8n waits for at most when the user sets no timeout; ours is shorter. */
const ENGINE_TIMEOUT_MS = 300_000;

/** An item of a run. It ends with an output, or with the error that ends the node, or with neither when it was not begun. */
export interface Member {
	item: IExecuteSingleFunctions;
	index: number;
	plan?: Plan;
	output?: INodeExecutionData[];
	error?: NodeApiError | NodeOperationError;
}

/** The items of one run of the node, carried out together: in order, paced, each paired with its input. */
export class Run {
	private readonly members: Member[] = [];

	private firstFailure: { member: Member; problem: Problem } | undefined;

	private succeeded = 0;

	constructor(
		private readonly operation: Operation,
		private readonly options: DeclarativeRestApiSettings.HttpRequestOptions,
		/** True when other items of the node went before, in a batch or an earlier try. */
		private readonly isContinuation: boolean,
	) {}

	add(item: IExecuteSingleFunctions): Member {
		const member = { item, index: item.getItemIndex() };
		this.members.push(member);
		return member;
	}

	/**
	 * Checks all items, then sends those that are fit to be sent. With On Error at Stop, items after a
	 * failure are not begun: the engine looks at the first failure only.
	 */
	async carryOut(): Promise<void> {
		const [{ item: first }] = this.members;
		if (!this.isComplete(first)) return;

		const credentialData = await first.getCredentials(CREDENTIAL_TYPE);
		const credential = readCredential(credentialData);
		const refusal = credentialRefusal(credential);
		if (refusal) {
			this.members.forEach((member) => this.refuse(member, refusal));
			return;
		}

		await this.planAll();
		if (this.isStopped()) return;

		const { proxy, skipSslCertificateValidation, allowedDomains, timeout } = this.options;
		const node = first.getNode();
		const context: RunContext = {
			credentialData,
			credential,
			pace: paceOf(credential),
			cancellation: new Cancellation(first.getExecutionCancelSignal()),
			executionId: first.getExecutionId() ?? '',
			isToolCall: TOOL_TYPE.test(node.type) || isSubNode(first, node),
			host: { proxy, skipSslCertificateValidation: Boolean(skipSslCertificateValidation), allowedDomains },
			timeoutMs: timeout === ENGINE_TIMEOUT_MS ? undefined : timeout,
		};
		const workflowData = first.getWorkflowDataProxy(this.members[0].index);
		const memory = memoryOf(first, workflowData);
		const identity = {
			instance: first.getInstanceId(),
			workflow: first.getWorkflow().id ?? '',
			execution: memory.execution,
			node: node.id,
			run: Number(workflowData.$runIndex ?? 0),
		};

		const planned = this.members.filter((member) => member.plan);
		await runInLanes(
			planned.map(({ plan }) => plan?.lane),
			MAX_ITEMS_AT_WORK,
			async (position, turn) => {
				const member = planned[position];
				await this.work(member, context, turn, memory, { ...identity, item: member.index });
				// Bodies are let go as they are done with, so that only those at work take memory.
				member.plan = undefined;
			},
			() => this.isStopped(),
		);
		this.tellWhatWasSent();
		if (!this.mayRunAgain(first, node)) delete memory.rounds[identity.run];
	}

	/** True when a failure ends the node, so that nothing further is begun. */
	isStopped(): boolean {
		return this.firstFailure !== undefined && !this.members[0].item.continueOnFail();
	}

	/**
	 * False when the engine gave up while it prepared the items, because an expression failed: nobody
	 * waits for this run then, so nothing may be sent.
	 */
	private isComplete(first: IExecuteSingleFunctions): boolean {
		if (first.continueOnFail()) return true;
		const count = this.members[this.members.length - 1].index + 1;
		const size = batchSizeOf(first);
		return isHandedOver(first, count) || (size !== undefined && count % size === 0);
	}

	/** True when n8n or a person may have the same items done once more, so that what was done must be remembered. */
	private mayRunAgain(first: IExecuteSingleFunctions, node: INode): boolean {
		const isDone = this.succeeded === this.members.length;
		if (first.continueOnFail()) return !isDone && node.retryOnFail === true;
		return !isDone || batchSizeOf(first) !== undefined;
	}

	private async planAll(): Promise<void> {
		for (const member of this.members) {
			try {
				const plan = this.operation.plan(member.item);
				member.plan = plan instanceof Promise ? await plan : plan;
			} catch (error) {
				this.refuse(member, error instanceof Error ? error.message : String(error), error);
				if (this.isStopped()) return;
			}
		}
	}

	/** An item that cannot be sent as it is. */
	private refuse(member: Member, sentence: string, cause?: unknown): void {
		const { item, index } = member;
		const nothingSent = item.continueOnFail() || this.isContinuation ? '' : 'Nothing was sent. ';
		const description = `${nothingSent}Correct the field and run it again.`;
		if (cause === undefined || cause instanceof InvalidInput) {
			this.fail(member, new Problem({ message: sentence, description }));
		} else if (item.continueOnFail()) {
			this.fail(member, new Problem({ message: sentence, description }));
		} else {
			// An expression that failed has its own explanation, which n8n shows best.
			this.firstFailure ??= { member, problem: new Problem({ message: sentence, description }) };
			member.error = new NodeOperationError(item.getNode(), cause as Error, { itemIndex: index });
		}
	}

	private async work(
		member: Member,
		context: RunContext,
		turn: Turn,
		memory: RunMemory,
		identity: ItemIdentity,
	): Promise<void> {
		const { item, index, plan } = member;
		if (!plan) return;
		const lane = plan.lane ?? `item ${index}`;
		const itemRun = new ItemRun(item, context, turn, lane, plan.patience, plan.circumstances ?? {});
		try {
			const output = await new ItemWork(plan, itemRun, context, memory, identity).carryOut();
			this.succeeded++;
			member.output = [{ ...output, pairedItem: { item: index } }];
		} catch (error) {
			this.fail(member, error instanceof Problem ? error : new Problem({ message: error instanceof Error ? error.message : String(error), description: 'This item was not finished.' }));
		}
	}

	private fail(member: Member, problem: Problem): void {
		const { item, index } = member;
		this.firstFailure ??= { member, problem };
		if (item.continueOnFail()) {
			const { message, description, details } = problem;
			const json = { error: message, message: `${message}. ${description}`, details };
			member.output = [{ json, pairedItem: { item: index } }];
		} else {
			member.error = toNodeError(member, problem, problem.description);
		}
	}

	/** With On Error at Stop, the reader wants to know what a second run would do. */
	private tellWhatWasSent(): void {
		if (!this.isStopped() || !this.firstFailure || this.members.length === 1) return;
		const { member: failed, problem } = this.firstFailure;
		// The engine reports the failure with the lowest position; the reader needs the one that stopped the node.
		for (const member of this.members) member.error = undefined;
		const total = this.members.length;
		const sent =
			this.succeeded === 0
				? 'No other item was finished before it.'
				: `${this.succeeded} of ${total} items were finished before the node stopped; Retry On Fail, or a retry of this execution, will not send them again.`;
		failed.error = toNodeError(failed, problem, `${problem.description} ${sent}`);
	}
}

/** How many items n8n hands over at a time; undefined when it is all of them. */
function batchSizeOf(item: IExecuteSingleFunctions): number | undefined {
	const { batching } = item.getNodeParameter('requestOptions', {}) as {
		batching?: { batch?: { batchSize?: number; batchInterval?: number } };
	};
	const { batchSize = 0, batchInterval = 0 } = batching?.batch ?? {};
	return batchInterval > 0 ? Math.max(1, batchSize) : undefined;
}

/**
 * True when n8n has handed over all items of the node.
 *
 * @param count items handed over so far
 */
export function isHandedOver(item: IExecuteSingleFunctions, count: number): boolean {
	const node = item.getNode();
	const input = item.getExecuteData().data.main?.[0];
	// The items of an agent say nothing about those of its tool.
	if (!input || isSubNode(item, node)) return true;
	return count >= (node.executeOnce ? 1 : input.length);
}

/** True when the node works within another one, as a tool does for some kinds of agents: it has that one's execution data. */
function isSubNode(item: IExecuteSingleFunctions, node: INode): boolean {
	return item.getExecuteData().node.name !== node.name;
}

function toNodeError({ item, index: itemIndex }: Member, problem: Problem, description: string): NodeApiError {
	const { message, details } = problem;
	const httpCode = details.status ? String(details.status) : undefined;
	const error = new NodeApiError(item.getNode(), { message, description } as JsonObject, { message, description, httpCode, itemIndex });
	error.context.data = details;
	return error;
}
