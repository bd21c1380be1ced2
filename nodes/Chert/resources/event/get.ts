import { unwrapObject } from '../../../shared/responseBody';
import { toEventRowId } from '../../input/id';
import type { OperationDefinition } from '../resource';
import { eventNotFound, eventRowIdField } from './eventField';

/** Source: API section 6.2. */
export const getEvent: OperationDefinition = {
	name: 'Get',
	value: 'get',
	action: 'Get event',
	description:
		'Look up one event in the event log. Returns its payload and every attempt to deliver it to a webhook.',
	fields: [eventRowIdField],
	plan(item) {
		const eventRowId = toEventRowId(item.getNodeParameter('eventRowId', ''));
		return {
			repeat: 'read',
			errorContext: { id: eventRowId, byCode: { 2011: eventNotFound(eventRowId) } },
			request: { method: 'GET', path: `/events/${encodeURIComponent(eventRowId)}` },
			toOutput: ({ body }) => ({ json: unwrapObject(body, 'event') }),
		};
	},
};
