import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteFunctions, IWorkflowDataProxyData } from 'n8n-workflow';

import type { ErrorMessage } from '../../shared/errorMessages';
import type { UploadedFile } from './operation';

/** Where an item stands among the items of an execution. */
export interface ItemPosition {
	/** Run of the node in a loop, from 0 */
	run: number;
	/** Position among the input items, from 0 */
	item: number;
}

/** A message with an unknown outcome: its attempt failed, but Chert may have sent it. */
export interface UnknownMessage extends ItemPosition {
	/** The recipient, chat or message that it goes to */
	target: string;
	/** Digest of the request's content */
	content: string;
	/** True for a call of an AI agent: all calls have the same position, so only the content tells them apart */
	isToolCall?: boolean;
	/** The idempotency key of the attempt; absent where Chert takes none */
	key?: string;
	/** Of a request without a key: the error for a repetition in the same execution */
	error?: { executionId: string; errorMessage: ErrorMessage; details: IDataObject };
}

/** What the store keeps in the node's context. n8n turns it into JSON. */
interface StoredState {
	/** Names the execution in which this work began */
	execution: string;
	/** By run: targets and outputs of the sent messages, both by item */
	sent: Record<number, { targets: Array<string | null>; outputs: Array<IDataObject | null> }>;
	unknown: UnknownMessage[];
	/** By run, item and position of the file */
	uploads: Record<string, { fingerprint: string; file: UploadedFile }>;
}

type ContextOwner = Pick<IExecuteFunctions, 'getContext' | 'getExecutionId'>;

/**
 * The messages of one node in one execution: which were sent, and which have an unknown outcome and so keep their
 * idempotency key. n8n keeps the node's context through Retry On Fail, through a loop, and through a person's retry of
 * the failed execution, which has another execution ID.
 */
export class MessageStore {
	private readonly state: StoredState;

	/** The messages with an unknown outcome, by item and by target and content */
	private readonly unknownByItem = new Map<string, UnknownMessage>();

	private readonly unknownByContent = new Map<string, UnknownMessage[]>();

	private readonly unknownByKey = new Map<string, UnknownMessage>();

	/** @param proxy the first item's view of its workflow */
	constructor(owner: ContextOwner, proxy: IWorkflowDataProxyData) {
		const context = owner.getContext('node') as { chert?: StoredState };
		// An execution that is not saved has no ID, and cannot be retried either.
		const begin = () => resumeToken(proxy) || owner.getExecutionId() || randomUUID();
		context.chert ??= { execution: begin(), sent: {}, unknown: [], uploads: {} };
		this.state = context.chert;
		this.state.unknown.forEach((message) => this.index(message));
	}

	/** The execution in which the work of this node began; a retry keeps the first one's. */
	get execution(): string {
		return this.state.execution;
	}

	/** The output of the item's message to this target; undefined when it was not sent. */
	findSent({ run, item }: ItemPosition, target: string): IDataObject | undefined {
		const sent = this.state.sent[run];
		return sent?.targets[item] === target ? (sent.outputs[item] ?? undefined) : undefined;
	}

	/**
	 * The message with an unknown outcome that this item repeats. It has the same target and is either the item's own
	 * (its content can contain the time, and so differ), or one from another run whose error output leads back here.
	 *
	 * An agent's calls are recognized by target and content alone.
	 *
	 * @param keyOfError the idempotency key in the error item that comes back, if it is one
	 */
	findUnknown(
		wanted: Omit<UnknownMessage, 'key' | 'error'>,
		keyOfError?: string,
	): UnknownMessage | undefined {
		const { run, target, content, isToolCall } = wanted;
		const own = isToolCall ? undefined : this.unknownByItem.get(itemKey(wanted, target));
		if (own) return own;
		const returned = this.unknownByKey.get(keyOfError ?? '');
		if (returned?.target === target) return returned;
		const candidates = this.unknownByContent.get(contentKey(target, content)) ?? [];
		return candidates.find((message) => isToolCall || message.run !== run);
	}

	/** The caller removes what {@link findUnknown} returned for it. */
	addUnknown(message: UnknownMessage): void {
		this.state.unknown.push(message);
		this.index(message);
	}

	/** Forgets a message whose outcome is known now. */
	removeUnknown(message: UnknownMessage): void {
		const remove = (list: UnknownMessage[]) => {
			const index = list.indexOf(message);
			// An agent's calls side by side have a store each, and one of them may have removed it already.
			if (index !== -1) list.splice(index, 1);
		};
		remove(this.state.unknown);
		remove(this.unknownByContent.get(contentKey(message.target, message.content)) ?? []);
		if (!message.isToolCall) this.unknownByItem.delete(itemKey(message, message.target));
		if (message.key) this.unknownByKey.delete(message.key);
	}

	setSent({ run, item }: ItemPosition, target: string, output: IDataObject): void {
		const sent = (this.state.sent[run] ??= { targets: [], outputs: [] });
		sent.targets[item] = target;
		sent.outputs[item] = output;
	}

	/** An earlier upload of an item's file, if it is the same file. */
	findUpload(position: ItemPosition, file: number, fingerprint?: string): UploadedFile | undefined {
		const upload = this.state.uploads[uploadKey(position, file)];
		return upload && (fingerprint === undefined || upload.fingerprint === fingerprint)
			? upload.file
			: undefined;
	}

	setUpload(
		position: ItemPosition,
		file: number,
		fingerprint: string,
		uploaded: UploadedFile,
	): void {
		this.state.uploads[uploadKey(position, file)] = { fingerprint, file: uploaded };
	}

	removeUpload(position: ItemPosition, file: number): void {
		delete this.state.uploads[uploadKey(position, file)];
	}

	/** Forgets a run that n8n does not repeat, except the messages with an unknown outcome and their uploads. */
	removeRun(run: number): void {
		delete this.state.sent[run];
		const kept = new Set(this.state.unknown.map((message) => `${message.run}:${message.item}`));
		for (const key of Object.keys(this.state.uploads)) {
			const item = key.slice(0, key.lastIndexOf(':'));
			if (key.startsWith(`${run}:`) && !kept.has(item)) delete this.state.uploads[key];
		}
	}

	private index(message: UnknownMessage): void {
		if (!message.isToolCall) this.unknownByItem.set(itemKey(message, message.target), message);
		if (message.key) this.unknownByKey.set(message.key, message);
		const key = contentKey(message.target, message.content);
		this.unknownByContent.set(key, [...(this.unknownByContent.get(key) ?? []), message]);
	}
}

const itemKey = ({ run, item }: ItemPosition, target: string) => `${run}:${item}:${target}`;

const contentKey = (target: string, content: string) => `${content}:${target}`;

const uploadKey = ({ run, item }: ItemPosition, file: number) => `${run}:${item}:${file}`;

/**
 * n8n 2 gives each execution a random token, stored with its data from the first moment on. It outlives the node's
 * context: when a worker is killed, the retry begins from the data as it was at the start, under another execution ID,
 * but with the same token. Only the address for resuming shows it.
 */
function resumeToken(proxy: IWorkflowDataProxyData): string {
	const address = (proxy.$execution as { resumeUrl?: string } | undefined)?.resumeUrl ?? '';
	return URL.canParse(address) ? new URL(address).search : '';
}
