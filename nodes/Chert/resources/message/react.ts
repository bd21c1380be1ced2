import type { INodeProperties } from 'n8n-workflow';

import { toMessageId } from '../../input/id';
import { InputError } from '../../input/inputError';
import type { Operation } from '../../transport/operation';
import { optionsField, readOptions, readRetryLimits } from '../fields';

const REACTIONS = ['dislike', 'emphasize', 'laugh', 'like', 'love', 'question'];

export const reactFields: INodeProperties[] = [
	{
		displayName: 'Message ID',
		name: 'messageId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. B4E0C9A2-7D15-4F38-A6C1-52E98D03F7B6',
		description: 'The message: "messageId" of the Chert Trigger, or the ID that a send gave',
	},
	{
		displayName: 'Reaction',
		name: 'reaction',
		type: 'options',
		options: [
			{ name: 'Dislike', value: 'dislike' },
			{ name: 'Emphasize', value: 'emphasize' },
			{ name: 'Laugh', value: 'laugh' },
			{ name: 'Like', value: 'like' },
			{ name: 'Love', value: 'love' },
			{ name: 'Question', value: 'question' },
		],
		default: 'love',
		description: 'The tapback. Every run adds a new one; a tapback cannot be taken back.',
	},
	optionsField(),
];

/** Adds a tapback to a message. Chert takes no idempotency key here. Source: API section 3.14. */
export const react: Operation = {
	plan(item) {
		const messageId = toMessageId(item.getNodeParameter('messageId', ''));
		const reaction = String(item.getNodeParameter('reaction', ''));
		if (!REACTIONS.includes(reaction)) {
			throw new InputError(
				`Reaction "${reaction}" is not a tapback: choose one of ${REACTIONS.join(', ')}`,
			);
		}
		return {
			orderingKey: messageId,
			repeat: 'singleWrite',
			retryLimits: readRetryLimits(readOptions(item)),
			errorContext: { id: messageId },
			request: {
				method: 'POST',
				path: `/messages/${encodeURIComponent(messageId)}/react`,
				json: { reaction },
			},
			given: { messageId },
		};
	},
};
