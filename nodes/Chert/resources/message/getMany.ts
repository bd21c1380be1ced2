import type { IDataObject } from 'n8n-workflow';

import { toDisplayText } from '../../../shared/fieldValue';
import { unwrapList } from '../../../shared/responseBody';
import { toChoice } from '../../input/choice';
import { toTime } from '../../input/dateTime';
import { toChatId } from '../../input/id';
import { chatIdField } from '../fields';
import {
	filtersField,
	listFields,
	readFilters,
	readLimit,
	readSimplify,
	simplifyField,
} from '../listFields';
import { messageOutput } from '../objectOutput';
import type { OperationDefinition } from '../resource';
import { simplifyMessage } from './simplifyMessage';

/** API section 3.4 */
const MAX_HISTORY = 200;

const DIRECTIONS = ['inbound', 'outbound'];

/** The newest messages of a chat, in the order in which they were written. Source: API section 3.4. */
export const getManyMessages: OperationDefinition = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many messages',
	description:
		'Read the history of a chat, for example as the memory of a conversation. Returns the newest messages, oldest first, one item each.',
	fields: [
		chatIdField,
		...listFields,
		simplifyField,
		filtersField([
			{
				displayName: 'Direction',
				name: 'direction',
				type: 'options',
				options: [
					{ name: 'Received', value: 'inbound' },
					{ name: 'Sent', value: 'outbound' },
				],
				default: 'inbound',
				description: 'Return only messages that your lines received or sent',
			},
			{
				displayName: 'Since',
				name: 'since',
				type: 'dateTime',
				default: '',
				description:
					"Return only messages from this time on. A time without an offset is in the workflow's time zone.",
			},
		]),
	],
	plan(item) {
		const chatId = toChatId(item.getNodeParameter('chatId', ''));
		const limit = readLimit(item);
		const isSimplified = readSimplify(item);
		const { direction, since } = readFilters(item);
		const wantedDirection =
			toDisplayText(direction) === ''
				? undefined
				: toChoice(direction, 'Direction', 'a direction', DIRECTIONS);
		const sinceMs = since ? toTime(since, 'Since', item.getTimezone()) : -Infinity;

		return {
			repeat: 'read',
			errorContext: { id: chatId },
			request: { method: 'GET', path: `/chats/${encodeURIComponent(chatId)}/messages` },
			toOutput: ({ body, addHint }) => {
				const history = unwrapList(body, 'messages') ?? [];
				const wanted = history.filter(
					(message) =>
						!isBefore(message, sinceMs) &&
						(wantedDirection === undefined || message.direction === wantedDirection),
				);
				const reachesBack = history.length > 0 && isBefore(history[0], sinceMs);
				if (body.has_more === true && wanted.length < limit && !reachesBack) {
					addHint(
						`Chert returns only the newest ${MAX_HISTORY} messages of a chat. Chat ${chatId} has older ones.`,
					);
				}
				const newest = Number.isFinite(limit) ? wanted.slice(-limit) : wanted;
				return newest.map((message) => ({
					json: isSimplified ? simplifyMessage(message) : messageOutput(message),
				}));
			},
			given: { chatId },
		};
	},
};

/** False when Chert does not say when the message was written. */
function isBefore(message: IDataObject, timeMs: number): boolean {
	return Date.parse(String(message.created_at ?? '')) < timeMs;
}
