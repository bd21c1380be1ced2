import { credentialFor, runChert } from '../../support/engine';
import { useSandbox } from '../../support/sandbox';
import { BINARY_MODES, makeFile, requestsTo, sha256AtSandbox, type MadeFile } from './files';

const PHONE = '+15550100123';
const SIZES = [1, 100_000, 1_000_000, 10_000_000];

const context = useSandbox();

describe.each(BINARY_MODES)('a file %s arrives as it was sent', (mode) => {
	test.each(SIZES)('%i bytes by Upload', async (sizeBytes) => {
		const file = await makeFile({
			sizeBytes,
			mode,
			fileName: 'invoice.pdf',
			mimeType: 'application/pdf',
		});
		const { items, error } = await runChert(
			{ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data' },
			{ credential: credentialFor(context.sandbox), items: [{ binary: { data: file.binary } }] },
		);
		expect(error).toBeUndefined();
		expect(items[0].json).toEqual({
			attachmentId: expect.any(String) as string,
			fileName: 'invoice.pdf',
			mimeType: 'application/pdf',
			sizeBytes,
			expiresAt: expect.any(String) as string,
		});
		expect(items[0].pairedItem).toEqual({ item: 0 });
		expect(await sha256AtSandbox(context.sandbox, items[0].json.attachmentId)).toBe(file.sha256);
	});

	test.each(SIZES)('%i bytes by Binary Fields of Send', async (sizeBytes) => {
		const file = await makeFile({ sizeBytes, mode });
		const { error } = await runChert(
			{
				resource: 'message',
				operation: 'send',
				phone: PHONE,
				body: 'Look',
				binaryPropertyNames: 'photo',
			},
			{ credential: credentialFor(context.sandbox), items: [{ binary: { photo: file.binary } }] },
		);
		expect(error).toBeUndefined();
		const [message] = context.sandbox.control.messages();
		expect(message.attachments).toMatchObject([
			{ fileName: 'photo.png', mimeType: 'image/png', sizeBytes, sha256: file.sha256 },
		]);
	});

	test('several files keep their place among the parts', async () => {
		const sizes = [700_000, 1000, 300_000, 40_000, 5_000_000];
		const files = await Promise.all(
			sizes.map(
				async (sizeBytes, index) =>
					await makeFile({ sizeBytes, mode, seed: index + 1, fileName: `${index}.png` }),
			),
		);
		const chatId = await newChat();
		const { error } = await runChert(
			{
				resource: 'message',
				operation: 'sendToChat',
				chatId,
				parts: {
					part: [
						{ type: 'file', binaryPropertyName: 'file0' },
						{ type: 'file', binaryPropertyName: 'file1' },
						{ type: 'text', text: 'and' },
						{ type: 'file', binaryPropertyName: 'file2' },
						{ type: 'file', binaryPropertyName: 'file3' },
						{ type: 'richLink', url: 'https://example.com/review' },
						{ type: 'file', binaryPropertyName: 'file4' },
					],
				},
			},
			{ credential: credentialFor(context.sandbox), items: [{ binary: fieldsOf(files) }] },
		);
		expect(error).toBeUndefined();
		const message = context.sandbox.control.messages().at(-1);
		expect(message?.parts.map(({ type }) => type)).toEqual([
			'media',
			'media',
			'text',
			'media',
			'media',
			'rich_link',
			'media',
		]);
		expect(message?.attachments.map(({ sha256 }) => sha256)).toEqual(
			files.map(({ sha256 }) => sha256),
		);
	});
});

test('the files of an item go up side by side, three at a time at most', async () => {
	context.sandbox.control.addFaults({ kind: 'slow', route: 'attachments.upload', delayMs: 100 });
	const files = await Promise.all(
		[1, 2, 3, 4, 5, 6, 7].map(async (seed) => await makeFile({ sizeBytes: 1000, seed })),
	);
	const watch = watchConcurrency();
	const { error } = await runChert(
		{
			resource: 'message',
			operation: 'send',
			phone: PHONE,
			body: 'Look',
			binaryPropertyNames: Object.keys(fieldsOf(files)).join(', '),
		},
		{ credential: credentialFor(context.sandbox), items: [{ binary: fieldsOf(files) }] },
	);
	expect(error).toBeUndefined();
	expect(watch.stop()).toBe(3);
	expect(context.sandbox.control.messages()[0].attachments.map(({ sha256 }) => sha256)).toEqual(
		files.map(({ sha256 }) => sha256),
	);
});

test('a signing account uploads with the bearer token, everything else is signed', async () => {
	const file = await makeFile({ sizeBytes: 100_000 });
	const { items, error } = await runChert(
		{ resource: 'attachment', operation: 'upload', binaryPropertyName: 'data' },
		{
			credential: credentialFor(context.sandbox, 'hmac'),
			items: [{ binary: { data: file.binary } }],
		},
	);
	expect(error).toBeUndefined();
	expect(await sha256AtSandbox(context.sandbox, items[0].json.attachmentId)).toBe(file.sha256);
});

test('a HEIC photo and its MOV arrive as a Live Photo', async () => {
	const photo = await makeFile({
		sizeBytes: 200_000,
		seed: 1,
		fileName: 'IMG_1.HEIC',
		mimeType: 'application/octet-stream',
	});
	const video = await makeFile({
		sizeBytes: 900_000,
		seed: 2,
		fileName: 'IMG_1.MOV',
		mimeType: 'application/octet-stream',
	});
	const { error } = await runChert(
		{
			resource: 'message',
			operation: 'send',
			phone: PHONE,
			body: 'Look',
			binaryPropertyNames: 'photo, video',
			options: { livePhoto: true },
		},
		{
			credential: credentialFor(context.sandbox),
			items: [{ binary: { photo: photo.binary, video: video.binary } }],
		},
	);
	expect(error).toBeUndefined();
	const [message] = context.sandbox.control.messages();
	expect(message.attachments).toMatchObject([
		{ mimeType: 'image/heic', sha256: photo.sha256 },
		{ mimeType: 'video/quicktime', sha256: video.sha256 },
	]);
	expect(
		message.parts
			.filter(({ type }) => type === 'media')
			.map((part) => 'live_photo' in part && part.live_photo === true),
	).toEqual([true, false]);
});

async function newChat(): Promise<string> {
	const { items } = await runChert(
		{ resource: 'message', operation: 'send', phone: PHONE, body: 'Hello' },
		{ credential: credentialFor(context.sandbox) },
	);
	return String(items[0].json.lead_id);
}

function fieldsOf(files: MadeFile[]) {
	return Object.fromEntries(files.map(({ binary }, index) => [`file${index}`, binary]));
}

/** The most uploads that were under way at any moment, as the request log tells: one is, until it has a status. */
function watchConcurrency(): { stop(): number } {
	let most = 0;
	const timer = setInterval(() => {
		most = Math.max(
			most,
			requestsTo(context.sandbox, 'attachments.upload').filter(({ status }) => status === null)
				.length,
		);
	}, 5);
	return {
		stop() {
			clearInterval(timer);
			return most;
		},
	};
}
