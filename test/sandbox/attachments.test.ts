import { createHash, randomFillSync } from 'node:crypto';
import { Readable } from 'node:stream';

import { request } from 'undici';

import { LEAD, PNG } from '../support/fixtures';
import { useSandbox } from '../support/sandbox';
import { expectError, sign } from './support';

const context = useSandbox();

const MINUTE_MS = 60_000;
const PNG_SLOT = { filename: 'photo.png', content_type: 'image/png', size_bytes: PNG.length };

const slot = async (change: Record<string, unknown> = {}) =>
	await context.api.post('/attachments', { ...PNG_SLOT, ...change });

const put = async (url: string, body: Buffer, headers: Record<string, string> = {}) =>
	await context.api.call('PUT', url, {
		body,
		headers: { ...context.api.bearer, 'content-type': 'image/png', ...headers },
	});

describe('POST /attachments', () => {
	it('gives a slot on the address by which the request came in', async () => {
		const { status, body } = await slot();
		expect(status).toBe(200);
		expect(body).toEqual({
			attachment_id: expect.stringMatching(/^[0-9a-f]{32}$/),
			upload_url: `${context.sandbox.apiUrl}/attachments/${body.attachment_id}/upload`,
			required_headers: {
				authorization: 'Bearer <your-signing-secret>',
				'content-type': 'image/png',
			},
			expires_at: expect.any(String),
		});
		const lifetime = Date.parse(body.expires_at) - Date.now();
		expect(Math.abs(lifetime - 15 * MINUTE_MS)).toBeLessThan(5_000);
	});

	it('follows the Host header in upload_url', async () => {
		const { body } = await request(`${context.sandbox.apiUrl}/attachments`, {
			method: 'POST',
			headers: {
				...context.api.bearer,
				'content-type': 'application/json',
				host: 'chert.test:8443',
			},
			body: JSON.stringify(PNG_SLOT),
		});
		expect(await body.json()).toMatchObject({
			upload_url: expect.stringContaining('//chert.test:8443/api/v1/attachments/'),
		});
	});

	it.each([
		['no name', { filename: undefined }, 400, 1001],
		['no type', { content_type: undefined }, 400, 1001],
		['no size', { size_bytes: undefined }, 400, 1001],
		['nothing in it', { size_bytes: 0 }, 400, 1002],
		['half a byte', { size_bytes: 1.5 }, 400, 1002],
		['more than 100 MB', { size_bytes: 104_857_601 }, 400, 5002],
		['a type that is not supported', { content_type: 'application/zip' }, 400, 5003],
	])('refuses %s', async (_case, change, status, code) => {
		expectError(await slot(change), status, code);
	});

	it('takes 100 MB to the byte', async () => {
		expect((await slot({ size_bytes: 104_857_600 })).status).toBe(200);
	});
});

