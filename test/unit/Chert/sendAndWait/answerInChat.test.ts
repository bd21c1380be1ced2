import type { IWebhookFunctions } from 'n8n-workflow';

import { answerInChat } from '../../../../nodes/Chert/sendAndWait/answerInChat';
import type { Question, ReplyAnswer } from '../../../../nodes/Chert/sendAndWait/question';

const ANA = '+15550100123';

function questionWith(changes: Partial<ReplyAnswer>): Question {
	return {
		round: '0',
		expiresAt: Date.now() + 60_000,
		answer: {
			by: 'reply',
			responseType: 'approval',
			respondents: { phone: ANA, approvers: [] },
			messageId: 'msg_1',
			chatId: 'ch_1',
			askedAt: Date.now() - 60_000,
			approveWords: ['yes'],
			disapproveWords: ['no'],
			unclearReply: 'Yes or no?',
			afterAnswer: { kind: 'none' },
			...changes,
		},
	};
}

/** A webhook of an n8n whose credential was deleted. */
function withoutCredential(text: string): { ctx: IWebhookFunctions; warnings: string[] } {
	const warnings: string[] = [];
	const ctx = {
		getQueryData: () => ({ round: '0' }),
		getBodyData: () => ({
			event: 'message.received',
			data: {
				chat: { id: 'ch_1', is_group: false },
				message: {
					id: 'msg_2',
					sender_handle: { handle: ANA },
					parts: [{ type: 'text', value: text }],
				},
			},
		}),
		getCredentials: async () => {
			throw new Error('Credential with ID "1" does not exist');
		},
		getInstanceId: () => 'instance',
		getExecutionId: () => '7',
		getNode: () => ({ id: 'node', name: 'Ask' }),
		getWorkflow: () => ({ id: 'workflow' }),
		logger: { warn: (message: string) => warnings.push(message) },
	};
	return { ctx: ctx as unknown as IWebhookFunctions, warnings };
}

it.each<[string, Partial<ReplyAnswer>]>([
	['the subscription of the question', { ownSubscriptionId: 'sub_1' }],
	['a text after the answer', { afterAnswer: { kind: 'text', text: 'Thank you' } }],
	['a like after the answer', { afterAnswer: { kind: 'reaction' } }],
])('continues with an answer without the credential for %s', async (_what, changes) => {
	const { ctx, warnings } = withoutCredential('yes');
	const response = await answerInChat(ctx, questionWith(changes));

	expect(response.webhookResponse).toEqual({ outcome: 'answered' });
	expect(response.workflowData).toMatchObject([[{ json: { data: { approved: true, by: ANA } } }]]);
	expect(warnings).toEqual([expect.stringContaining('Credential with ID "1" does not exist')]);
});

it('keeps waiting after an unclear answer without the credential for the reply', async () => {
	const { ctx, warnings } = withoutCredential('maybe');

	expect(await answerInChat(ctx, questionWith({}))).toEqual({
		webhookResponse: { outcome: 'unclear' },
	});
	expect(warnings).toHaveLength(1);
});
