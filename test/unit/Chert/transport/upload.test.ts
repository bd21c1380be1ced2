import { Readable } from 'node:stream';

import type { FileSource } from '../../../../nodes/Chert/input/file';
import type { AskOptions, ItemRun } from '../../../../nodes/Chert/transport/itemRun';
import { upload } from '../../../../nodes/Chert/transport/upload';
import { readCredential } from '../../../../nodes/shared/credential';
import type { ChertRequest } from '../../../../nodes/shared/request';

const MINUTE_MS = 60_000;
const FILE = {
	fileName: 'roof.png',
	mimeType: 'image/png',
	sizeBytes: 1,
	open: async () => await Promise.resolve(Buffer.from('x')),
};

afterEach(() => jest.restoreAllMocks());

it.each([
	[13, ['POST', 'PUT']],
	[14.5, ['POST', 'PUT', 'POST', 'PUT', 'POST', 'PUT']],
])(
	'a place that is %d minutes old when a try fails is left for a new one in time, three times at most',
	async (minutes, expected) => {
		let now = 20 * MINUTE_MS;
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		const methods: string[] = [];
		const ask = async (request: () => Promise<ChertRequest>, { givesUp }: AskOptions) => {
			const { method } = await request();
			methods.push(method);
			if (method === 'PUT') {
				now += minutes * MINUTE_MS;
				if (givesUp?.(undefined)) return undefined;
			}
			return { answer: { statusCode: 200, headers: {} }, body: { attachment_id: 'a' } };
		};
		const credential = readCredential({ signingSecret: 's' });
		await upload({ ask } as unknown as ItemRun, credential, FILE as unknown as FileSource);
		expect(methods).toEqual(expected);
	},
);

it.each([
	[{ status: 404, code: 5001 }, 2],
	[{ status: 409, code: 1012 }, 2],
	[{ status: 410 }, 2],
	[{ status: 404 }, 2],
	[{ status: 404, code: 2001 }, 1],
	[{ status: 500 }, 1],
	[undefined, 1],
])('after %j a file is given %d places', async (failure, places) => {
	const methods: string[] = [];
	const ask = async (request: () => Promise<ChertRequest>, { givesUp }: AskOptions) => {
		methods.push((await request()).method);
		if (methods.length === 2 && givesUp?.(failure as never)) return undefined;
		return { answer: { statusCode: 200, headers: {} }, body: { attachment_id: 'a' } };
	};
	await upload(
		{ ask } as unknown as ItemRun,
		readCredential({ signingSecret: 's' }),
		FILE as unknown as FileSource,
	);
	expect(methods.filter((method) => method === 'POST')).toHaveLength(places);
});

it('a file of 100 MB may take its time over a slow line', async () => {
	const limits: unknown[] = [];
	const ask = async (request: () => Promise<ChertRequest>) => {
		limits.push((await request()).timeoutMs);
		return { answer: { statusCode: 200, headers: {} }, body: { attachment_id: 'a' } };
	};
	await upload(
		{ ask } as unknown as ItemRun,
		readCredential({ signingSecret: 's' }),
		FILE as unknown as FileSource,
	);
	expect(limits).toEqual([undefined, 30 * MINUTE_MS]);
});

it('is refused when the file turns out longer once Chert has the announced bytes', async () => {
	const file = {
		...FILE,
		open: async () => await Promise.resolve(Readable.from([Buffer.from('x'), Buffer.from('y')])),
	};
	// Chert answers without having read on.
	const ask = async (request: () => Promise<ChertRequest>) => {
		await request();
		return { answer: { statusCode: 200, headers: {} }, body: { attachment_id: 'a' } };
	};
	const uploading = upload(
		{ ask } as unknown as ItemRun,
		readCredential({ signingSecret: 's' }),
		file as unknown as FileSource,
	);
	await expect(uploading).rejects.toThrow('File "roof.png" changed its size while it was sent');
});