describe('PUT upload_url', () => {
	it('takes 5 MB as a stream without a length, and gives them back', async () => {
		const bytes = randomFillSync(Buffer.alloc(5 * 1024 * 1024));
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		const { body } = await slot({
			content_type: 'video/mp4',
			filename: 'tour.mp4',
			size_bytes: bytes.length,
		});
		const chunks = Array.from({ length: 80 }, (_, index) =>
			bytes.subarray(index * 65_536, (index + 1) * 65_536),
		);
		const uploaded = await request(body.upload_url, {
			method: 'PUT',
			headers: { ...context.api.bearer, 'content-type': 'video/mp4' },
			body: Readable.from(chunks),
		});
		expect(uploaded.statusCode).toBe(200);
		await uploaded.body.dump();

		const download = await request(
			`${context.sandbox.apiUrl}/attachments/${body.attachment_id}/content`,
			{ headers: context.api.bearer },
		);
		expect(download.headers).toMatchObject({
			'content-type': 'video/mp4',
			'content-length': String(bytes.length),
		});
		expect(
			createHash('sha256')
				.update(await download.body.bytes())
				.digest('hex'),
		).toBe(sha256);

		await context.api.post('/send', {
			phone: LEAD,
			body: 'A tour',
			attachments: [body.attachment_id],
		});
		expect(context.sandbox.control.messages()[0].attachments).toEqual([
			{
				attachmentId: body.attachment_id,
				fileName: 'tour.mp4',
				mimeType: 'video/mp4',
				sizeBytes: bytes.length,
				sha256,
			},
		]);
	});

	it('may be repeated', async () => {
		const { body } = await slot();
		expect((await put(body.upload_url, PNG)).status).toBe(200);
		expect((await put(body.upload_url, PNG)).status).toBe(200);
	});

	it.each([
		['another type', { 'content-type': 'image/jpeg' }, 400, 1002],
		['no bearer', { authorization: undefined }, 401, 2012],
		['a wrong bearer', { authorization: 'Bearer nobody' }, 401, 2004],
	])('refuses %s', async (_case, headers, status, code) => {
		const { body } = await slot();
		const all = Object.entries({ ...context.api.bearer, 'content-type': 'image/png', ...headers });
		const given = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Record<
			string,
			string
		>;
		expectError(
			await context.api.call('PUT', body.upload_url, { body: PNG, headers: given }),
			status,
			code,
		);
	});

	it('refuses a signature instead of the bearer, and ignores one next to it', async () => {
		const { body } = await slot();
		const seconds = Math.floor(Date.now() / 1000);
		const signature = {
			'x-chert-signature': `v1,${seconds},${sign(context.sandbox.signingSecret, seconds, PNG.toString('latin1'))}`,
			'x-chert-tenant': context.sandbox.tenant,
			'content-type': 'image/png',
		};
		expectError(
			await context.api.call('PUT', body.upload_url, { body: PNG, headers: signature }),
			401,
			2012,
		);
		expect((await put(body.upload_url, PNG, signature)).status).toBe(200);
	});

	it('refuses more than was registered before reading it, and less', async () => {
		const { body } = await slot();
		expectError(await put(body.upload_url, Buffer.alloc(5 * 1024 * 1024)), 400, 1002);
		expectError(await put(body.upload_url, PNG.subarray(1)), 400, 1002);
	});

	it.each([PNG.length - 1, PNG.length + 1])(
		'counts the bytes of a stream without a length (%i)',
		async (length) => {
			const { body } = await slot();
			const response = await request(body.upload_url, {
				method: 'PUT',
				headers: { ...context.api.bearer, 'content-type': 'image/png' },
				body: Readable.from([Buffer.alloc(length)]),
			});
			expect(response.statusCode).toBe(400);
			expect(await response.body.json()).toMatchObject({ error: { code: 1002 } });
			expectError(await context.api.get(`/attachments/${body.attachment_id}/content`), 400, 5004);
		},
	);

	it('refuses an expired slot and an unknown one', async () => {
		const { body } = await slot();
		context.sandbox.control.clock({ advanceMs: 15 * MINUTE_MS + 1_000 });
		expectError(await put(body.upload_url, PNG), 409, 1012);
		expectError(await put('/attachments/none/upload', PNG), 404, 5001);
	});
});

describe('GET /attachments/{id} and /content', () => {
	it('shows the slot before and after the upload', async () => {
		const { body } = await slot();
		const path = `/attachments/${body.attachment_id}`;
		const view = { attachment_id: body.attachment_id, ...PNG_SLOT, expires_at: body.expires_at };
		expect((await context.api.get(path)).body).toEqual({
			attachment: { ...view, uploaded_at: null },
		});
		await put(body.upload_url, PNG);
		expect((await context.api.get(path)).body).toEqual({
			attachment: { ...view, uploaded_at: expect.any(String) },
		});
	});

	it('refuses unknown ones, and content that has not come', async () => {
		const { body } = await slot();
		expectError(await context.api.get('/attachments/none'), 404, 5001);
		expectError(await context.api.get('/attachments/none/content'), 404, 5001);
		expectError(await context.api.get(`/attachments/${body.attachment_id}/content`), 400, 5004);
	});

	it('gives the files that leads sent', async () => {
		await context.sandbox.control.reply(LEAD, {
			attachment: { fileName: 'roof.png', mimeType: 'image/png', base64: PNG.toString('base64') },
		});
		const [{ parts }] = context.sandbox.control.messages({ direction: 'inbound' });
		expect(parts).toEqual([
			{
				type: 'media',
				attachment_id: expect.stringMatching(/^in_[0-9a-f]{32}$/),
				filename: 'roof.png',
				mime_type: 'image/png',
				size_bytes: PNG.length,
			},
		]);
		const { attachment_id: id } = parts[0] as { attachment_id: string };
		const { body } = await request(`${context.sandbox.apiUrl}/attachments/${id}/content`, {
			headers: context.api.bearer,
		});
		expect(Buffer.from(await body.bytes())).toEqual(PNG);
	});
});
