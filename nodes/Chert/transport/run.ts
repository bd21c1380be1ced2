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

import { credentialRefusal, readCredential } from '../../shared/credential';
import { CREDENTIAL_TYPE } from '../../shared/request';
import { InvalidInput } from '../input/invalidInput';
import { Cancellation } from '../../shared/cancellation';
import { ItemRun, type RunContext } from './itemRun';
import { ItemWork } from './itemWork';
import type { ItemIdentity } from './key';
import { runInLanes, type Turn } from './lanes';
import { memoryOf, type RunMemory } from './memory';
import type { Item } from './item';
import type { Operation, Plan } from './operation';
import { paceOf } from './pace';
import { Problem } from './problem';
import { allowedDomainsOf, readRequestOptions, type RequestOptions } from './requestOptions';

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

/** An item of a run. It ends with an output, or with the error that ends the node, or with neither when it was not begun. */
export interface Member {
	item: Item;
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

	private readonly canContinue: boolean;

	constructor(
		private readonly operation: Operation,
		private readonly host: Host,
	) {
		this.canContinue = host.continueOnFail();
	}

	add(item: Item): Member {
		const member = { item, index: item.getItemIndex() };
		this.members.push(member);
		return member;
	}

	/**
	 * Checks all items, then sends those that are fit to be sent. With On Error at Stop, items after a
	 * failure are not begun: the engine looks at the first failure only.
	 */
	async carryOut(): Promise<void> {
		const { host } = this;
		const [first] = this.members;
		const credentialData = await host.getCredentials(CREDENTIAL_TYPE);
		const credential = readCredential(credentialData);
		const refusal = credentialRefusal(credential);
		if (refusal) {
			this.members.forEach((member) => this.refuse(member, new InvalidInput(refusal)));
			return;
		}
		let requestOptions: RequestOptions;
		try {
			requestOptions = readRequestOptions(first.item.getNodeParameter('requestOptions', {}));
		} catch (error) {
			this.members.forEach((member) => this.refuse(member, error));
			return;
		}

		const cancellation = new Cancellation(host.getExecutionCancelSignal());
		await this.planAll(cancellation);
		if (this.isStopped()) return;

		const node = host.getNode();
		const context: RunContext = {
			functions: host,
			credentialData,
			credential,
			pace: paceOf(credential),
			cancellation,
			executionId: host.getExecutionId() ?? '',
			isToolCall: isToolCall(host, node),
			host: { ...requestOptions.host, allowedDomains: allowedDomainsOf(credentialData) },
			timeoutMs: requestOptions.timeoutMs,
		};
		const workflowData = host.getWorkflowDataProxy(first.index);
		const memory = memoryOf(host, workflowData);
		const identity = {
			instance: host.getInstanceId(),
			workflow: host.getWorkflow().id ?? '',
			execution: memory.execution,
			node: node.id,
			run: Number(workflowData.$runIndex ?? 0),
		};

		const planned = this.members.filter((member) => member.plan);
		await this.inBatches(planned, requestOptions, cancellation, async (batch) => {
			await runInLanes(
				batch.map(({ plan }) => plan?.lane),
				MAX_ITEMS_AT_WORK,
				async (position, turn) => {
					const member = batch[position];
					await this.work(member, context, turn, memory, { ...identity, item: member.index });
					// Bodies are let go as they are done with, so that only those at work take memory.
					member.plan = undefined;
				},
				() => this.isStopped(),
			);
		});
		this.tellWhatWasSent();
		if (!this.mayRunAgain(node)) delete memory.rounds[identity.run];
	}

	/** One after the other, with the pauses that the user wants. */
	private async inBatches(
		members: Member[],
		{ batches }: RequestOptions,
		cancellation: Cancellation,
		work: (batch: Member[]) => Promise<void>,
	): Promise<void> {
		const { size, pauseMs } = batches ?? { size: members.length, pauseMs: 0 };
		for (let start = 0; start < members.length && !this.isStopped(); start += size) {
			if (start > 0) await cancellation.pause(pauseMs);
			await work(members.slice(start, start + size));
		}
	}

	/** True when a failure ends the node, so that nothing further is begun. */
	private isStopped(): boolean {
		return this.firstFailure !== undefined && !this.canContinue;
	}

	/** True when n8n or a person may have the same items done once more, so that what was done must be remembered. */
	private mayRunAgain(node: INode): boolean {
		const isDone = this.succeeded === this.members.length;
		return !isDone && (!this.canContinue || node.retryOnFail === true);
	}

	private async planAll(cancellation: Cancellation): Promise<void> {
		for (const [position, member] of this.members.entries()) {
			if (position % PLANNED_AT_A_TIME === 0) await sleep(0);
			if (cancellation.isCancelled) return;
			try {
				const plan = this.operation.plan(member.item);
				member.plan = plan instanceof Promise ? await plan : plan;
			} catch (error) {
				this.refuse(member, error);
				if (this.isStopped()) return;
			}
		}
	}

	/** An item that cannot be sent as it is. */
	private refuse(member: Member, cause: unknown): void {
		const message = cause instanceof Error ? cause.message : String(cause);
		const description = `${this.canContinue ? '' : 'Nothing was sent. '}Correct the field and run it again.`;
		const problem = new Problem({ message, description });
		if (cause instanceof InvalidInput || this.canContinue) {
			this.fail(member, problem);
		} else {
			// An expression that failed has its own explanation, which n8n shows best.
			this.firstFailure ??= { member, problem };
			member.error = new NodeOperationError(this.host.getNode(), cause as Error, { itemIndex: member.index });
		}
	}

	private async work(
		member: Member,
		context: RunContext,
		turn: Turn,
		memory: RunMemory,
		identity: ItemIdentity,
	): Promise<void> {
		const { index, plan } = member;
		if (!plan) return;
		const lane = plan.lane ?? `item ${index}`;
		const itemRun = new ItemRun(context, turn, lane, plan.patience, plan.circumstances ?? {});
		try {
			const output = await new ItemWork(plan, itemRun, context, memory, identity).carryOut();
			this.succeeded++;
			member.output = [{ ...output, pairedItem: { item: index } }];
		} catch (error) {
			this.fail(member, error instanceof Problem ? error : new Problem({ message: error instanceof Error ? error.message : String(error), description: 'This item was not finished.' }));
		}
	}

	private fail(member: Member, problem: Problem): void {
		const { index } = member;
		this.firstFailure ??= { member, problem };
		if (this.canContinue) {
			const { message, description, details } = problem;
			const json = { error: message, message: `${message}. ${description}`, details };
			member.output = [{ json, pairedItem: { item: index } }];
		} else {
			member.error = this.toNodeError(member, problem, problem.description);
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
		failed.error = this.toNodeError(failed, problem, `${problem.description} ${sent}`);
	}

	private toNodeError({ index: itemIndex }: Member, { message, details }: Problem, description: string): NodeApiError {
		const httpCode = details.status ? String(details.status) : undefined;
		const error = new NodeApiError(this.host.getNode(), { message, description } as JsonObject, { message, description, httpCode, itemIndex });
		error.context.data = details;
		return error;
	}
}

/** True when an AI agent calls the node: under the type that n8n makes for agents, or with the agent's own execution data. */
function isToolCall(host: Host, node: INode): boolean {
	return TOOL_TYPE.test(node.type) || host.getExecuteData().node.name !== node.name;
}
