import { readdirSync } from 'node:fs';
import path from 'node:path';

import { BinaryDataService } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import { binaryDataService, credentialFor, runChert, type RunOptions } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { bytesOf, makeFile, requestsTo, sha256Of, sha256OfBinary } from './files';
import { eventually, startAttachmentServer, type AttachmentServer } from './attachmentServer';

const PHONE = '+15550100123';

const context = useSandbox();
let server: AttachmentServer | undefined;

beforeEach(() => {
	// The shortest of the waits between two tries.
	jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
	jest.restoreAllMocks();
	await server?.close();
	server = undefined;
});

const run = async (operation: string, parameters: IDataObject, options: Partial<RunOptions> = {}) =>
	await runChert(
		{ resource: 'attachment', operation, ...parameters },
		{ credential: credentialFor(context.sandbox), ...options },
	);

async function uploaded(sizeBytes: number): Promise<{ attachmentId: string; sha256: string }> {
	const { binary, sha256 } = await makeFile({ sizeBytes });
	const { items } = await run('upload', {}, { items: [{ binary: { data: binary } }] });
	return { attachmentId: String(items[0].json.attachmentId), sha256 };
}

/** What lies in n8n's store for an execution. */
async function storedFor(executionId: string): Promise<string[]> {
	const service = await binaryDataService();
	const folder = path.dirname(
		service.getPath(`filesystem-v2:workflows/workflow-1/executions/${executionId}/binary_data/x`),
	);
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

test.each([1, 100_000, 1_000_000, 10_000_000])(
	'%i bytes come back as they were sent',
	async (sizeBytes) => {
		const { attachmentId, sha256 } = await uploaded(sizeBytes);
		const { items, error } = await run('download', { attachmentId, binaryPropertyName: 'photo' });
		expect(error).toBeUndefined();
		const binary = items[0].binary?.photo;
		expect(items[0].json).toEqual({
			attachmentId,
			fileName: 'photo.png',
			mimeType: 'image/png',
			sizeBytes,
		});
		expect(binary).toMatchObject({
			fileName: 'photo.png',
			mimeType: 'image/png',
			fileExtension: 'png',
			bytes: sizeBytes,
		});
		expect(binary?.id).toMatch(/^filesystem-v2:/);
		expect(await sha256OfBinary(binary!)).toBe(sha256);
	},
);

test('what a lead sent comes by its in_ id, and can be sent on', async () => {
	const bytes = Buffer.concat([...bytesOf(300_000)]);
	await run(
		'upload',
		{},
		{ items: [{ binary: { data: (await makeFile({ sizeBytes: 1 })).binary } }] },
	);
	await runChert(
		{ resource: 'message', operation: 'send', phone: PHONE, body: 'Hello' },
		{ credential: credentialFor(context.sandbox) },
	);
	await context.sandbox.control.reply(PHONE, {
		attachment: { fileName: 'IMG.heic', mimeType: 'image/heic', base64: bytes.toString('base64') },
	});
	const [{ attachments }] = context.sandbox.control.messages({ direction: 'inbound' });
	const { attachmentId } = attachments[0];
	expect(attachmentId).toMatch(/^in_/);

	const { items } = await run('download', { attachmentId });
	expect(items[0].json).toMatchObject({
		fileName: 'IMG.heic',
		mimeType: 'image/heic',
		sizeBytes: 300_000,
	});
	const again = await run('upload', {}, { items });
	expect(again.items[0].json).toMatchObject({
		fileName: 'IMG.heic',
		mimeType: 'image/heic',
		sizeBytes: 300_000,
	});
	expect(await sha256OfBinary(items[0].binary!.data)).toBe(sha256Of([bytes]));
});

test.each([
	{ header: 'attachment; filename="photo of us.png"', fileName: 'photo of us.png' },
	{ header: "attachment; filename=x.png; filename*=UTF-8''gru%C3%9F.png", fileName: 'gruß.png' },
	{ header: 'attachment; filename="Invoice; final.png"; size=5', fileName: 'Invoice; final.png' },
	{ header: 'attachment; filename="12\\" pipe.png"', fileName: '12" pipe.png' },
	// As many servers write it: the bytes of UTF-8, or of Latin-1.
	{ header: 'attachment; filename="gru\xc3\x9f.png"', fileName: 'gruß.png' },
	{ header: 'attachment; filename="gru\xdf.png"', fileName: 'gruß.png' },
	{ header: 'attachment; filename=plain.png; size=5', fileName: 'plain.png' },
	{ header: "attachment; filename*=UTF-8''100%.png", fileName: '100%.png' },
	{ header: "attachment; filename*=ISO-8859-1''gru%DF.png", fileName: 'gruß.png' },
	// Chert's own record of the attachment.
	{ header: 'attachment; filename=""', fileName: 'roof.png' },
	{ header: 'inline', fileName: 'roof.png' },
	{ header: undefined, fileName: 'roof.png' },
])('the name is what $header says', async ({ header, fileName }) => {
	server = await startAttachmentServer({
		onContent: (_request, response) =>
			response
				.writeHead(200, {
					'content-type': 'image/png; charset=binary',
					...(header && { 'content-disposition': header }),
				})
				.end('bytes'),
	});
	const { items } = await run(
		'download',
		{ attachmentId: 'att_7' },
		{ credential: credentialFor({ ...context.sandbox, apiUrl: server.baseUrl }) },
	);
	expect(items[0].json).toEqual({
		attachmentId: 'att_7',
		fileName,
		mimeType: 'image/png',
		sizeBytes: 5,
	});
	expect(server.received[0].headers['accept-encoding']).toBe('identity');
});

test('a download cut in the middle is made again, whole, and leaves nothing behind', async () => {
	const { attachmentId, sha256 } = await uploaded(3_000_000);
	context.sandbox.control.addFaults({ kind: 'cutMidBody', route: 'attachments.content', times: 2 });
	const { items, error } = await run('download', { attachmentId }, { executionId: 'cut' });
	expect(error).toBeUndefined();
	expect(requestsTo(context.sandbox, 'attachments.content')).toHaveLength(3);
	expect(items[0].json.sizeBytes).toBe(3_000_000);
	expect(await sha256OfBinary(items[0].binary!.data)).toBe(sha256);
	// The file and what n8n notes of it.
	expect(await storedFor('cut')).toHaveLength(2);
});

test('a download that is cut each time ends in an error and leaves nothing behind', async () => {
	const { attachmentId } = await uploaded(3_000_000);
	context.sandbox.control.addFaults({ kind: 'cutMidBody', route: 'attachments.content' });
	const { items, error } = await run(
		'download',
		{ attachmentId, options: { maxRetries: 1 } },
		{ executionId: 'always-cut' },
	);
	expect(items).toEqual([]);
	expect(error?.description).toContain('The node tried 2 times');
	expect(await storedFor('always-cut')).toEqual([]);
});

test('a download that stands still is ended, and made again', async () => {
	const limits: AbortController[] = [];
	jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
		limits.push(new AbortController());
		return limits.at(-1)!.signal;
	});
	server = await startAttachmentServer({
		onContent(_request, response, tries) {
			response.writeHead(200, { 'content-type': 'image/png', 'content-length': 10 }).write('01234');
			if (tries > 1) response.end('56789');
		},
	});
	const download = run(
		'download',
		{ attachmentId: 'att_7' },
		{ credential: credentialFor({ ...context.sandbox, apiUrl: server.baseUrl }) },
	);
	await eventually('the first try', () => server?.received.length === 1);
	limits.at(-1)?.abort();
	const { items, error } = await download;
	expect(error).toBeUndefined();
	expect(items[0].json.sizeBytes).toBe(10);
	expect(server.received).toHaveLength(2);
});

