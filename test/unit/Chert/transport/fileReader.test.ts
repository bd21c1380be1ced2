import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FileSource } from '../../../../nodes/Chert/input/file';
import { FileReading } from '../../../../nodes/Chert/transport/fileReading';

const reading = async (stream: Readable, sizeBytes: number) =>
	await FileReading.open({
		fileName: 'roof.png',
		sizeBytes,
		open: async () => await Promise.resolve(stream as never),
	} as unknown as FileSource);

it('loses no byte that comes before the request reads', async () => {
	const stream = new PassThrough();
	const { body } = await reading(stream, 5);
	stream.end('hello');
	await nextTurn();
	await nextTurn();
	expect(Buffer.concat(await (body as unknown as Readable).toArray()).toString()).toBe('hello');
});

it('an error while nobody reads does not end the process', async () => {
	const stream = new PassThrough();
	await reading(stream, 5);
	expect(() => stream.emit('error', new Error('ENOENT'))).not.toThrow();
});

it('lets go of a file that nobody reads any more', async () => {
	const stream = new PassThrough();
	(await reading(stream, 5)).close();
	expect(stream.destroyed).toBe(true);
});

it.each([
	['grew', 'hello!'],
	['shrank', 'hell'],
])('says of a file that %s that it changed its size', async (_how, content) => {
	const file = await reading(Readable.from([Buffer.from(content)]), 5);
	const end = await (file.body as unknown as Readable)
		.toArray()
		.catch((error: Error) => error.message);
	expect(file.problem?.message).toBe('File "roof.png" changed its size while it was sent');
	expect(end === file.problem?.message || content.length < 5).toBe(true);
});

it('waits for no end of a file that is closed before', async () => {
	const stream = new PassThrough();
	const file = await reading(stream, 5);
	const finished = file.finish();
	stream.destroy();
	await expect(finished).resolves.toBeUndefined();
});
