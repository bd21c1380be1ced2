import type { IDataObject } from 'n8n-workflow';

import { toBoolean } from '../../input/boolean';
import { toEventNames } from '../../input/eventNames';
import { InputError } from '../../input/inputError';
import { toText } from '../../input/text';
import { toHttpsAddress } from '../../input/webAddress';
import { updateFieldsField } from '../fields';
import { successOutput } from '../../transport/output';
import type { OperationDefinition } from '../resource';
import {
	eventsField,
	readWebhookId,
	unwrapWebhook,
	versionField,
	WEBHOOK_ERRORS,
	webhookField,
	webhookNotFound,
	webhookUrlField,
} from './webhookFields';

/** Source: API section 5.1. */
export const updateWebhook: OperationDefinition = {
	name: 'Update',
	value: 'update',
	action: 'Update webhook',
	description:
		'Change the URL or the events of a webhook, or pause it. Returns the changed webhook.',
	fields: [
		webhookField,
		updateFieldsField([
			{
				displayName: 'Active',
				name: 'isActive',
				type: 'boolean',
				default: true,
				description: 'Whether Chert sends events to this webhook',
			},
			eventsField,
			{ ...versionField, description: "Version of the events' format" },
			webhookUrlField,
		]),
	],
	plan(item) {
		const webhookId = readWebhookId(item);
		const fields = item.getNodeParameter('updateFields', {}) as IDataObject;
		return {
			orderingKey: webhookId,
			repeat: 'idempotentWrite',
			errorContext: {
				id: webhookId,
				byCode: { ...WEBHOOK_ERRORS, 2011: webhookNotFound(webhookId) },
			},
			request: {
				method: 'PATCH',
				path: `/webhook-subscriptions/${encodeURIComponent(webhookId)}`,
				json: toChanges(fields),
			},
			toOutput: (result) => ({ json: unwrapWebhook(successOutput(result, { webhookId }).json) }),
		};
	},
};

/** @throws InputError when there are none, or a value is malformed */
function toChanges({ url, events, isActive, version }: IDataObject): IDataObject {
	const changes: IDataObject = {
		...(url !== undefined && { url: toHttpsAddress(url, 'URL') }),
		...(events !== undefined && { events: toEventNames(events) }),
		...(isActive !== undefined && { is_active: toBoolean(isActive, 'Active') }),
		...(version !== undefined && { version: toText(version, 'Payload Version').trim() }),
	};
	if (Object.keys(changes).length > 0) return changes;
	throw new InputError('Update Fields is empty: add at least one field to change');
}
