import type { FileSource } from '../input/file';
import { canonical, digest, idempotencyKey, type ItemIdentity } from './key';
import type { ItemRun, RunContext } from './itemRun';
import type { RunMemory } from './memory';
import type { Output, Plan } from './operation';
import { Problem } from './problem';
import { upload, type UploadedFile } from './upload';

/** Files of one item that are uploaded side by side. */
const MAX_UPLOADS_PER_ITEM = 3;

/** What happens to one item: its files, then its request, each once. */
export class ItemWork {
	private readonly place: string;

	constructor(
		private readonly plan: Plan,
		private readonly itemRun: ItemRun,
		private readonly context: RunContext,
		private readonly memory: RunMemory,
		private readonly identity: ItemIdentity,
	) {
		this.place = `${identity.run}:${identity.item}`;
	}

	async carryOut(): Promise<Output> {
		const { plan } = this;
		// What Chert is told of the files. Not their ids in n8n: an execution that runs again from its start fetches them anew.
		const files = (plan.files ?? []).map(({ fileName, mimeType, sizeBytes }) => `${fileName}:${mimeType}:${sizeBytes}`);
		const content = plan.request?.(files, '') ?? files;
		const key = plan.ownKey ?? this.ownKey(content);

		if (plan.repeat === 'none') {
			const known = this.memory.answers[this.place];
			if (known?.content === canonical(content)) return { json: known.json };
		}
		const output = await this.send(key).catch((error: unknown) => {
			if (this.context.isToolCall && error instanceof Problem && error.isInDoubt) this.memory.doubtful[digest(content)] = key;
			throw error;
		});
		if (plan.repeat === 'key') output.json = { ...output.json, idempotencyKey: key };
		if (plan.repeat === 'none') this.memory.answers[this.place] = { content: canonical(content), json: output.json };
		return output;
	}

	/** An agent that is told of a failure calls again with the same content: that must not send it twice. */
	private ownKey(content: unknown): string {
		const doubtful = this.context.isToolCall ? this.memory.doubtful[digest(content)] : undefined;
		return doubtful ?? idempotencyKey(this.identity, content);
	}

	private async send(key: string): Promise<Output> {
		const { plan } = this;
		const { request } = plan;
		if (!request) {
			const uploads = await this.uploadAll();
			return await plan.toOutput({ answer: { statusCode: 200, headers: {} }, body: {}, uploads });
		}
		for (let renewed = false; ; renewed = true) {
			const uploads = await this.uploadAll();
			const output = await this.itemRun.ask(
				() => request(uploads.map(({ attachmentId }) => attachmentId), key),
				{
					safe: plan.repeat !== 'none',
					keyed: plan.repeat === 'key',
					// An upload that Chert no longer has is made once more, for example when a retry comes days later.
					givesUp: (failure) => !renewed && uploads.length > 0 && (failure?.code === 5001 || failure?.code === 5004),
				},
				async (answered) => await plan.toOutput({ ...answered, uploads }),
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
					uploads[position] = await this.uploadOnce(files[position], `${this.place}:${position}`);
					isThere = true;
				} finally {
					if (!isThere) next = files.length;
				}
			}
		};
		// Also after a failure, so that no upload goes on behind an item that is over.
		const ends = await Promise.allSettled(files.slice(0, MAX_UPLOADS_PER_ITEM).map(worker));
		const failed = ends.find((end) => end.status === 'rejected');
		if (failed) throw failed.reason;
		return uploads;
	}

	private async uploadOnce(file: FileSource, name: string): Promise<UploadedFile> {
		const { fingerprint } = file;
		const known = this.memory.uploads[name];
		if (known?.fingerprint === fingerprint) return known.file;
		const uploaded = await upload(this.itemRun, this.context.credential, file);
		this.memory.uploads[name] = { fingerprint, file: uploaded };
		return uploaded;
	}

	private forgetUploads(): void {
		this.plan.files?.forEach((_file, position) => delete this.memory.uploads[`${this.place}:${position}`]);
	}
}
