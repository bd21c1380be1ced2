import type { IWebhookFunctions } from 'n8n-workflow';

import { deliver } from '../../../nodes/ChertTrigger/deliver';

it('turns a call away whose body n8n cannot read', async () => {
	const answers: unknown[] = [];
	const ctx = {
		getRequestObject: () => ({ readRawBody: async () => await Promise.reject(new Error('incorrect header check')) }),
		getHeaderData: () => ({}),
		getWorkflowStaticData: () => ({}),
		getNode: () => ({ name: 'Chert Trigger' }),
		getWorkflow: () => ({ id: '1' }),
		getResponseObject: () => ({ status: (status: number) => ({ json: (body: object) => answers.push({ status, ...body }) }) }),
		logger: { warn: () => undefined },
	};
	await expect(deliver(ctx as unknown as IWebhookFunctions)).resolves.toEqual({ noWebhookResponse: true });
	expect(answers).toEqual([{ status: 400, message: 'Not accepted: the body could not be read' }]);
});
