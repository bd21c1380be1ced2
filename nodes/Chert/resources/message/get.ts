import { unwrapObject } from '../../../shared/responseBody';
import { toMessageId } from '../../input/id';
import { messageIdField } from '../fields';
import { readSimplify, simplifyField } from '../listFields';
import { messageOutput } from '../objectOutput';
import type { OperationDefinition } from '../resource';
import { simplifyMessage } from './simplifyMessage';

/** One message with its delivery status. Source: API section 3.13. */
export const getMessage: OperationDefinition = {
	name: 'Get',
	value: 'get',
	action: 'Get message',
	description:
		'Look up one message, for example to see whether it was delivered or read. Returns its text, attachments, status and times.',
	fields: [messageIdField, simplifyField],
	plan(item) {
		const messageId = toMessageId(item.getNodeParameter('messageId', ''));
		const isSimplified = readSimplify(item);
		return {
			repeat: 'read',
			errorContext: { id: messageId },
			request: { method: 'GET', path: `/messages/${encodeURIComponent(messageId)}` },
			toOutput: ({ body }) => {
				const message = unwrapObject(body, 'message');
				return { json: isSimplified ? simplifyMessage(message) : messageOutput(message) };
			},
			given: { messageId },
		};
	},
};
