import { toMessageId } from '../../input/id';
import { toText } from '../../input/text';
import { toWholeNumber } from '../../input/wholeNumber';
import { messageIdField } from '../fields';
import type { OperationDefinition } from '../resource';

const EDIT_WINDOW = 'iMessage allows edits for 15 minutes, only of texts that your own line sent';

/** Changes the text of a sent message. Source: API section 3.15. */
export const editMessage: OperationDefinition = {
	name: 'Edit',
	value: 'edit',
	action: 'Edit message',
	description:
		'Change the text of a message that your line sent in the last 15 minutes. Returns the new text and the time of the edit.',
	fields: [
		messageIdField,
		{
			displayName: 'New Text',
			name: 'text',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. See you at 4 pm, not 3 pm',
			description: 'The text that replaces the old one',
		},
	],
	options: [
		{
			displayName: 'Part Index',
			name: 'partIndex',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 0,
			description:
				'Position of the text to change in a message with several parts, starting at 0 for the first part',
		},
	],
	plan(item, options) {
		const messageId = toMessageId(item.getNodeParameter('messageId', ''));
		const text = toText(item.getNodeParameter('text', ''), 'New Text');
		const partIndex = toWholeNumber(options.partIndex ?? 0, 'Part Index', 0);
		return {
			orderingKey: messageId,
			repeat: 'singleWrite',
			errorContext: {
				id: messageId,
				byCode: {
					1002: {
						message: 'Chert does not accept the new text or the part index',
						description: 'Check Part Index: it counts from 0 and has to be the position of a text',
					},
					4001: {
						message: 'The message could not be edited',
						description: `${EDIT_WINDOW}. If it is too late, send a correction as a new message; otherwise try again`,
					},
					4099: {
						message: "The line of this message can't edit messages, or it is too late",
						description: `${EDIT_WINDOW}. Send a correction as a new message`,
					},
				},
			},
			request: {
				method: 'POST',
				path: `/messages/${encodeURIComponent(messageId)}/edit`,
				json: { new_text: text, ...(partIndex > 0 && { edited_part_index: partIndex }) },
			},
			given: { messageId },
		};
	},
};
