/**
 * `npm run bench:files`: what files cost n8n in memory and time, sent and fetched by the Chert node, by the HTTP Request
 * node and by undici. Each measurement has a process of its own: a real n8n with the packed package in it.
 */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { INodeExecutionData } from 'n8n-workflow';
import { Command } from 'commander';
import { installPackage, packPackage } from '../hosts/package';
import { ensureHost } from '../hosts/install';
import { makeFile } from './makeFile';
import { positive } from './arguments';
import { printReport, type Measurement, type Who } from './filesReport';
import { startTarget, type Target, type TargetName } from './target';
import {
	measureInN8n,
	measureUndici,
	outputOfNode,
	runNode,
	startSignedIn,
	type NodeSpec,
	type RawTransfer,
	type Step,
	type Transfer,
} from './transfers';

const MIME_TYPE = 'video/mp4';

/** Loads what is loaded at the first use only. */
const WARM_UP_BYTES = 100_000;

const SIZES = [1_000_000, 10_000_000, 100_000_000];
const LARGEST = 100_000_000;

type Direction = RawTransfer['direction'];

/** One file, everywhere it is needed. */
interface Subject {
	/** on this machine's disk */
	path: string;
	/** at the target, to be fetched */
	attachmentId: string;
	/** in n8n's binary data, as an item of a workflow */
	item: INodeExecutionData;
}

class Bench {
	private readonly folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));

	private readonly subjects = new Map<number, Subject>();

	private credentials: NodeSpec['credentials'];

	private constructor(private readonly target: Target) {}

	static async start(targetName: TargetName): Promise<Bench> {
		const target = await startTarget(targetName);
		const bench = new Bench(target);
		try {
			await bench.prepare();
		} catch (error) {
			await bench.end();
			throw error;
		}
		return bench;
	}

	async measure(direction: Direction, sizeBytes: number, who: Who): Promise<Transfer> {
		if (who === 'undici') {
			return await measureUndici(
				await this.rawTransfer(direction, WARM_UP_BYTES),
				await this.rawTransfer(direction, sizeBytes),
			);
		}
		const stepFor = async (size: number): Promise<Step> => ({
			items: [this.subject(size).item],
			node:
				who === 'Chert'
					? this.chertNode(direction, size)
					: await this.httpRequestNode(direction, size),
		});
		return await measureInN8n(this.home, await stepFor(WARM_UP_BYTES), await stepFor(sizeBytes));
	}

	async end(): Promise<void> {
		await this.target.close();
		rmSync(this.folder, { recursive: true, force: true });
	}

	private get home(): string {
		return join(this.folder, 'home');
	}

	private get authorization(): string {
		return `Bearer ${this.target.signingSecret}`;
	}

	/** Makes the files, puts them at the target, and has n8n fetch them from there into its own storage. */
	private async prepare(): Promise<void> {
		await installPackage(await packPackage(), this.home);
		const n8n = await startSignedIn(this.home);
		try {
			const { signingSecret, tenant, apiUrl: baseUrl } = this.target;
			const name = 'Chert account';
			const id = await n8n.rest.createCredential({
				name,
				type: 'chertApi',
				data: { authentication: 'bearer', signingSecret, tenant, baseUrl },
			});
			this.credentials = { chertApi: { id, name } };
			for (const sizeBytes of [WARM_UP_BYTES, ...SIZES]) {
				const path = join(this.folder, `${sizeBytes}.mp4`);
				await makeFile(path, sizeBytes);
				const attachmentId = await this.store(path, sizeBytes);
				const fetched = await runNode(n8n, {
					items: [{ json: {} }],
					node: this.fetchNode(attachmentId),
				});
				const [{ binary }] = outputOfNode(fetched);
				this.subjects.set(sizeBytes, { path, attachmentId, item: { json: {}, binary } });
			}
		} finally {
			await n8n.stop({ keepHome: true });
		}
	}

	private async store(path: string, sizeBytes: number): Promise<string> {
		const { attachmentId, uploadUrl } = await this.askForSlot(sizeBytes);
		const body = Readable.toWeb(createReadStream(path)) as never;
		const headers = {
			authorization: this.authorization,
			'content-type': MIME_TYPE,
			'content-length': String(sizeBytes),
		};
		const answer = await fetch(uploadUrl, {
			method: 'PUT',
			headers,
			body,
			duplex: 'half',
		} as RequestInit);
		if (!answer.ok) throw new Error(`The upload was answered ${answer.status}`);
		return attachmentId;
	}

	private async askForSlot(
		sizeBytes: number,
	): Promise<{ attachmentId: string; uploadUrl: string }> {
		const answer = await fetch(`${this.target.apiUrl}/attachments`, {
			method: 'POST',
			headers: { authorization: this.authorization, 'content-type': 'application/json' },
			body: JSON.stringify({
				filename: 'film.mp4',
				content_type: MIME_TYPE,
				size_bytes: sizeBytes,
			}),
		});
		const slot = (await answer.json()) as { attachment_id: string; upload_url: string };
		return { attachmentId: slot.attachment_id, uploadUrl: slot.upload_url };
	}

	private subject(sizeBytes: number): Subject {
		const subject = this.subjects.get(sizeBytes);
		if (!subject) throw new Error(`There is no file of ${sizeBytes} bytes`);
		return subject;
	}

	private async rawTransfer(direction: Direction, sizeBytes: number): Promise<RawTransfer> {
		const { path, attachmentId } = this.subject(sizeBytes);
		const { authorization } = this;
		if (direction === 'download') {
			return {
				direction,
				file: join(this.folder, 'fetched'),
				url: this.contentUrl(attachmentId),
				headers: { authorization },
			};
		}
		const { uploadUrl } = await this.askForSlot(sizeBytes);
		return {
			direction,
			file: path,
			url: uploadUrl,
			headers: { authorization, 'content-type': MIME_TYPE },
		};
	}

	private contentUrl(attachmentId: string): string {
		return `${this.target.apiUrl}/attachments/${attachmentId}/content`;
	}

	private chertNode(operation: Direction, sizeBytes: number): NodeSpec {
		const own =
			operation === 'download' ? { attachmentId: this.subject(sizeBytes).attachmentId } : {};
		const parameters = { resource: 'attachment', operation, binaryPropertyName: 'data', ...own };
		return {
			type: 'n8n-nodes-chert.chert',
			typeVersion: 1,
			parameters,
			credentials: this.credentials,
		};
	}

	private async httpRequestNode(direction: Direction, sizeBytes: number): Promise<NodeSpec> {
		if (direction === 'download') return this.fetchNode(this.subject(sizeBytes).attachmentId);
		const { uploadUrl } = await this.askForSlot(sizeBytes);
		const body = { sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' };
		return this.httpNode({ method: 'PUT', url: uploadUrl, ...body }, { 'Content-Type': MIME_TYPE });
	}

	private fetchNode(attachmentId: string): NodeSpec {
		return this.httpNode({
			url: this.contentUrl(attachmentId),
			options: { response: { response: { responseFormat: 'file' } } },
		});
	}

	private httpNode(
		parameters: NodeSpec['parameters'],
		headers: Record<string, string> = {},
	): NodeSpec {
		const all = Object.entries({ Authorization: this.authorization, ...headers }).map(
			([name, value]) => ({ name, value }),
		);
		return {
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.5,
			parameters: { sendHeaders: true, headerParameters: { parameters: all }, ...parameters },
		};
	}
}

