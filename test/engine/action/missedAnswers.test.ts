import type { IWebhookFunctions } from 'n8n-workflow';

import { ChertClient } from '../../../nodes/Chert/sendAndWait/chertClient';
import { relayMissedAnswers } from '../../../nodes/Chert/sendAndWait/missedAnswers';
import { receiveDelivery } from '../../../nodes/Chert/sendAndWait/route';
import { OTHER_LEAD, useAction } from '../../support/action';
import { until } from '../../support/until';
import { ANSWERED, useWaitingExecutions } from '../../support/waitingExecutions';

const action = useAction();
const n8n = useWaitingExecutions(action);

it('responds to Chert before it looks for answers that were missed', async () => {
	const { subscriptionId: id, url, secret } = await n8n.publish();
	await n8n.open('asked', 1);
	n8n.responses = { asked: ANSWERED };
	await action.sandbox.control.reply(OTHER_LEAD, { text: 'Hello' });
	await until(() => n8n.delivered.length > 0);
	const [{ headers, rawBody }] = n8n.delivered;
	const response = {
		statuses: [] as number[],
		readsBefore: NaN,
		status(status: number) {
			this.statuses.push(status);
			return this;
		},
		end() {
			this.readsBefore = action.requests('events.list').length;
		},
	};
	const subscription = { id, secret, url, instanceId: '', createdAt: '' };
	const webhookFunctions = {
		getHeaderData: { value: () => headers },
		getRequestObject: { value: () => ({ rawBody }) },
		getResponseObject: { value: () => response },
		getWorkflowStaticData: { value: () => ({ subscription }) },
	};

	await n8n.inEngine(
		async (ctx) =>
			await receiveDelivery(Object.create(ctx, webhookFunctions) as unknown as IWebhookFunctions),
	);
	expect(response).toMatchObject({ statuses: [200], readsBefore: 0 });
	expect(action.requests('events.list')).toHaveLength(1);
});

it('finds an answer that was missed before the workflow was published again', async () => {
	const { subscriptionId } = await n8n.publish();
	await n8n.open('asked', 1);
	n8n.responses = { asked: ANSWERED };
	// The route responds with 404, and Chert then gives up.
	await n8n.textFromLead();
	await action.sandbox.control.idle();
	await n8n.api.call('DELETE', `/webhook-subscriptions/${subscriptionId}`);
	const route = await n8n.publish();

	await n8n.inEngine(
		async (ctx) => await relayMissedAnswers(ctx, await ChertClient.open(ctx), route),
	);
	expect(n8n.requested).toEqual(['asked']);
	expect(n8n.stillOpen()).toEqual([]);
});
