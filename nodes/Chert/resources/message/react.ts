import { toChoice } from '../../input/choice';
import { toMessageId } from '../../input/id';
import { messageIdField } from '../fields';
import type { OperationDefinition } from '../resource';

const REACTIONS = ['dislike', 'emphasize', 'laugh', 'like', 'love', 'question'];

/** Adds a tapback to a message. Chert takes no idempotency key here. Source: API section 3.14. */
export const reactToMessage: OperationDefinition = {
	name: 'React',
	value: 'react',
	action: 'React to message',
	description:
		'Add a tapback, such as a heart or thumbs up, to a message. Returns the message ID and the reaction.',
	fields: [
		messageIdField,
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
			description: "The tapback to add. A tapback can't be removed.",
		},
	],
	plan(item) {
		const messageId = toMessageId(item.getNodeParameter('messageId', ''));
		const reaction = toChoice(
			item.getNodeParameter('reaction', ''),
			'Reaction',
			'a tapback',
			REACTIONS,
		);
		return {
			orderingKey: messageId,
			repeat: 'singleWrite',
			errorContext: {
				id: messageId,
				byCode: {
					4001: {
						message: 'The tapback could not be added',
						description:
							'Try again later, and check that the recipient uses iMessage: SMS has no tapbacks',
					},
				},
			},
			request: {
				method: 'POST',
				path: `/messages/${encodeURIComponent(messageId)}/react`,
				json: { reaction },
			},
			given: { messageId },
		};
	},
};
