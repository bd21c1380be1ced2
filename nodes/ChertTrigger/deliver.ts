import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { readEvent } from '../shared/events/envelope';
import { passes } from '../shared/events/filters';
import { toItem } from '../shared/events/processEvents';
import { readTriggerSettings } from '../shared/events/triggerSettings';
import { verifyDelivery } from '../shared/subscription/verifyDelivery';

/**
 * Handles a request to the webhook URL: verifies it, filters it, and starts an execution with the unchanged delivery.
 *
 * The response decides what Chert does with the event (API section 5.6): 2xx once the execution is stored, 401 for a
 * delivery that Chert did not sign, 5xx for one that it should send again.
 */
export async function deliver(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const delivery = await verifyDelivery(ctx);
	if (delivery === undefined) return { noWebhookResponse: true };
	const { filters } = readTriggerSettings(ctx);
	if (!passes(readEvent(delivery), filters)) return {};
	return { workflowData: [[toItem(delivery)]] };
}
