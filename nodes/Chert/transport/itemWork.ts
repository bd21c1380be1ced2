import type { IDataObject } from 'n8n-workflow';

import type { FileSource } from '../input/file';
import { digest, idempotencyKey, type ItemIdentity } from './key';
import type { ItemRun, RunContext } from './itemRun';
import {
	roundOf,
	type Doubt,
	type RoundMemory,
	type RunMemory,
	type Uncertainties,
} from './memory';
import type { Output, Plan, Result } from './operation';
import { ItemError } from './itemError';
import { upload, type UploadedFile } from './upload';

/** Files of one item that are uploaded side by side. */
const MAX_UPLOADS_PER_ITEM = 3;

const answerItself = ({ body }: Result): Output => ({ json: body });

/** What happens to one item: its files, then its request, each once. */
export class ItemWork {
	private readonly round: RoundMemory;

	constructor(
		private readonly plan: Plan,
		private readonly itemRun: ItemRun,
		private readonly context: RunContext,
		private readonly memory: RunMemory,
		private readonly identity: ItemIdentity,
	) {
		this.round = roundOf(memory, identity.run);
	}

	async carryOut(): Promise<Output> {
		const { plan } = this;
		if (plan.repeat === 'safe') return await this.send('');

		// What Chert is told of the files. Not their ids in n8n: an execution that runs again from its start fetches them anew.
		const files = (plan.files ?? []).map(
			({ fileName, mimeType, sizeBytes }) => `${fileName}:${mimeType}:${sizeBytes}`,
		);
		const content = plan.request?.(files, plan.ownKey ?? '') ?? files;
		const mark = digest(content);
		const { uncertain, place } = this.uncertainties(mark);
		const known = this.recall(uncertain.doubts[place]);
		if (known) return { json: known };

		// What may have been sent is sent under the same key, so that it does not come on top of itself.
		const key = plan.ownKey ?? uncertain.keys[place] ?? idempotencyKey(this.identity, mark);
		const output = await this.send(key).catch((error: unknown) => {
			if (error instanceof ItemError && error.isInDoubt)
				this.rememberDoubt(uncertain, place, key, error);
			throw error;
		});
		delete uncertain.keys[place];
		// Not by a copy: V8 gives each copy of a copy a description of its own, which takes more memory than the object.
		if (plan.repeat === 'key') output.json.idempotencyKey = key;
		this.round.responses[this.identity.item] = output.json;
		return output;
	}

	/** Where doubts about this item are kept. An agent's calls all have the same item, and a round for each try. */
	private uncertainties(mark: string): { uncertain: Uncertainties; place: string } {
		return this.context.isToolCall
			? { uncertain: this.memory.calls, place: mark }
			: { uncertain: this.round, place: String(this.identity.item) };
	}

	/**
	 * What came of the item when it was done before. It is done, also when its content has changed since: because
	 * it holds the time of day, or because a person corrected another item and retries the execution.
	 *
	 * @throws ItemError when nobody knows whether it was done, unless a person decided to run it once more
	 */
	private recall(doubt: Doubt | undefined): IDataObject | undefined {
		const { isToolCall, executionId } = this.context;
		const response = isToolCall ? undefined : this.round.responses[this.identity.item];
		if (!response && doubt?.executionId === executionId)
			throw new ItemError(doubt.explanation, doubt.details);
		return response;
	}

	private rememberDoubt(
		uncertain: Uncertainties,
		place: string,
		key: string,
		{ message, description, details }: ItemError,
	): void {
		if (this.plan.repeat === 'none') {
			const { executionId } = this.context;
			uncertain.doubts[place] = { executionId, explanation: { message, description }, details };
		} else {
			uncertain.keys[place] = key;
		}
	}

	private async send(key: string): Promise<Output> {
		const { plan } = this;
		const { request, toOutput = answerItself } = plan;
		if (!request) {
			const uploads = await this.uploadAll();
			return await toOutput({ response: { statusCode: 200, headers: {} }, body: {}, uploads });
		}
		for (let renewed = false; ; renewed = true) {
			const mayBeStale = this.recallsUploads() || !this.hasForeignAttachments();
			const uploads = await this.uploadAll();
			const output = await this.itemRun.ask(
				() =>
					request(
						uploads.map(({ attachmentId }) => attachmentId),
						key,
					),
				{
					safe: plan.repeat !== 'none',
					keyed: plan.repeat === 'key',
					// Chert can lose an upload, for example when a retry comes days later: then it is made once more.
					givesUp: (apiError) =>
						!renewed && mayBeStale && (apiError?.code === 5001 || apiError?.code === 5004),
				},
				async (received) => await toOutput({ ...received, uploads }),
			);
			if (output) return output;
			this.forgetUploads();
		}
	}

	/** Uploads the item's files side by side, a few at a time; those that Chert has already are not sent again. */
	private async uploadAll(): Promise<UploadedFile[]> {
		const files = this.plan.files ?? [];
		const uploads: UploadedFile[] = [];
		let next = 0;
		const worker = async () => {
			while (next < files.length) {
				const position = next++;
				let isThere = false;
				try {
					uploads[position] = await this.uploadOnce(files[position], position);
					isThere = true;
				} finally {
					if (!isThere) next = files.length;
				}
			}
		};
		// Also after a apiError, so that no upload goes on behind an item that is over.
		const ends = await Promise.allSettled(files.slice(0, MAX_UPLOADS_PER_ITEM).map(worker));
		const failed = ends.find((end) => end.status === 'rejected');
		if (failed) throw failed.reason;
		return uploads;
	}

	private async uploadOnce(file: FileSource, position: number): Promise<UploadedFile> {
		const { fingerprint } = file;
		const name = this.uploadName(position);
		const known = this.round.uploads[name];
		if (known?.fingerprint === fingerprint) return known.file;
		const uploaded = await upload(this.itemRun, this.context.credential, file);
		this.round.uploads[name] = { fingerprint, file: uploaded };
		return uploaded;
	}

	/** True when the user refers to attachments besides the item's files: then it is one of those that Chert does not have. */
	private hasForeignAttachments(): boolean {
		const { errorContext, files = [] } = this.plan;
		return files.length === 0 || (errorContext?.attachments ?? []).length > files.length;
	}

	/** True when an earlier try uploaded a file of this item. */
	private recallsUploads(): boolean {
		return (this.plan.files ?? []).some(
			(_file, position) => this.round.uploads[this.uploadName(position)] !== undefined,
		);
	}

	private forgetUploads(): void {
		this.plan.files?.forEach(
			(_file, position) => delete this.round.uploads[this.uploadName(position)],
		);
	}

	private uploadName(position: number): string {
		return `${this.identity.item}:${position}`;
	}
}