const CASES: Array<{ sizeBytes: number; who: Who }> = [
	...SIZES.map((sizeBytes) => ({ sizeBytes, who: 'Chert' as const })),
	{ sizeBytes: LARGEST, who: 'HTTP Request' },
	{ sizeBytes: LARGEST, who: 'undici' },
];

async function main(runs: number, targetName: TargetName, directions: Direction[]): Promise<void> {
	await ensureHost('n8n-2');
	const bench = await Bench.start(targetName);
	const measurements = directions.flatMap((direction) =>
		CASES.map((each): Measurement => ({ direction, ...each, transfers: [] })),
	);
	try {
		// Round after round, so that a machine that is busy for a while does not spoil all of one line.
		for (let run = 1; run <= runs; run++) {
			for (const { direction, sizeBytes, who, transfers } of measurements) {
				process.stderr.write(
					`${direction} ${sizeBytes / 1e6} MB with ${who}, run ${run} of ${runs}: `,
				);
				const transfer = await bench.measure(direction, sizeBytes, who);
				process.stderr.write(`${transfer.milliseconds} ms\n`);
				transfers.push(transfer);
			}
		}
	} finally {
		await bench.end();
	}
	printReport(measurements);
}

const program = new Command('bench:files')
	.description(
		'Measures memory and speed of file transfers in a real n8n 2.41.1, each in a fresh process.',
	)
	.option(
		'--runs <number>',
		'fresh processes for each line of the table; speed is the median, memory that of the largest',
		positive,
		3,
	)
	.option(
		'--target <name>',
		'what the files go to: sandbox (keeps and hashes them), or sink (counts bytes, sends zeros)',
		'sandbox',
	)
	.option('--only <direction>', 'upload or download; without it both')
	.action(
		async ({ runs, target, only }: { runs: number; target: TargetName; only?: Direction }) => {
			await main(runs, target, only ? [only] : ['upload', 'download']);
		},
	);

program.parseAsync().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
