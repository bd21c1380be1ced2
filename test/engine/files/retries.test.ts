import type { IDataObject } from 'n8n-workflow';

import type { FaultKind } from '../../../sandbox';
import { credentialFor, runChert, type RunOptions } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import {
	BINARY_MODES,
	makeFile,
	requestsTo,
	sha256AtSandbox,
	type BinaryMode,
	type MadeFile,
} from './files';
import { eventually, startAttachmentServer } from './attachmentServer';

const PHONE = '+15550100123';

const MINUTE_MS = 60_000;

const context = useSandbox();

beforeEach(() => {
	// The shortest of the waits between two tries.
	jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => jest.restoreAllMocks());

const upload = async (file: MadeFile, options: IDataObject = {}, run: Partial<RunOptions> = {}) =>
	await runChert(
		{ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data', options },
		{
			credential: credentialFor(context.sandbox),
			items: [{ binary: { data: file.binary } }],
			...run,
		},
	);

const statuses = (route: string) => requestsTo(context.sandbox, route).map(({ status }) => status);

test.each<{ kind: FaultKind; firstStatus: number | null; mode: BinaryMode }>([
	{ kind: 'cutBefore', firstStatus: null, mode: 'filesystem-v2' },
	{ kind: 'cutAfter', firstStatus: null, mode: 'filesystem-v2' },
	{ kind: 'cutAfter', firstStatus: null, mode: 'in the item' },
	{ kind: 'serverError', firstStatus: 500, mode: 'filesystem-v2' },
	{ kind: 'html', firstStatus: 502, mode: 'filesystem-v2' },
])(
	'$kind: the PUT of a file $mode is made again with all bytes, into the same slot',
	async ({ kind, firstStatus, mode }) => {
		context.sandbox.control.addFaults({ kind, route: 'attachments.upload', times: 1 });
		const file = await makeFile({ sizeBytes: 3_000_000, mode });
		const { items, error } = await upload(file);
		expect(error).toBeUndefined();
		expect(statuses('attachments.create')).toEqual([200]);
		expect(statuses('attachments.upload')).toEqual([firstStatus, 200]);
		expect(await sha256AtSandbox(context.sandbox, items[0].json.attachmentId)).toBe(file.sha256);
	},
);

test('a slow PUT is waited for', async () => {
	context.sandbox.control.addFaults({
		kind: 'slow',
		route: 'attachments.upload',
		delayMs: 300,
		times: 1,
	});
	const file = await makeFile({ sizeBytes: 3_000_000 });
	const { items } = await upload(file);
	expect(statuses('attachments.upload')).toEqual([200]);
	expect(await sha256AtSandbox(context.sandbox, items[0].json.attachmentId)).toBe(file.sha256);
});

test('a slow PUT is not ended by the Timeout of the Request Options, which is meant for answers', async () => {
	context.sandbox.control.addFaults({
		kind: 'slow',
		route: 'attachments.upload',
		delayMs: 600,
		times: 1,
	});
	const file = await makeFile({ sizeBytes: 1000 });
	const { error } = await runChert(
		{ resource: 'attachment', operation: 'upload', requestOptions: { timeout: 250 } },
		{ credential: credentialFor(context.sandbox), items: [{ binary: { data: file.binary } }] },
	);
	expect(error).toBeUndefined();
	expect(statuses('attachments.upload')).toEqual([200]);
});

test('any 2xx will do, whatever its body says', async () => {
	const server = await startAttachmentServer({
		onPut(request, response) {
			request
				.on('end', () => response.writeHead(201, { 'content-type': 'text/plain' }).end('stored'))
				.resume();
		},
	});
	const file = await makeFile({ sizeBytes: 1000 });
	const { items, error } = await upload(
		file,
		{},
		{ credential: credentialFor({ ...context.sandbox, apiUrl: server.baseUrl }) },
	);
	await server.close();
	expect(error).toBeUndefined();
	expect(items[0].json.attachmentId).toBe('att_1');
});

test('an expired slot is replaced', async () => {
	const file = await makeFile({ sizeBytes: 10_000 });
	// A server error first, so that the slot can expire between the first try and the second.
	context.sandbox.control.addFaults({
		kind: 'serverError',
		route: 'attachments.upload',
		times: 1,
		delayMs: 100,
	});
	const run = upload(file);
	await untilFirstPut();
	context.sandbox.control.clock({ advanceMs: 16 * MINUTE_MS });
	const { items, error } = await run;
	expect(error).toBeUndefined();
	expect(statuses('attachments.create')).toEqual([200, 200]);
	expect(statuses('attachments.upload')).toEqual([500, 409, 200]);
	expect(await sha256AtSandbox(context.sandbox, items[0].json.attachmentId)).toBe(file.sha256);
});

test('slots that are gone each time end in an error and not in a circle', async () => {
	const file = await makeFile({ sizeBytes: 10_000 });
	context.sandbox.control.addFaults({
		kind: 'notRetryable',
		route: 'attachments.upload',
		code: 5001,
		status: 404,
	});
	const { error } = await upload(file);
	expect(error?.description).toContain('5001');
	expect(statuses('attachments.create')).toEqual([200, 200, 200]);
});

describe('refused before anything is sent', () => {
	test.each(BINARY_MODES)('an empty file %s', async (mode) => {
		const { error } = await upload(await makeFile({ sizeBytes: 0, mode, fileName: 'empty.pdf' }));
		expect(error?.message).toBe(
			'File "empty.pdf" in binary field "data" is empty: use a file that has content',
		);
		expect(context.sandbox.control.requests()).toEqual([]);
	});

	test('a message with one file of one byte too many', async () => {
		const [small, large] = [
			await makeFile({ sizeBytes: 10 }),
			await makeFile({ sizeBytes: 104_857_601 }),
		];
		const { error } = await runChert(
			{
				resource: 'message',
				operation: 'send',
				phone: PHONE,
				body: 'Look',
				binaryPropertyNames: 'small, large',
			},
			{
				credential: credentialFor(context.sandbox),
				items: [{ binary: { small: small.binary, large: large.binary } }],
			},
		);
		expect(error?.message).toMatch(
			/^File "photo\.png" in binary field "large" is 105 MB, but Chert accepts at most 100 MB/,
		);
		expect(context.sandbox.control.requests()).toEqual([]);
	});
});

test('base64 with line breaks counts by its bytes', async () => {
	const file = await makeFile({ sizeBytes: 5000, mode: 'in the item' });
	file.binary.data = file.binary.data.replace(/.{76}/g, '$&\r\n');
	const { items, error } = await upload(file);
	expect(error).toBeUndefined();
	expect(items[0].json.sizeBytes).toBe(5000);
	expect(await sha256AtSandbox(context.sandbox, items[0].json.attachmentId)).toBe(file.sha256);
});

test('a failed send does not upload again what Chert has', async () => {
	context.sandbox.control.addFaults({ kind: 'serverError', route: 'send', times: 1 });
	const file = await makeFile({ sizeBytes: 100_000 });
	const { error } = await runChert(
		{
			resource: 'message',
			operation: 'send',
			phone: PHONE,
			body: 'Look',
			binaryPropertyNames: 'data',
			options: { maxRetries: 0 },
		},
		{
			credential: credentialFor(context.sandbox),
			items: [{ binary: { data: file.binary } }],
			retryOnFail: true,
			maxTries: 2,
		},
	);
	expect(error).toBeUndefined();
	expect(statuses('attachments.upload')).toEqual([200]);
	expect(context.sandbox.control.messages()).toHaveLength(1);
});

async function untilFirstPut(): Promise<void> {
	await eventually(
		'the first PUT',
		() => requestsTo(context.sandbox, 'attachments.upload').length > 0,
	);
}
