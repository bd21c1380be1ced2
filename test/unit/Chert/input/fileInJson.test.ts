import type { IExecuteSingleFunctions } from 'n8n-workflow';

import { readFileSource } from '../../../../nodes/Chert/input/file';
import { itemWith, loadFile } from '../../../support/item';

const photo = {
	fileName: 'photo.png',
	mimeType: 'image/png',
	data: Buffer.from('one').toString('base64'),
};

/** An item of a workflow that combines binary with JSON: n8n looks there, and throws for a path that leads nowhere. */
function combined(): IExecuteSingleFunctions {
	const item = itemWith({});
	const assertBinaryData = (path: string) => {
		if (path !== '_files.data')
			throw new Error(`The path '${path}' does not resolve to a binary data object`);
		return photo;
	};
	return Object.assign(item, { helpers: { ...item.helpers, assertBinaryData } });
}

it('finds a file that n8n keeps in the JSON by its path', async () => {
	const file = await readFileSource(combined(), '_files.data');
	expect(file).toMatchObject({ fileName: 'photo.png', mimeType: 'image/png' });
	const loaded = await loadFile(file);
	expect(loaded.sizeBytes).toBe(3);
	expect(String(await loaded.open())).toBe('one');
});

it('says in its own words that there is none', async () => {
	await expect(readFileSource(combined(), 'data')).rejects.toThrow(
		'Binary field "data" is not in this item (it has no files)',
	);
});
