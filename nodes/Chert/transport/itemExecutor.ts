import type { INodeExecutionData } from 'n8n-workflow';

import type { ApiError } from '../../shared/apiError';
import { asObject } from '../../shared/object';
import type { FileSource } from '../input/file';
import { idempotencyKey, type ItemIdentity } from './idempotencyKey';
import { ItemError, toItemError } from './itemError';
import type { ItemPosition, MessageStore, UnknownMessage } from './messageStore';
import { emptyResponse } from './operation';
import type { JsonResponse, Output, Plan, UploadedFile } from './operation';
import { successOutput } from './output';
import { completeRequest, requestDigest } from './requestBody';
import type { BatchContext, RequestSender } from './requestSender';
import { upload } from './uploadFile';

/** Files of one item that are uploaded side by side. */
const MAX_UPLOADS_PER_ITEM = 3;

/** Pages of one list at most: far more than Chert keeps, and an end for a cursor that never ends. */
const MAX_PAGES = 10_000;

/** One item of a batch, and what it takes to execute it. */
export interface ItemTask {
	plan: Plan;
	input: INodeExecutionData;
	identity: ItemIdentity;
	sender: RequestSender;
	context: BatchContext;
	store: MessageStore;
	addHint(message: string): void;
}

/** Executes the plan of one item: uploads its files, then sends its request, each once. */
export class ItemExecutor {
	private readonly files: FileSource[];

	constructor(private readonly task: ItemTask) {
		this.files = task.plan.files ?? [];
	}

	/** @throws ItemError */
	async execute(): Promise<Output | Output[]> {
		const { plan, identity } = this.task;
		const { repeat } = plan;
		if (repeat === 'read' || repeat === 'idempotentWrite') return await this.sendAll('', identity);
		return await this.writeOnce(repeat === 'singleWrite' ? undefined : repeat.ownKey);
	}

	/** Sends what must not be sent twice: looks up what is known of it, and records the outcome. */
	private async writeOnce(ownKey: string | undefined): Promise<Output> {
		const { plan, store, context, identity, sender } = this.task;
		const target = plan.orderingKey ?? '';
		const { isToolCall, executionId } = context;
		const sent = isToolCall ? undefined : store.findSent(identity, target);
		if (sent) return { json: sent };

		const content = requestDigest(plan.request, this.files);
		const { run, item } = identity;
		const message: UnknownMessage = { run, item, target, content, isToolCall };
		const earlier = store.findUnknown(message, keyOfErrorItem(this.task.input));
		const { error: earlierError } = earlier ?? {};
		// In the same execution, nobody has checked the outcome. Another one is a person's decision to try again.
		if (earlierError?.executionId === executionId)
			throw new ItemError(earlierError.errorMessage, earlierError.details);

		const isKeyed = plan.repeat !== 'singleWrite';
		// The same key again, so that Chert recognizes what it may have sent.
		const key = isKeyed ? (ownKey ?? earlier?.key ?? idempotencyKey(identity, content)) : '';
		sender.outcomeUnknown = earlier !== undefined;
		// Uploaded again, the files would have other IDs, and Chert would not recognize the message.
		const uploadsOf = earlier ?? identity;
		try {
			const output = (await this.sendAll(key, uploadsOf)) as Output;
			// Not in a copy: V8 gives each copy of a copy another hidden class, which takes more memory than the object.
			if (isKeyed) output.json.idempotencyKey = key;
			if (earlier) store.removeUnknown(earlier);
			store.setSent(identity, target, output.json);
			return output;
		} catch (error) {
			return await Promise.reject(
				this.recordError(error as Error, message, earlier, isKeyed ? key : undefined),
			);
		}
	}

	/**
	 * Records an outcome that is unknown.
	 *
	 * @param earlier the same message, if an earlier attempt left its outcome unknown
	 * @returns the error to show, which also tells of the earlier attempt
	 */
	private recordError(
		error: Error,
		message: UnknownMessage,
		earlier: UnknownMessage | undefined,
		key: string | undefined,
	): ItemError {
		const { store, context, sender } = this.task;
		const itemError = toItemError(error);
		if (!sender.outcomeUnknown) return itemError;

		const { description } = itemError;
		const errorMessage = {
			message: error.message,
			// For example when a file cannot be uploaded a second time.
			description: itemError.outcomeUnknown ? description : description + sender.outcomeNote,
		};
		const details = { ...itemError.details, outcomeUnknown: true, idempotencyKey: key };
		if (earlier) store.removeUnknown(earlier);
		store.addUnknown({
			...message,
			...(earlier && { run: earlier.run, item: earlier.item }),
			...(key === undefined
				? { error: { executionId: context.executionId, errorMessage, details } }
				: { key }),
		});
		return new ItemError(errorMessage, details);
	}

