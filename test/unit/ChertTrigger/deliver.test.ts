import type { IWebhookFunctions } from 'n8n-workflow';

import { deliver } from '../../../nodes/ChertTrigger/deliver';
import { sign } from '../../../nodes/shared/subscription/signature';
import { readEvent, type Delivery } from '../../../nodes/shared/events/envelope';
import { messageReceived } from '../../support/triggerBodies';

/** A call to the webhook URL, signed by Chert; n8n has not read its body yet. */
async function call(body: object, headers: object = {}, ageSeconds = 0) {
	const rawBody = Buffer.from(JSON.stringify(body));
	const request = {
		rawBody: undefined as Buffer | undefined,
		readRawBody: async () => {
			request.rawBody = await Promise.resolve(rawBody);
		},
	};
	const ctx = {
		getRequestObject: () => request,
		getHeaderData: () => ({
			'x-webhook-signature': sign(rawBody, 's', Math.floor(Date.now() / 1000) - ageSeconds),
			...headers,
		}),
		getWorkflowStaticData: () => ({
			subscription: { id: '1', secret: 's', url: '', instanceId: '' },
		}),
		getNodeParameter: (name: string) => (name === 'events' ? ['message.received'] : {}),
		getNode: () => ({ name: 'Chert Trigger' }),
		getWorkflow: () => ({ id: '1' }),
		getResponseObject: () => ({ status: () => ({ json: () => undefined }) }),
		logger: { warn: () => undefined },
	};
	const { workflowData } = await deliver(ctx as unknown as IWebhookFunctions);
	return workflowData?.[0][0].json as unknown as Delivery | undefined;
}

it('verifies the bytes also where n8n has not read them yet', async () => {
	expect((await call(messageReceived()))?.body).toEqual(messageReceived());
});

it('measures the age of a signature by the clock', async () => {
	jest.spyOn(Date, 'now').mockReturnValue(1_780_000_000_000);
	expect(await call(messageReceived(), {}, 300)).toBeDefined();
	expect(await call(messageReceived(), {}, 301)).toBeUndefined();
	jest.restoreAllMocks();
});

it('takes name and id of an event from the headers where the body has none, so that it is filtered and its repeats are known', async () => {
	const { data } = messageReceived();
	const delivery = await call(
		{ data },
		{ 'x-webhook-event': 'message.received', 'x-webhook-event-id': 'e1' },
	);
	expect(readEvent(delivery!)).toMatchObject({ name: 'message.received', eventId: 'e1' });
});

it('rejects a request whose body n8n cannot read', async () => {
	const responses: unknown[] = [];
	const ctx = {
		getRequestObject: () => ({
			readRawBody: async () => await Promise.reject(new Error('incorrect header check')),
		}),
		getHeaderData: () => ({}),
		getWorkflowStaticData: () => ({}),
		getNode: () => ({ name: 'Chert Trigger' }),
		getWorkflow: () => ({ id: '1' }),
		getResponseObject: () => ({
			status: (status: number) => ({ json: (body: object) => responses.push({ status, ...body }) }),
		}),
		logger: { warn: () => undefined },
	};
	await expect(deliver(ctx as unknown as IWebhookFunctions)).resolves.toEqual({
		noWebhookResponse: true,
	});
	expect(responses).toEqual([{ status: 400, message: 'Not accepted: the body could not be read' }]);
});
