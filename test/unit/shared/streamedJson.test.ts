import { Readable } from 'node:stream';

import { readStreamedJson } from '../../../nodes/shared/streamedJson';

it('reads JSON that comes in pieces', async () => {
	expect(
		await readStreamedJson(Readable.from([Buffer.from('{"code":'), Buffer.from('5001}')])),
	).toEqual({ code: 5001 });
});

it.each([
	['a web page', Readable.from([Buffer.from('<html>Bad Gateway</html>')])],
	[
		'an answer that is cut',
		Readable.from(
			(function* () {
				yield Buffer.from('{"code":');
				throw new Error('aborted');
			})(),
		),
	],
	['no stream', undefined],
])('gives nothing for %s', async (_what, stream) => {
	expect(await readStreamedJson(stream)).toBeUndefined();
});

it('reads no more than an error can be long', async () => {
	const endless = Readable.from(
		(function* () {
			for (let chunks = 0; ; chunks++) {
				if (chunks > 100) throw new Error('read on');
				yield Buffer.alloc(16 * 1024, ' ');
			}
		})(),
	);
	let isRead = false;
	endless.on('error', () => (isRead = true));
	expect(await readStreamedJson(endless)).toBeUndefined();
	expect(isRead).toBe(false);
	expect(endless.destroyed).toBe(true);
});
