import type { IDataObject } from 'n8n-workflow';

import type { ChertRequest } from '../../../shared/request';
import { unwrapList } from '../../../shared/responseBody';
import { toTime } from '../../input/dateTime';
import { toChatId } from '../../input/id';
import { optionalText } from '../../input/text';
import { EVENT_OPTIONS } from '../../../shared/events/eventOptions';
import { filtersField, listFields, readFilters, readLimit } from '../listFields';
import type { OperationDefinition } from '../resource';

/** API section 6.1 */
const MAX_PAGE_SIZE = 200;

/** Events of the event log, newest first. Source: API section 6.1. */
export const getManyEvents: OperationDefinition = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many events',
	description:
		'List events from the event log, for example those that could not be delivered. Returns the newest first, each with its payload and delivery status.',
	fields: [
		...listFields,
		filtersField([
			{
				displayName: 'Chat ID',
				name: 'leadId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 5d8f2a10-6c3b-4e97-8a41-90b7c2d4e6f8',
				description: 'Return only events for this chat ("chatId" or "lead_id")',
			},
			{
				displayName: 'Delivery Status',
				name: 'status',
				type: 'options',
				options: [
					{ name: 'Delivered', value: 'delivered' },
					{ name: 'Dev Inbox', value: 'dev_inbox' },
					{ name: 'Failed', value: 'failed' },
					{ name: 'Pending', value: 'pending' },
				],
				default: 'failed',
				description: 'Return only events with this delivery status',
			},
			{
				displayName: 'Event',
				name: 'type',
				type: 'options',
				allowArbitraryValues: true,
				options: EVENT_OPTIONS,
				default: 'message.received',
				description: 'Return only events of this type',
			},
			{
				displayName: 'Since',
				name: 'since',
				type: 'dateTime',
				default: '',
				description:
					"Return only events from this time on. A time without an offset is in the workflow's time zone.",
			},
		]),
	],
	plan(item) {
		const limit = readLimit(item);
		const { type, status, leadId, since } = readFilters(item);
		const sinceMs = since ? toTime(since, 'Since', item.getTimezone()) : undefined;
		const query: Record<string, string | undefined> = {
			type: optionalText(type, 'Event'),
			status: optionalText(status, 'Delivery Status'),
			lead_id: leadId ? toChatId(leadId) : undefined,
			// Chert returns events after this time, and the user wants those at it too.
			since: sinceMs === undefined ? undefined : new Date(sinceMs - 1).toISOString(),
			limit: String(Math.min(limit, MAX_PAGE_SIZE)),
		};
		const isWanted = ({ created_at: createdAt }: IDataObject) =>
			sinceMs === undefined || !(Date.parse(String(createdAt)) < sinceMs);
		const rows = new Map<unknown, IDataObject>();

		return {
			repeat: 'read',
			request: eventsRequest(query),
			nextPage: ({ body }) => {
				addRows(rows, body, isWanted);
				const cursor = optionalText(body.next_cursor, 'Cursor');
				if (cursor === undefined || cursor === query.cursor || rows.size >= limit) return undefined;
				query.cursor = cursor;
				return eventsRequest(query);
			},
			toOutput: ({ pages }) => {
				pages.forEach(({ body }) => addRows(rows, body, isWanted));
				return [...rows.values()].slice(0, limit).map((json) => ({ json }));
			},
		};
	},
};

function eventsRequest(query: Record<string, string | undefined>): ChertRequest {
	const filled = Object.entries(query).filter((entry): entry is [string, string] =>
		Boolean(entry[1]),
	);
	return { method: 'GET', path: `/events?${new URLSearchParams(filled).toString()}` };
}

/** Adds the rows of a page, each once: a row without an ID is only the same as itself. */
function addRows(
	rows: Map<unknown, IDataObject>,
	body: IDataObject,
	isWanted: (row: IDataObject) => boolean,
): void {
	for (const row of unwrapList(body, 'events') ?? []) {
		if (isWanted(row)) rows.set(row.id ?? row, row);
	}
}
