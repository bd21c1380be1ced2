/**
 * `npm run bench:files`: memory and speed of file transfers with the Chert node, the HTTP Request node and undici. Each
 * measurement starts a new process: n8n with the packed package.
 */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { INodeExecutionData } from 'n8n-workflow';
import { Command } from 'commander';
import { chertCredential } from '../hosts/chertCredential';
import { ensureHost } from '../hosts/install';
import { startN8n } from '../hosts/n8n';
import { writeBenchFile } from './benchFile';
import { parseCount } from './arguments';
import { printReport, type Client, type Measurement } from './filesReport';
import { executeNode, type NodeSpec } from './nodeExecution';
import { startTarget, type Target, type TargetName } from './target';
import {
	measureInN8n,
	measureUndici,
	type RawTransfer,
	type Step,
	type Transfer,
} from './transfers';

const MIME_TYPE = 'video/mp4';

/** The first transfer loads and compiles code. */
const WARM_UP_BYTES = 100_000;

const SIZES = [1_000_000, 10_000_000, 100_000_000];
const LARGEST = 100_000_000;

type Direction = RawTransfer['direction'];

/** The same file in three places. */
interface TestFile {
	/** On this machine's disk. */
	path: string;
	/** On the target, for downloads. */
	attachmentId: string;
	/** In n8n's binary data, for uploads. */
	item: INodeExecutionData;
}

class Bench {
	private readonly folder = mkdtempSync(join(tmpdir(), 'chert-bench-'));

	private readonly testFiles = new Map<number, TestFile>();

	private credentials: NodeSpec['credentials'];

	private constructor(private readonly target: Target) {}

	static async start(targetName: TargetName): Promise<Bench> {
		const target = await startTarget(targetName);
		const bench = new Bench(target);
		try {
			await bench.prepare();
		} catch (error) {
			await bench.close();
			throw error;
		}
		return bench;
	}

	async measure(direction: Direction, sizeBytes: number, client: Client): Promise<Transfer> {
		if (client === 'undici') {
			return await measureUndici(
				await this.rawTransfer(direction, WARM_UP_BYTES),
				await this.rawTransfer(direction, sizeBytes),
			);
		}
		const stepFor = async (size: number): Promise<Step> => ({
			items: [this.testFile(size).item],
			node:
				client === 'Chert'
					? this.chertNode(direction, size)
					: await this.httpRequestNode(direction, size),
		});
		return await measureInN8n(this.home, await stepFor(WARM_UP_BYTES), await stepFor(sizeBytes));
	}

	async close(): Promise<void> {
		await this.target.close();
		rmSync(this.folder, { recursive: true, force: true });
	}

	private get home(): string {
		return join(this.folder, 'home');
	}

	private get authorization(): string {
		return `Bearer ${this.target.signingSecret}`;
	}

	/** Creates the files, uploads them to the target, and downloads them into n8n's storage. */
	private async prepare(): Promise<void> {
		const n8n = await startN8n({ home: this.home, withChert: true });
		try {
			const credential = chertCredential(this.target);
			const id = await n8n.rest.createCredential(credential);
			this.credentials = { chertApi: { id, name: credential.name } };
			for (const sizeBytes of [WARM_UP_BYTES, ...SIZES]) {
				const path = join(this.folder, `${sizeBytes}.mp4`);
				await writeBenchFile(path, sizeBytes);
				const attachmentId = await this.upload(path, sizeBytes);
				const { output } = await executeNode(n8n, this.fetchNode(attachmentId), [{ json: {} }]);
				const [{ binary }] = output;
				this.testFiles.set(sizeBytes, { path, attachmentId, item: { json: {}, binary } });
			}
		} finally {
			await n8n.stop({ keepHome: true });
		}
	}

	private async upload(path: string, sizeBytes: number): Promise<string> {
		const { attachmentId, uploadUrl } = await this.requestSlot(sizeBytes);
		const body = Readable.toWeb(createReadStream(path)) as never;
		const headers = {
			authorization: this.authorization,
			'content-type': MIME_TYPE,
			'content-length': String(sizeBytes),
		};
		const response = await fetch(uploadUrl, {
			method: 'PUT',
			headers,
			body,
			duplex: 'half',
		} as RequestInit);
		if (!response.ok) throw new Error(`The upload returned ${response.status}`);
		return attachmentId;
	}

