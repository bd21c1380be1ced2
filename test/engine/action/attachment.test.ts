import { createHash } from 'node:crypto';

import { LEAD, file, useAction } from '../../support/action';
import { binaryDataService } from '../../support/engine';

const action = useAction();

const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');

/** What a binary field of an output item holds. */
async function contentOf(id: string): Promise<Buffer> {
	const service = await binaryDataService();
	return await service.getAsBuffer({ id, data: '', mimeType: '' });
}

describe('upload', () => {
	it('puts the file into a slot and gives what the interface says', async () => {
		const output = await action.outputOf(
			'attachment.upload',
			{},
			file('data', { fileName: 'roof.png', content: 'a photo' }),
		);

		expect(action.requests().map(({ route }) => route)).toEqual([
			'attachments.create',
			'attachments.upload',
		]);
		expect(action.bodies('attachments.create')).toEqual([
			{ filename: 'roof.png', content_type: 'image/png', size_bytes: 7 },
		]);
		expect(output).toEqual({
			attachmentId: expect.stringMatching(/^[0-9a-f]{32}$/),
			fileName: 'roof.png',
			mimeType: 'image/png',
			sizeBytes: 7,
			expiresAt: expect.stringMatching(/Z$/),
		});
	});

	it('takes name and type from the options first', async () => {
		const output = await action.outputOf(
			'attachment.upload',
			{
				binaryPropertyName: 'scan',
				options: { fileName: 'Invoice 7 – Größe.pdf', mimeType: 'application/pdf' },
			},
			file('scan', { mimeType: 'text/plain', fileName: 'x.txt' }),
		);

		expect(output).toMatchObject({
			fileName: 'Invoice 7 – Größe.pdf',
			mimeType: 'application/pdf',
		});
		expect(action.bodies('attachments.create')[0]).toMatchObject({
			filename: 'Invoice 7 – Größe.pdf',
			content_type: 'application/pdf',
		});
	});

	it.each([
		'binary/octet-stream',
		'application/binary',
		'application/force-download',
		'application/x-download',
	])('takes the type of the file name where the field only has %s', async (mimeType) => {
		const binary = file('data', { mimeType, fileName: 'roof.png' });

		expect(await action.outputOf('attachment.upload', {}, binary)).toMatchObject({
			mimeType: 'image/png',
		});
	});

	it('leaves other types to Chert', async () => {
		const { error } = await action.run(
			'attachment.upload',
			{},
			{ items: [{ binary: file('data', { mimeType: 'text/csv', fileName: 'a.csv' }) }] },
		);

		expect(action.requests('attachments.create')).toMatchObject([{ code: 5003 }]);
		expect(error?.message).toBe('Chert does not accept the file type of the attachment a.csv');
	});
});

describe('get', () => {
	it('gives the attachment itself', async () => {
		const attachmentId = await action.uploaded();

		expect(await action.outputOf('attachment.get', { attachmentId })).toEqual({
			attachment_id: attachmentId,
			content_type: 'image/png',
			size_bytes: expect.any(Number),
			filename: 'roof.png',
			uploaded_at: expect.any(String),
			expires_at: expect.any(String),
		});
	});
});

describe('download', () => {
	it('puts the bytes into the binary field', async () => {
		const content = 'bytes \u0000 of the photo';
		const { attachmentId } = await action.outputOf(
			'attachment.upload',
			{},
			file('data', { content }),
		);
		const { items } = await action.run('attachment.download', {
			attachmentId,
			binaryPropertyName: 'photo',
		});

		expect(items).toMatchObject([
			{
				json: {
					attachmentId,
					fileName: 'data.png',
					mimeType: 'image/png',
					sizeBytes: Buffer.byteLength(content),
				},
				binary: { photo: { mimeType: 'image/png', fileName: 'data.png' } },
				pairedItem: { item: 0 },
			},
		]);
		expect(Object.keys(items[0].json).sort()).toEqual([
			'attachmentId',
			'fileName',
			'mimeType',
			'sizeBytes',
		]);
		expect(sha256(await contentOf(items[0].binary?.photo.id ?? ''))).toBe(sha256(content));
	});

	it('fetches what a lead sent', async () => {
		await action.chat();
		const photo = {
			fileName: 'photo.jpg',
			mimeType: 'image/jpeg',
			base64: Buffer.from('from Ana').toString('base64'),
		};
		await action.sandbox.control.reply(LEAD, { attachment: photo });
		const [{ attachments }] = action.sandbox.control.messages({ direction: 'inbound' });
		const { attachmentId } = attachments[0];
		const { items } = await action.run('attachment.download', { attachmentId });

		expect(attachmentId).toMatch(/^in_/);
		expect(items[0].json).toMatchObject({ attachmentId, mimeType: 'image/jpeg', sizeBytes: 8 });
		expect((await contentOf(items[0].binary?.data.id ?? '')).toString()).toBe('from Ana');
	});
});

it('pairs each attachment with its input', async () => {
	const names = ['one', 'two', 'three'];
	const { items } = await action.run(
		'attachment.upload',
		{},
		{ items: names.map((name) => ({ binary: file('data', { fileName: `${name}.png` }) })) },
	);
	const ids = items.map(({ json }) => String(json.attachmentId));
	const found = await action.run(
		'attachment.get',
		{ attachmentId: '={{ $json.id }}' },
		{ items: ids.map((id) => ({ json: { id } })) },
	);

	expect(found.items.map(({ json, pairedItem }) => [json.filename, pairedItem])).toEqual(
		names.map((name, item) => [`${name}.png`, { item }]),
	);
});
