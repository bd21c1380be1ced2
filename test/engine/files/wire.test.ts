import { appendFile, rm, truncate } from 'node:fs/promises';

import { credentialFor, runChert, type RunResult } from '../../support/engine';
import { BINARY_MODES, makeFile, isOpen, pathOf, type MadeFile } from './files';
import {
	eventually,
	startAttachmentServer,
	type AttachmentServer,
	type AttachmentServerScript,
} from './attachmentServer';

const ACCOUNT = { signingSecret: '0123456789abcdef0123456789abcdef', tenant: 'northwind-42c1' };

let server: AttachmentServer;

// The shortest of the waits between two tries.
beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
afterEach(async () => {
	jest.restoreAllMocks();
	await server.close();
});

async function upload(
	file: MadeFile,
	options = {},
	authentication: 'bearer' | 'hmac' = 'bearer',
	onStart?: (cancel: () => void) => void,
): Promise<RunResult> {
	return await runChert(
		{ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data', options },
		{
			credential: credentialFor({ ...ACCOUNT, apiUrl: server.baseUrl }, authentication),
			items: [{ binary: { data: file.binary } }],
			onStart,
		},
	);
}

async function startWith(script: AttachmentServerScript = {}): Promise<void> {
	server = await startAttachmentServer(script);
}

const puts = () => server.received.filter(({ method }) => method === 'PUT');

describe('the PUT', () => {
	test.each(BINARY_MODES)(
		'has the length and the type that the slot was asked for, for a file %s',
		async (mode) => {
			await startWith();
			const file = await makeFile({
				sizeBytes: 300_000,
				mode,
				fileName: 'song.mp3',
				mimeType: 'audio/mp3',
			});
			await upload(file);
			expect(puts()).toMatchObject([
				{
					bytes: 300_000,
					sha256: file.sha256,
					headers: { 'content-length': '300000', 'content-type': 'audio/mpeg' },
				},
			]);
			expect(puts()[0].headers).not.toHaveProperty('transfer-encoding');
		},
	);

	test.each([
		{
			what: 'the option',
			options: { mimeType: 'image/webp', fileName: 'b.gif' },
			fileName: 'a.jpg',
			mimeType: 'image/png',
			wanted: 'image/webp',
		},
		{
			what: 'the binary field without an option',
			options: {},
			fileName: 'a.jpg',
			mimeType: 'image/png',
			wanted: 'image/png',
		},
		{
			what: 'the binary field without its parameters',
			options: {},
			fileName: 'a.jpg',
			mimeType: 'image/png; charset=binary',
			wanted: 'image/png',
		},
		{
			what: "the file's name when the field knows no type",
			options: {},
			fileName: 'clip.MOV',
			mimeType: 'application/octet-stream',
			wanted: 'video/quicktime',
		},
		{
			what: "the option's file name when the field knows no type",
			options: { fileName: 'photo.heic' },
			fileName: 'file.bin',
			mimeType: '',
			wanted: 'image/heic',
		},
	])('takes its type from $what', async ({ options, fileName, mimeType, wanted }) => {
		await startWith();
		const { items } = await upload(await makeFile({ sizeBytes: 10, fileName, mimeType }), options);
		expect(items[0].json.mimeType).toBe(wanted);
		expect(puts()[0].headers['content-type']).toBe(wanted);
	});

	test('carries the bearer token where everything else is signed', async () => {
		await startWith();
		await upload(await makeFile({ sizeBytes: 10 }), {}, 'hmac');
		const [slot, put] = server.received;
		expect(slot.headers).toHaveProperty('x-chert-signature');
		expect(slot.headers).not.toHaveProperty('authorization');
		expect(put.headers.authorization).toBe(`Bearer ${ACCOUNT.signingSecret}`);
		expect(put.headers).not.toHaveProperty('x-chert-signature');
	});

	test('follows no redirect', async () => {
		const elsewhere = await startAttachmentServer();
		await startWith({
			onPut: (_request, response) =>
				response.writeHead(307, { location: `${elsewhere.baseUrl}/elsewhere` }).end(),
		});
		const { error } = await upload(await makeFile({ sizeBytes: 1000 }));
		await elsewhere.close();
		expect(error?.message).toBeDefined();
		expect(elsewhere.received).toEqual([]);
		expect(puts()).toHaveLength(1);
	});

	test('goes to no other origin, whatever the slot says', async () => {
		const elsewhere = await startAttachmentServer();
		await startWith({ uploadUrl: () => `${elsewhere.baseUrl}/attachments/att_1/upload` });
		const { error } = await upload(await makeFile({ sizeBytes: 1000 }));
		await elsewhere.close();
		expect(error?.message).toContain('to an address other than Base URL');
		expect(elsewhere.received).toEqual([]);
	});
});

describe('a file that is not what it was', () => {
	// The node can see it before the connection stands, and then there is no try to be seen.
	const expectOneTryAtMost = () => expect(puts().length).toBeLessThanOrEqual(1);

	// Not a multiple of what the node reads at once, and one that is: the end then comes with the last full piece.
	test.each([1_500_000, 4 * 1024 * 1024])(
		'%i bytes that became more end in a clear error',
		async (sizeBytes) => {
			await startWith();
			const file = await makeFile({ sizeBytes, fileName: 'video.mp4', mimeType: 'video/mp4' });
			await appendFile(await pathOf(file), Buffer.alloc(400_000));
			const { items, error } = await upload(file);
			expect(items).toEqual([]);
			expect(error?.message).toBe('File "video.mp4" changed size during the upload');
			expect(error?.description).toContain(`It had ${sizeBytes} bytes at the start`);
			expectOneTryAtMost();
		},
	);

	test.each([1_499_999, 1024, 0])(
		'a file cut to %i bytes ends in a clear error, at once and without another try',
		async (left) => {
			await startWith();
			const file = await makeFile({ sizeBytes: 1_500_000 });
			await truncate(await pathOf(file), left);
			const { items, error } = await upload(file);
			expect(items).toEqual([]);
			expect(error?.message).toBe('File "photo.png" changed size during the upload');
			await eventually('the end of the connection', () => puts().every(({ isCut }) => isCut));
			expectOneTryAtMost();
		},
	);

	test('a file that is gone is named before anything is sent', async () => {
		await startWith();
		const file = await makeFile({ sizeBytes: 1000 });
		const path = await pathOf(file);
		await rm(path);
		await rm(`${path}.metadata`);
		const { error } = await upload(file);
		expect(error?.message).toContain(
			`File "photo.png" in binary field "data" is no longer in n8n's storage`,
		);
		expect(server.received).toEqual([]);
	});

	test('a file that vanishes between slot and PUT is named too', async () => {
		const file = await makeFile({ sizeBytes: 1000 });
		const path = await pathOf(file);
		await rm(path);
		await startWith();
		const { error } = await upload(file);
		expect(error?.message).toContain(
			`File "photo.png" in binary field "data" is no longer in n8n's storage`,
		);
		expect(puts()).toEqual([]);
	});

	test('a message whose file changed is not sent without it', async () => {
		await startWith();
		const whole = await makeFile({ sizeBytes: 1000, seed: 2 });
		const file = await makeFile({ sizeBytes: 1_500_000 });
		await truncate(await pathOf(file), 10);
		const { error } = await runChert(
			{
				resource: 'message',
				operation: 'send',
				phone: '+15550100123',
				body: 'Look',
				binaryPropertyNames: 'a, b',
			},
			{
				credential: credentialFor({ ...ACCOUNT, apiUrl: server.baseUrl }),
				items: [{ binary: { a: whole.binary, b: file.binary } }],
			},
		);
		expect(error?.message).toBe('File "photo.png" changed size during the upload');
		expect(server.received.map(({ path }) => path)).not.toContain('/send');
	});
});

test('a canceled execution ends the transfer at once and releases the file', async () => {
	// Reads a little now and then, so that the transfer is certainly in the middle.
	await startWith({
		onPut: (request, _response, record) =>
			request.on('data', (chunk: Buffer) => {
				record.bytes += chunk.length;
				request.pause();
				setTimeout(() => request.resume(), 10);
			}),
	});
	const file = await makeFile({ sizeBytes: 50_000_000 });
	let cancel: () => void = () => undefined;
	const run = upload(file, {}, 'bearer', (doCancel) => (cancel = doCancel));
	await eventually('the transfer', () => puts()[0]?.bytes > 0);
	expect(await isOpen(file)).toBe(true);

	cancel();
	await eventually('the end of the reading', async () => !(await isOpen(file)));
	await run;
	await eventually('the end of the connection', () => puts()[0].isCut);
	expect(puts()).toHaveLength(1);
	expect(puts()[0].bytes).toBeLessThan(file.sizeBytes);
});

test.each([
	{ how: 'a connection cut', answer: undefined },
	{ how: 'a 503', answer: { status: 503, code: 3002, retryable: true } },
])(
	'$how before all bytes are there is tried again, and no try leaves the file open',
	async ({ answer }) => {
		await startWith({
			onPut(request, response) {
				if (!answer) return void request.socket.destroy();
				request.resume();
				response.writeHead(answer.status, { 'content-type': 'application/json' });
				response.end(JSON.stringify({ success: false, error: { ...answer, message: 'no' } }));
			},
		});
		const file = await makeFile({ sizeBytes: 20_000_000 });
		const { error } = await upload(file, { maxRetries: 1 });
		expect(error).toBeDefined();
		expect(puts()).toHaveLength(2);
		await eventually('the end of the reading', async () => !(await isOpen(file)));
	},
);
