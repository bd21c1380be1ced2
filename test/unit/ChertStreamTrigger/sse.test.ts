import fc from 'fast-check';

import { SseParser, type SseMessage } from '../../../nodes/ChertStreamTrigger/sse';

const read = (...chunks: Array<string | Uint8Array>): SseMessage[] => {
	const parser = new SseParser();
	return chunks.flatMap((chunk) =>
		parser.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
	);
};
const message = (data: string): SseMessage => ({ event: 'message', data });

it.each<[string, string, SseMessage[]]>([
	['one event', 'data: {"a":1}\n\n', [message('{"a":1}')]],
	['no blank after the colon', 'data:x\n\n', [message('x')]],
	['two blanks after the colon', 'data:  x\n\n', [message(' x')]],
	['several lines of data', 'data: a\ndata: b\n\n', [message('a\nb')]],
	['an empty line of data', 'data\n\n', [message('')]],
	['heartbeats', ': heartbeat\n\n: heartbeat\n\ndata: x\n\n', [message('x')]],
	['a heartbeat inside an event', 'data: x\n: heartbeat\ndata: y\n\n', [message('x\ny')]],
	['fields that Chert does not use', 'id: 7\nretry: 1000\ndata: x\nother: y\n\n', [message('x')]],
	['the end of the stream', 'event: close\ndata: {}\n\n', [{ event: 'close', data: '{}' }]],
	['the end of the stream without data', 'event: close\n\n', [{ event: 'close', data: '' }]],
	[
		'a name that counts once',
		'event: a\ndata: 1\n\ndata: 2\n\n',
		[{ event: 'a', data: '1' }, message('2')],
	],
	['carriage returns', 'data: a\r\rdata: b\r\r', [message('a'), message('b')]],
	['both kinds of line ends', 'data: a\r\n\r\ndata: b\r\n\r\n', [message('a'), message('b')]],
	['mixed line ends', 'data: a\r\n\ndata: b\n\r\n', [message('a'), message('b')]],
	['a byte order mark', '\uFEFFdata: x\n\n', [message('x')]],
	['an event that is not finished', 'data: x\n', []],
])('reads %s', (_case, text, expected) => {
	expect(read(text)).toEqual(expected);
});

it('reads the same wherever the bytes are cut', () => {
	const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
	const line = fc.oneof(
		fc.string({ unit: 'grapheme' }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
		fc.constantFrom('', '', ': heartbeat', 'event: close', 'id: 1'),
	);
	const stream = fc
		.array(fc.tuple(line, lineEnd), { maxLength: 12 })
		.map((lines) => Buffer.from(lines.flat().join('') + '\n\n'));
	fc.assert(
		fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, cuts) => {
			const places = [
				0,
				...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
				bytes.length,
			];
			const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
			expect(read(...chunks)).toEqual(read(bytes));
		}),
		{ numRuns: 3000, seed: 11 },
	);
});

it('gives up on a line that never ends', () => {
	const parser = new SseParser();
	const megabyte = Buffer.alloc(1024 * 1024, 'x');
	expect(() => {
		for (let count = 0; count < 20; count++) parser.push(megabyte);
	}).toThrow('too large');
});

it('takes any number of heartbeats', () => {
	const parser = new SseParser();
	const heartbeats = Buffer.from(': heartbeat\n\n'.repeat(10_000));
	for (let count = 0; count < 200; count++) expect(parser.push(heartbeats)).toEqual([]);
});

it('takes any number of messages, however much they are together', () => {
	const parser = new SseParser();
	const message = Buffer.from(`data: ${'x'.repeat(1024 * 1024)}\n\n`);
	for (let count = 0; count < 20; count++) expect(parser.push(message)).toHaveLength(1);
});
