import fc from 'fast-check';
import type { IBinaryData } from 'n8n-workflow';

import { MAX_FILE_BYTES, readFileSource } from '../../../../nodes/Chert/input/file';
import { itemWith, loadFile } from '../../../support/item';

const inMemory = (content: string, rest: Partial<IBinaryData> = {}): IBinaryData => ({
	data: Buffer.from(content).toString('base64'),
	mimeType: 'image/png',
	...rest,
});

it.each<[string, Partial<IBinaryData>, string]>([
	['as the field says', { mimeType: 'application/pdf' }, 'application/pdf'],
	[
		'of the field, not of the name',
		{ mimeType: 'application/pdf', fileName: 'a.png' },
		'application/pdf',
	],
	['without its parameters', { mimeType: 'Image/PNG; charset=binary' }, 'image/png'],
	[
		'from the name where the field has none',
		{ mimeType: '', fileName: 'IMG_1.HEIC' },
		'image/heic',
	],
	[
		'from the name where the field does not know',
		{ mimeType: 'application/octet-stream', fileName: 'tour.final.MOV' },
		'video/quicktime',
	],
	['from the extension', { mimeType: '', fileExtension: 'jpg' }, 'image/jpeg'],
	['under the name that Chert has for it', { mimeType: 'audio/x-m4a' }, 'audio/m4a'],
	['under the name that Chert has for it', { mimeType: 'image/jpg' }, 'image/jpeg'],
	['other than those on the list', { mimeType: 'text/csv' }, 'text/csv'],
	['unknown', { mimeType: '', fileName: 'README' }, 'application/octet-stream'],
])('the type: %s (%j)', async (_case, field, mimeType) => {
	expect(await readFileSource(itemWith({}, { data: inMemory('x', field) }), 'data')).toMatchObject({
		mimeType,
	});
});

it.each([
	['Image/JPG', 'image/jpeg'],
	['audio/x-wav; rate=8000', 'audio/wav'],
	['application/octet-stream', 'image/png'],
])('reads the type of the options as it reads that of the field: %s', async (mimeType, read) => {
	const item = itemWith({}, { data: inMemory('x', { fileName: 'a.png' }) });

	expect((await readFileSource(item, 'data', { mimeType })).mimeType).toBe(read);
});

it('lets the options win over the field', async () => {
	const field = inMemory('x', { fileName: 'a.png' });
	const given = { fileName: 'bill.pdf', mimeType: 'application/pdf' };

	expect(await readFileSource(itemWith({}, { data: field }), 'data', given)).toMatchObject(given);
});

it.each<[Partial<IBinaryData>, string]>([
	[{ fileName: 'a.png' }, 'a.png'],
	[{ fileExtension: 'png' }, 'photo.png'],
	[{ fileName: '', fileExtension: 'png' }, 'photo.png'],
	[{}, 'photo'],
])('the name of %j is %s', async (field, fileName) => {
	expect(
		await readFileSource(itemWith({}, { photo: inMemory('x', field) }), 'photo'),
	).toMatchObject({ fileName });
});

it('reads a file in memory', async () => {
	const source = await readFileSource(itemWith({}, { data: inMemory('Grüße') }), 'data');
	const file = await loadFile(source);

	expect(file.sizeBytes).toBe(7);
	expect(String(await file.open())).toBe('Grüße');
});

it('announces the size that the decoder gives, whatever stands in the text', async () => {
	const texts = fc.string({
		unit: fc.constantFrom(...'Aa0+/-_=:;, \n'),
		minLength: 4,
		maxLength: 60,
	});
	await fc.assert(
		fc.asyncProperty(texts, async (data) => {
			const item = itemWith({}, { data: { data: `QUFB${data}`, mimeType: 'image/png' } });
			const { sizeBytes, open } = await loadFile(await readFileSource(item, 'data'));
			expect(sizeBytes).toBe(((await open()) as Buffer).length);
		}),
		{ seed: 20_261_121, numRuns: 2000 },
	);
});

it('refuses a data URL, which the decoder would take for bytes', async () => {
	const data = `data:image/png;base64,${Buffer.from('a picture').toString('base64')}`;

	await expect(
		readFileSource(
			itemWith({}, { data: { data, mimeType: 'image/png', fileName: 'a.png' } }),
			'data',
		),
	).rejects.toThrow(
		'File "a.png" in binary field "data" starts with "data:": put only what comes after the comma into the field',
	);
});

it('learns the size of a stored file without reading it', async () => {
	const stored = {
		id: 'filesystem-v2:1',
		data: 'filesystem-v2',
		mimeType: 'video/mp4',
		fileName: 'tour.mp4',
	};
	const item = itemWith({}, { data: stored }, { 'filesystem-v2:1': MAX_FILE_BYTES });
	const file = await loadFile(await readFileSource(item, 'data'));

	expect(file.sizeBytes).toBe(104_857_600);
	expect(await file.open()).toBe('stream of filesystem-v2:1');
});

it.each([
	[0, 'File "tour.mp4" in binary field "data" is empty: use a file that has content'],
	[
		MAX_FILE_BYTES + 1,
		'File "tour.mp4" in binary field "data" is 105 MB, but Chert accepts at most 100 MB: compress or split it',
	],
	[
		2_500_000_000,
		'File "tour.mp4" in binary field "data" is 2500 MB, but Chert accepts at most 100 MB: compress or split it',
	],
])('refuses a stored file of %i bytes', async (size, sentence) => {
	const stored = { id: 'i', data: 's3', mimeType: 'video/mp4', fileName: 'tour.mp4' };

	await expect(readFileSource(itemWith({}, { data: stored }, { i: size }), 'data')).rejects.toThrow(
		sentence,
	);
});

it.each([
	[undefined, 'it has no files'],
	[{ a: inMemory('x'), b: inMemory('x') }, 'it has "a", "b"'],
])('says which binary fields there are', async (binary, present) => {
	await expect(readFileSource(itemWith({}, binary), 'data')).rejects.toThrow(
		`Binary field "data" is not in this item (${present}): enter the name of the field that holds the file`,
	);
});

it.each([Buffer.from('x'), { data: Buffer.from('x'), mimeType: 'image/png' }, { fileName: 'a' }])(
	'says that a field holds something else: %j',
	async (field) => {
		await expect(readFileSource(itemWith({}, { data: field as never }), 'data')).rejects.toThrow(
			'Binary field "data" does not hold a file: in a Code node, create it with',
		);
	},
);

it('has another fingerprint for another file of the same name and size', async () => {
	const fingerprintOf = async (content: string) =>
		(await readFileSource(itemWith({}, { data: inMemory(content, { fileName: 'a.png' }) }), 'data'))
			.fingerprint;

	expect(await fingerprintOf('one')).toBe(await fingerprintOf('one'));
	expect(await fingerprintOf('one')).not.toBe(await fingerprintOf('two'));
});

it('has another fingerprint for another stored file', async () => {
	const stored = (id: string) => ({ id, data: 's3', mimeType: 'video/mp4', fileName: 'tour.mp4' });
	const fingerprintOf = async (id: string) =>
		(await readFileSource(itemWith({}, { data: stored(id) }, { a: 5, b: 5 }), 'data')).fingerprint;

	expect(await fingerprintOf('a')).toBe(await fingerprintOf('a'));
	expect(await fingerprintOf('a')).not.toBe(await fingerprintOf('b'));
});
