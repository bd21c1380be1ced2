import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { readEvent } from '../../../../nodes/shared/events/envelope';
import { downloadMedia } from '../../../../nodes/shared/events/media';
import { messageReceived } from '../../../support/triggerBodies';

it('a download ends with its execution', async () => {
	const execution = new AbortController();
	let transfer: IHttpRequestOptions['abortSignal'];
	const ctx = {
		getCredentials: async () => await Promise.resolve({ signingSecret: 's' }),
		getExecutionCancelSignal: () => execution.signal,
		helpers: {
			httpRequestWithAuthentication: async (
				_type: string,
				{ abortSignal }: IHttpRequestOptions,
			) => {
				transfer = abortSignal;
				execution.abort();
				return await Promise.reject(
					Object.assign(new Error('canceled'), { code: 'ERR_CANCELED', isAxiosError: true }),
				);
			},
		},
	};
	const event = readEvent({ body: messageReceived(), arrivedAt: '' });
	const { failed } = await downloadMedia(ctx as unknown as IExecuteFunctions, event, 'attachment_');
	expect(transfer).toMatchObject({ aborted: true });
	expect(failed).toMatchObject([{ binaryPropertyName: 'attachment_0' }]);
});
