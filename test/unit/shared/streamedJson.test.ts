import { Readable } from 'node:stream';

import { readStreamedJson } from '../../../nodes/shared/streamedJson';

it('reads JSON that arrives in pieces', async () => {
	expect(
		await readStreamedJson(Readable.from([Buffer.from('{"code":'), Buffer.from('5001}')])),
	).toEqual({ code: 5001 });
});

it.each([
	['a web page', Readable.from([Buffer.from('<html>Bad Gateway</html>')])],
	[
		'a response that is cut',
		Readable.from(
			(function* () {
				yield Buffer.from('{"code":');
				throw new Error('aborted');
			})(),
		),
	],
	['no stream', undefined],
])('returns undefined for %s', async (_what, stream) => {
	expect(await readStreamedJson(stream)).toBeUndefined();
});

it('stops reading after the length of an error response', async () => {
	const endless = Readable.from(
		(function* () {
			for (let chunks = 0; ; chunks++) {
				if (chunks > 100) throw new Error('read on');
				yield Buffer.alloc(16 * 1024, ' ');
			}
		})(),
	);
	let hasReadOn = false;
	endless.on('error', () => (hasReadOn = true));
	expect(await readStreamedJson(endless)).toBeUndefined();
	expect(hasReadOn).toBe(false);
	expect(endless.destroyed).toBe(true);
});
