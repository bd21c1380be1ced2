import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { readEvent } from '../../../../nodes/shared/events/envelope';
import { downloadMedia } from '../../../../nodes/shared/events/media';
import { messageReceived, PHOTO } from '../../../support/triggerBodies';

type Respond = (options: IHttpRequestOptions) => unknown;

const context = (respond: Respond, over: object = {}) =>
	({
		getCredentials: async () => await Promise.resolve({ signingSecret: 's' }),
		getExecutionCancelSignal: () => undefined,
		helpers: {
			httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) =>
				await Promise.resolve(respond(options)),
			prepareBinaryData: async (_stream: unknown, fileName: string, mimeType: string) =>
				await Promise.resolve({ data: '', fileName, mimeType }),
		},
		...over,
	}) as unknown as IExecuteFunctions;

const eventWith = (part: object) =>
	readEvent({ body: messageReceived({ parts: [{ ...PHOTO, ...part }] }), arrivedAt: '' });
const content = { statusCode: 200, headers: {}, body: { on: () => undefined } };

it('a download ends with its execution', async () => {
	const execution = new AbortController();
	let transfer: IHttpRequestOptions['abortSignal'];
	const ctx = context(
		({ abortSignal }) => {
			transfer = abortSignal;
			execution.abort();
			throw Object.assign(new Error('canceled'), { code: 'ERR_CANCELED', isAxiosError: true });
		},
		{ getExecutionCancelSignal: () => execution.signal },
	);
	const { failed } = await downloadMedia(ctx, eventWith({}).media, 'attachment_');
	expect(transfer).toMatchObject({ aborted: true });
	expect(failed).toMatchObject([{ binaryPropertyName: 'attachment_0' }]);
});

it('a deleted credential fails the download only', async () => {
	const getCredentials = async () =>
		await Promise.reject(new Error('Credential with ID "7" does not exist'));
	const ctx = context(() => content, { getCredentials });
	expect(await downloadMedia(ctx, eventWith({}).media, 'file_')).toEqual({
		binary: {},
		failed: [
			{
				attachmentId: PHOTO.attachment_id,
				binaryPropertyName: 'file_0',
				reason:
					'The Chert API credential could not be read (Credential with ID "7" does not exist)',
			},
		],
	});
});

describe('the name of a file', () => {
	const respond =
		(headers: object, metadata: unknown): Respond =>
		({ url }) =>
			url.endsWith('/content')
				? { ...content, headers }
				: { statusCode: 200, headers: {}, body: metadata };
	const nameOf = async (part: object, headers: object, metadata: unknown) => {
		const ctx = context(respond(headers, metadata));
		const { binary } = await downloadMedia(ctx, eventWith(part).media, '');
		return binary['0'].fileName;
	};
	const known = { attachment: { filename: 'known.png' } };
	const named = { 'content-disposition': 'attachment; filename="sent.png"' };

	it.each([
		['of the response', {}, named, 'sent.png'],
		['of the message part', {}, {}, PHOTO.filename],
		['that Chert knows', { filename: undefined }, {}, 'known.png'],
	])('is the one %s', async (_what, part, headers, expected) => {
		expect(await nameOf(part, headers, known)).toBe(expected);
	});

	it('is the ID where Chert knows none', async () => {
		expect(await nameOf({ filename: undefined }, {}, {})).toBe(PHOTO.attachment_id);
	});
});