test('a cancelled execution ends a download that stands still', async () => {
	server = await startAttachmentServer({
		onContent: (_request, response) =>
			void response.writeHead(200, { 'content-length': 10 }).write('01234'),
	});
	let cancel: () => void = () => undefined;
	const isCut = () => server?.received[0]?.isClosed === true;
	const download = run(
		'download',
		{ attachmentId: 'att_7' },
		{
			credential: credentialFor({ ...context.sandbox, apiUrl: server.baseUrl }),
			onStart: (doCancel) => (cancel = doCancel),
			executionId: 'cancelled',
		},
	);
	await eventually('the first bytes', () => server?.received.length === 1);
	cancel();
	await download;
	await eventually('the end of the connection', isCut);
	await eventually('the end of the store', async () => (await storedFor('cancelled')).length === 0);
	expect(server.received).toHaveLength(1);
});

test('a store that refuses the file is named, and asked once', async () => {
	const { attachmentId } = await uploaded(10_000);
	jest
		.spyOn(BinaryDataService.prototype, 'store')
		.mockRejectedValue(new Error('ENOSPC: no space left on device'));
	const { error } = await run('download', { attachmentId });
	expect(error?.message).toBe(`n8n could not store the file of attachment "${attachmentId}"`);
	expect(error?.description).toContain('ENOSPC: no space left on device');
	expect(requestsTo(context.sandbox, 'attachments.content')).toHaveLength(1);
});

test('a store that refuses the file leaves no connection open', async () => {
	server = await startAttachmentServer({
		onContent: (_request, response) =>
			void response
				.writeHead(200, { 'content-type': 'image/png', 'content-length': 1000 })
				.write('bytes'),
	});
	jest.spyOn(BinaryDataService.prototype, 'store').mockRejectedValue(new Error('ENOSPC'));
	const { error } = await run(
		'download',
		{ attachmentId: 'att_7' },
		{ credential: credentialFor({ ...context.sandbox, apiUrl: server.baseUrl }) },
	);
	expect(error?.message).toContain('n8n could not store the file');
	await eventually('the end of the connection', () => server?.received[0].isClosed === true);
});

describe('an attachment that is not there', () => {
	test.each(['get', 'download'])('%s: 5001 says what to do', async (operation) => {
		const { error } = await run(operation, { attachmentId: 'att_unknown' });
		expect(error?.description).toContain('5001');
		expect(`${error?.message} ${error?.description}`).toContain('att_unknown');
	});

	test('download: 5004 says that nothing was uploaded yet', async () => {
		const response = await fetch(`${context.sandbox.apiUrl}/attachments`, {
			method: 'POST',
			headers: {
				authorization: `Bearer ${context.sandbox.signingSecret}`,
				'content-type': 'application/json',
			},
			body: JSON.stringify({ filename: 'a.png', content_type: 'image/png', size_bytes: 10 }),
		});
		const { attachment_id: attachmentId } = (await response.json()) as { attachment_id: string };
		const { error } = await run('download', { attachmentId });
		expect(error?.description).toContain('5004');
		const { items } = await run('get', { attachmentId });
		expect(items[0].json).toMatchObject({
			attachment_id: attachmentId,
			filename: 'a.png',
			size_bytes: 10,
		});
	});
});