	private async requestSlot(
		sizeBytes: number,
	): Promise<{ attachmentId: string; uploadUrl: string }> {
		const response = await fetch(`${this.target.apiUrl}/attachments`, {
			method: 'POST',
			headers: { authorization: this.authorization, 'content-type': 'application/json' },
			body: JSON.stringify({
				filename: 'film.mp4',
				content_type: MIME_TYPE,
				size_bytes: sizeBytes,
			}),
		});
		const slot = (await response.json()) as { attachment_id: string; upload_url: string };
		return { attachmentId: slot.attachment_id, uploadUrl: slot.upload_url };
	}

	private testFile(sizeBytes: number): TestFile {
		const testFile = this.testFiles.get(sizeBytes);
		if (!testFile) throw new Error(`No test file of ${sizeBytes} bytes`);
		return testFile;
	}

	private async rawTransfer(direction: Direction, sizeBytes: number): Promise<RawTransfer> {
		const { path, attachmentId } = this.testFile(sizeBytes);
		const { authorization } = this;
		if (direction === 'download') {
			return {
				direction,
				file: join(this.folder, 'fetched'),
				url: this.contentUrl(attachmentId),
				headers: { authorization },
			};
		}
		const { uploadUrl } = await this.requestSlot(sizeBytes);
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
			operation === 'download' ? { attachmentId: this.testFile(sizeBytes).attachmentId } : {};
		const parameters = { resource: 'attachment', operation, binaryPropertyName: 'data', ...own };
		return {
			type: 'n8n-nodes-chert.chert',
			typeVersion: 1,
			parameters,
			credentials: this.credentials,
		};
	}

	private async httpRequestNode(direction: Direction, sizeBytes: number): Promise<NodeSpec> {
		if (direction === 'download') return this.fetchNode(this.testFile(sizeBytes).attachmentId);
		const { uploadUrl } = await this.requestSlot(sizeBytes);
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

const CASES: Array<{ sizeBytes: number; client: Client }> = [
	...SIZES.map((sizeBytes) => ({ sizeBytes, client: 'Chert' as const })),
	{ sizeBytes: LARGEST, client: 'HTTP Request' },
	{ sizeBytes: LARGEST, client: 'undici' },
];

async function main(runs: number, targetName: TargetName, directions: Direction[]): Promise<void> {
	await ensureHost('n8n-2');
	const bench = await Bench.start(targetName);
	const measurements = directions.flatMap((direction) =>
		CASES.map((each): Measurement => ({ direction, ...each, transfers: [] })),
	);
	try {
		// The cases alternate, so that other load affects all of them.
		for (let run = 1; run <= runs; run++) {
			for (const { direction, sizeBytes, client, transfers } of measurements) {
				process.stderr.write(
					`${direction} ${sizeBytes / 1e6} MB with ${client}, run ${run} of ${runs}: `,
				);
				const transfer = await bench.measure(direction, sizeBytes, client);
				process.stderr.write(`${transfer.milliseconds} ms\n`);
				transfers.push(transfer);
			}
		}
	} finally {
		await bench.close();
	}
	printReport(measurements);
}

const program = new Command('bench:files')
	.description('Measures memory and speed of file transfers in n8n, each in a new process.')
	.option(
		'--runs <number>',
		'new processes per line of the table; it shows the median speed and the largest memory',
		parseCount,
		3,
	)
	.option(
		'--target <name>',
		'server: sandbox (stores and hashes files) or sink (counts bytes, sends zeros)',
		'sandbox',
	)
	.option('--only <direction>', 'upload or download; default: both')
	.action(
		async ({ runs, target, only }: { runs: number; target: TargetName; only?: Direction }) => {
			await main(runs, target, only ? [only] : ['upload', 'download']);
		},
	);

program.parseAsync().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
