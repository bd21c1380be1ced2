import { FileSource } from '../../../../nodes/Chert/input/file';
import { completeRequest, requestDigest } from '../../../../nodes/Chert/transport/requestBody';
import type { ChertRequest } from '../../../../nodes/shared/request';

const file = (fileName: string, fingerprint = fileName): FileSource =>
	new FileSource({
		fileName,
		mimeType: 'image/png',
		contentKey: `${fileName}:image/png:5`,
		fingerprint,
		load: async () => await Promise.reject(new Error('not to be loaded')),
	});

const send = (json: object, path = '/send'): ChertRequest => ({
	method: 'POST',
	path,
	json: json as never,
});

describe('requestDigest', () => {
	const HELLO = requestDigest(send({ phone: '+1', body: 'Hello' }), []);

	it('is the same for the same content, whatever the order of its fields', () => {
		expect(requestDigest(send({ body: 'Hello', phone: '+1' }), [])).toBe(HELLO);
	});

	it.each([
		['text', send({ phone: '+1', body: 'Goodbye' })],
		['recipient', send({ phone: '+2', body: 'Hello' })],
		['path', send({ phone: '+1', body: 'Hello' }, '/chats')],
		['method', { ...send({ phone: '+1', body: 'Hello' }), method: 'PUT' as const }],
	])('differs for another %s', (_what, request) => {
		expect(requestDigest(request, [])).not.toBe(HELLO);
	});

	it('is the same for a file that n8n stored again, and differs for another file', () => {
		const digestOf = (source: FileSource) =>
			requestDigest(send({ parts: [{ type: 'media', attachment_id: source }] }), [source]);
		expect(digestOf(file('a.png', 'second copy'))).toBe(digestOf(file('a.png')));
		expect(digestOf(file('b.png'))).not.toBe(digestOf(file('a.png')));
	});

	it('stands for the files where there is no request', () => {
		expect(requestDigest(undefined, [file('a.png')])).toBe(
			requestDigest(undefined, [file('a.png')]),
		);
		expect(requestDigest(undefined, [file('a.png')])).not.toBe(
			requestDigest(undefined, [file('b.png')]),
		);
	});
});

describe('completeRequest', () => {
	const NONE = new Map<FileSource, string>();

	it('puts the key into the body or into the message', () => {
		expect(completeRequest(send({ body: 'a' }), NONE, 'body', 'k').json).toEqual({
			body: 'a',
			idempotency_key: 'k',
		});
		expect(completeRequest(send({ message: { parts: [] } }), NONE, 'message', 'k').json).toEqual({
			message: { parts: [], idempotency_key: 'k' },
		});
	});

	it('adds no key to a request that takes none, or that has no JSON', () => {
		expect(completeRequest(send({ body: 'a' }), NONE, undefined, 'k').json).toEqual({ body: 'a' });
		const read: ChertRequest = { method: 'GET', path: '/phone-numbers' };
		expect(completeRequest(read, NONE, undefined, '')).toEqual(read);
	});

	it('replaces each file by its attachment ID, at any depth', () => {
		const [one, two] = [file('1.png'), file('2.png')];
		const request = send({
			attachments: [two, one],
			message: {
				parts: [
					{ type: 'text', value: 'a' },
					{ type: 'media', attachment_id: one },
				],
			},
		});
		const ids = new Map([
			[one, 'att_1'],
			[two, 'att_2'],
		]);
		expect(completeRequest(request, ids, 'body', 'k').json).toEqual({
			attachments: ['att_2', 'att_1'],
			message: {
				parts: [
					{ type: 'text', value: 'a' },
					{ type: 'media', attachment_id: 'att_1' },
				],
			},
			idempotency_key: 'k',
		});
		// The plan is used again by the next attempt.
		expect(request.json).toMatchObject({ attachments: [two, one] });
		expect(request.json).not.toHaveProperty('idempotency_key');
	});
});
