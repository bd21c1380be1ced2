import type { IHookFunctions } from 'n8n-workflow';

import { checkSettings, readTriggerSettings } from '../shared/events/triggerSettings';
import { splitList } from '../shared/fieldValue';
import type { Wanted } from '../shared/subscription/subscription';

/** What the trigger's subscription should be. */
export function triggerSubscription(ctx: IHookFunctions): Wanted {
	return {
		url: ctx.getNodeWebhookUrl('default') ?? '',
		events: splitList(ctx.getNodeParameter('events', [])),
		instanceId: ctx.getInstanceId(),
		ifNotPublic: ' If n8n has no public address, use the Chert Stream Trigger.',
	};
}

/**
 * The same, while a person is publishing the workflow and can correct a setting.
 *
 * @throws NodeOperationError when a filter cannot be used
 */
export function checkedTriggerSubscription(ctx: IHookFunctions): Wanted {
	checkSettings(ctx.getNode(), readTriggerSettings(ctx));
	return triggerSubscription(ctx);
}