	/** Uploads the files, sends the request and, where there are several, the requests for the other pages. */
	private async sendAll(key: string, uploadsOf: ItemPosition): Promise<Output | Output[]> {
		const { plan, sender, addHint } = this.task;
		const { toOutput = successOutput } = plan;
		const result = (page: JsonResponse, pages: JsonResponse[], uploads: UploadedFile[]) =>
			toOutput({
				...page,
				outcomeWasUnknown: sender.outcomeUnknown,
				pages,
				uploads,
				addHint,
				sendOnce: async (request) => await sender.sendOnce(request),
			});
		if (!plan.request) return await result(emptyResponse(), [], await this.uploadAll(uploadsOf));

		if (plan.request.encoding === 'stream') {
			const read = async (page: JsonResponse) => await result(page, [page], []);
			return (await sender.send(() => plan.request!, { repeat: plan.repeat }, read)) ?? [];
		}
		const { page, uploads } = await this.sendWithFiles(key, uploadsOf);
		const pages = [page];
		for (let last = page; plan.nextPage && pages.length < MAX_PAGES; pages.push(last)) {
			const request = plan.nextPage(last);
			if (!request) break;
			sender.renewBudget();
			last = (await sender.send(() => request, { repeat: plan.repeat })) ?? emptyResponse();
		}
		return await result(pages[pages.length - 1], pages, uploads);
	}

	private async sendWithFiles(
		key: string,
		uploadsOf: ItemPosition,
	): Promise<{ page: JsonResponse; uploads: UploadedFile[] }> {
		const { files } = this;
		const { plan, sender, store } = this.task;
		const keyIn = typeof plan.repeat === 'object' ? plan.repeat.keyIn : undefined;
		for (let isSecondUpload = false; ; isSecondUpload = true) {
			// With attachments from elsewhere it is not certain that the missing one is among the files.
			const mayUploadAgain =
				files.length > 0 && (this.hasEarlierUpload(uploadsOf) || !this.hasOtherAttachments());
			const uploads = await this.uploadAll(uploadsOf);
			const attachmentIds = new Map(
				files.map((file, index) => [file, uploads[index].attachmentId]),
			);
			if (plan.before) await this.sendBefore(plan.before);
			const page = await sender.send(
				() => completeRequest(plan.request!, attachmentIds, keyIn, key),
				{
					repeat: plan.repeat,
					doneOnRetry: plan.doneOnRetry,
					// Chert can lose an upload, for example when a retry comes days later.
					stopsOn: (error) => !isSecondUpload && mayUploadAgain && isMissingUpload(error),
				},
			);
			if (page) return { page, uploads };
			files.forEach((_file, index) => store.removeUpload(uploadsOf, index));
		}
	}

	private async sendBefore({ request, thenWaitMs }: NonNullable<Plan['before']>): Promise<void> {
		const { sender, context } = this.task;
		let sent: JsonResponse | undefined;
		try {
			// Sent once: the message itself needs the wait budget.
			sent = await sender.send(() => request, { repeat: 'idempotentWrite', stopsOn: () => true });
		} catch {
			return;
		}
		if (sent) await context.cancellation.wait(thenWaitMs);
	}

	/** Uploads the item's files side by side, a few at a time; those that Chert already has are not uploaded again. */
	private async uploadAll(uploadsOf: ItemPosition): Promise<UploadedFile[]> {
		const { files } = this;
		const uploads: UploadedFile[] = [];
		let next = 0;
		const worker = async () => {
			while (next < files.length) {
				const index = next++;
				let isUploaded = false;
				try {
					uploads[index] = await this.uploadOnce(files[index], index, uploadsOf);
					isUploaded = true;
				} finally {
					if (!isUploaded) next = files.length;
				}
			}
		};
		// Waits for all, so that no upload goes on after the item has failed.
		const results = await Promise.allSettled(files.slice(0, MAX_UPLOADS_PER_ITEM).map(worker));
		const failed = results.find((result) => result.status === 'rejected');
		if (failed) throw failed.reason;
		return uploads;
	}

	private async uploadOnce(
		file: FileSource,
		index: number,
		uploadsOf: ItemPosition,
	): Promise<UploadedFile> {
		const { sender, context, store } = this.task;
		const known = store.findUpload(uploadsOf, index, file.fingerprint);
		if (known) return known;
		const uploaded = await upload(sender, context.credential, file);
		store.setUpload(uploadsOf, index, file.fingerprint, uploaded);
		return uploaded;
	}

	private hasOtherAttachments(): boolean {
		return (this.task.plan.errorContext?.attachments ?? []).length > this.files.length;
	}

	private hasEarlierUpload(uploadsOf: ItemPosition): boolean {
		return this.files.some(
			(_file, index) => this.task.store.findUpload(uploadsOf, index) !== undefined,
		);
	}
}

const isMissingUpload = (error?: ApiError) => error?.code === 5001 || error?.code === 5004;

/**
 * Items from the error output can come back to the node, in another position and with a text that changed with the
 * clock.
 */
function keyOfErrorItem({ json }: INodeExecutionData): string | undefined {
	// Some nodes return items with files and no JSON at all.
	const key = asObject(asObject(json)?.details)?.idempotencyKey;
	return typeof key === 'string' ? key : undefined;
}
