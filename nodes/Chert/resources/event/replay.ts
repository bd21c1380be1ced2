import { toEventRowId, toWebhookId } from '../../input/id';
import { optionalText } from '../../input/text';
import { successOutput } from '../../transport/output';
import type { OperationDefinition } from '../resource';
import { eventNotFound, eventRowIdField } from './eventField';

/** Source: API section 6.3. */
export const replayEvent: OperationDefinition = {
	name: 'Replay',
	value: 'replay',
	action: 'Replay event',
	description:
		'Deliver an event from the event log again to your webhooks, for example after an outage. Returns whether it was delivered.',
	fields: [eventRowIdField],
	options: [
		{
			displayName: 'Webhook ID',
			name: 'subscriptionId',
			type: 'string',
			default: '',
			placeholder: 'e.g. c27d0b94-5f1e-4a83-9d6b-8e0a3f7c1d52',
			description:
				'ID of the only webhook to deliver to, from Get Many Webhooks. Leave empty to deliver to all webhooks for this event.',
		},
	],
	plan(item, options) {
		const eventRowId = toEventRowId(item.getNodeParameter('eventRowId', ''));
		const typedWebhookId = optionalText(options.subscriptionId, 'Webhook ID');
		const webhookId = typedWebhookId && toWebhookId(typedWebhookId, 'Webhook ID');
		const query = webhookId ? `?subscription_id=${encodeURIComponent(webhookId)}` : '';
		return {
			orderingKey: eventRowId,
			repeat: 'singleWrite',
			errorContext: {
				id: eventRowId,
				checkIn: 'the deliveries of the event with Get Event',
				byCode: {
					1002: {
						message: 'There is no webhook to deliver this event to',
						description: webhookId
							? 'Check Webhook ID in the options, and that the webhook is active'
							: 'Create a webhook for this type of event, or activate one with Update Webhook',
					},
					2011: eventNotFound(eventRowId),
					3004: {
						message: 'The receiver of the webhook did not accept the event',
						description:
							'Check that the workflow or server at the URL of the webhook is running, then replay the event again',
					},
				},
			},
			request: { method: 'POST', path: `/events/${encodeURIComponent(eventRowId)}/replay${query}` },
			toOutput: (result) => successOutput(result, { eventRowId }),
		};
	},
};
