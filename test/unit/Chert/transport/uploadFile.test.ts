import { Readable } from 'node:stream';

import { FileSource } from '../../../../nodes/Chert/input/file';
import type { RequestSender, SendOptions } from '../../../../nodes/Chert/transport/requestSender';
import { upload } from '../../../../nodes/Chert/transport/uploadFile';
import type { ApiError } from '../../../../nodes/shared/apiError';
import { readCredential } from '../../../../nodes/shared/credential';
import type { ChertRequest } from '../../../../nodes/shared/request';
import { loadFile } from '../../../support/item';

const MINUTE_MS = 60_000;
const CREDENTIAL = readCredential({
	signingSecret: 's',
	baseUrl: 'https://chert.example/api/v1',
});

function fileOf(open: () => Buffer | Readable = () => Buffer.from('x')): FileSource {
	const fields = { fileName: 'roof.png', mimeType: 'image/png' };
	const load = async () =>
		await Promise.resolve({
			value: { ...fields, sizeBytes: 1, open: async () => await Promise.resolve(open() as never) },
		});
	return new FileSource({ ...fields, contentKey: '', fingerprint: '', load });
}

/** A sender whose every request succeeds, unless `onSend` says that `stopsOn` ended the attempts. */
class Sender {
	readonly requests: ChertRequest[] = [];

	constructor(
		private readonly slot: object = { attachment_id: 'a' },
		private readonly onSend?: (method: string, stopsOn: SendOptions['stopsOn']) => 'stopped' | void,
	) {}

	async load(source: FileSource) {
		return await loadFile(source);
	}

	async send(makeRequest: () => ChertRequest | Promise<ChertRequest>, options: SendOptions) {
		const request = await makeRequest();
		this.requests.push(request);
		if (this.onSend?.(request.method, options.stopsOn) === 'stopped') return undefined;
		return { response: { statusCode: 200, headers: {} }, body: this.slot };
	}

	async upload(file = fileOf()) {
		return await upload(this as unknown as RequestSender, CREDENTIAL, file);
	}

	get methods(): string[] {
		return this.requests.map(({ method }) => method);
	}
}

afterEach(() => jest.restoreAllMocks());

it.each([
	[13, ['POST', 'PUT']],
	[14.5, ['POST', 'PUT', 'POST', 'PUT', 'POST', 'PUT']],
])(
	'replaces a slot that is %d minutes old after a failed attempt if it has expired, up to three slots',
	async (minutes, expected) => {
		let now = 20 * MINUTE_MS;
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		const sender = new Sender(undefined, (method, stopsOn) => {
			if (method !== 'PUT') return;
			now += minutes * MINUTE_MS;
			return stopsOn?.(undefined) ? 'stopped' : undefined;
		});
		await sender.upload();
		expect(sender.methods).toEqual(expected);
	},
);

it.each<[ApiError | undefined, number]>([
	[{ status: 404, code: 5001 }, 2],
	[{ status: 409, code: 1012 }, 2],
	[{ status: 410 }, 2],
	[{ status: 404 }, 2],
	[{ status: 404, code: 2001 }, 1],
	[{ status: 500 }, 1],
	[undefined, 1],
])('after %j a file gets %d slots', async (error, slots) => {
	let isFirst = true;
	const sender = new Sender(undefined, (method, stopsOn) => {
		if (method !== 'PUT' || !isFirst) return;
		isFirst = false;
		return stopsOn?.(error) ? 'stopped' : undefined;
	});
	await sender.upload();
	expect(sender.methods.filter((method) => method === 'POST')).toHaveLength(slots);
});

it('gives a file of 100 MB time for a slow line', async () => {
	const sender = new Sender();
	await sender.upload();
	expect(sender.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([undefined, 30 * MINUTE_MS]);
});

it('reads the file from its beginning in each attempt, and releases it', async () => {
	const opened: Readable[] = [];
	const file = fileOf(() => {
		opened.push(Readable.from([Buffer.from('x')]));
		return opened.at(-1)!;
	});
	const sender = new Sender(undefined, (method, stopsOn) =>
		method === 'PUT' && opened.length < 3 && stopsOn?.({ status: 410 }) ? 'stopped' : undefined,
	);
	await sender.upload(file);
	expect(opened).toHaveLength(3);
	expect(opened.every(({ destroyed }) => destroyed)).toBe(true);
});

it('rejects a file that turns out longer after Chert has the announced bytes', async () => {
	const file = fileOf(() => Readable.from([Buffer.from('x'), Buffer.from('y')]));
	await expect(new Sender().upload(file)).rejects.toThrow(
		'File "roof.png" changed size during the upload',
	);
});

it.each([
	['nothing', undefined, 'https://chert.example/api/v1/attachments/a%2Fb/upload'],
	['an empty text', '', 'https://chert.example/api/v1/attachments/a%2Fb/upload'],
	['an absolute address', 'https://chert.example/up/1?t=2', 'https://chert.example/up/1?t=2'],
	[
		'an absolute path',
		'/api/v1/attachments/x/upload',
		'https://chert.example/api/v1/attachments/x/upload',
	],
	['a relative path', 'attachments/x/upload', 'https://chert.example/api/v1/attachments/x/upload'],
])('resolves the upload_url against the base URL: %s', async (_what, upload_url, expected) => {
	const sender = new Sender({ attachment_id: 'a/b', upload_url });
	expect(await sender.upload()).toMatchObject({ attachmentId: 'a/b', sizeBytes: 1 });
	expect(sender.requests[1].path).toBe(expected);
});

it.each(['https://other.example/up', '//other.example/up', 'http://chert.example/up', 'http://['])(
	'does not upload to another origin: %s',
	async (upload_url) => {
		const sender = new Sender({ attachment_id: 'a', upload_url });
		await expect(sender.upload()).rejects.toMatchObject({
			message: 'Chert asked to upload "roof.png" to an address other than Base URL',
			description: expect.stringContaining('https://chert.example') as string,
		});
		expect(sender.methods).toEqual(['POST']);
	},
);

it('rejects a slot without an attachment ID', async () => {
	await expect(new Sender({ ok: true }).upload()).rejects.toThrow(
		'Chert returned no upload slot for "roof.png"',
	);
});
