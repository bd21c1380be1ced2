import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { FileReader } from '../../../../nodes/Chert/transport/fileReader';

const openReader = async (content: Readable | Buffer, sizeBytes: number) =>
	await FileReader.open({
		fileName: 'roof.png',
		mimeType: 'image/png',
		sizeBytes,
		open: async () => await Promise.resolve(content as never),
	});

const MESSAGE = 'File "roof.png" changed size during the upload';

it('loses no byte that arrives before the request reads', async () => {
	const stream = new PassThrough();
	const { body } = await openReader(stream, 5);
	stream.end('hello');
	await nextTurn();
	await nextTurn();
	expect(Buffer.concat(await (body as unknown as Readable).toArray()).toString()).toBe('hello');
});

it('passes on bytes in memory as they are', async () => {
	const content = Buffer.from('hello');
	const reader = await openReader(content, 5);
	expect(reader.body).toBe(content);
	await reader.finish();
	reader.close();
	expect(reader.error).toBeUndefined();
});

it('handles a stream error while nothing reads', async () => {
	const stream = new PassThrough();
	await openReader(stream, 5);
	expect(() => stream.emit('error', new Error('ENOENT'))).not.toThrow();
});

it('releases a file that is no longer needed', async () => {
	const stream = new PassThrough();
	(await openReader(stream, 5)).close();
	expect(stream.destroyed).toBe(true);
});

it('ends the request when the file has grown', async () => {
	const reader = await openReader(Readable.from([Buffer.from('hello!')]), 5);
	await expect((reader.body as unknown as Readable).toArray()).rejects.toThrow(MESSAGE);
	expect(reader.error?.message).toBe(MESSAGE);
});

it('ends the request when the file has shrunk', async () => {
	const reader = await openReader(Readable.from([Buffer.from('hell')]), 5);
	await (reader.body as unknown as Readable).toArray().catch(() => undefined);
	expect(reader.error?.message).toBe(MESSAGE);
});

it('finds the surplus that the request did not read', async () => {
	const stream = new PassThrough();
	const reader = await openReader(stream, 5);
	stream.end('hello, and more');
	await reader.finish();
	expect(reader.error?.message).toBe(MESSAGE);
});

it('does not wait for the end of a file that is closed', async () => {
	const stream = new PassThrough();
	const reader = await openReader(stream, 5);
	const finished = reader.finish();
	stream.destroy();
	await expect(finished).resolves.toBeUndefined();
});
