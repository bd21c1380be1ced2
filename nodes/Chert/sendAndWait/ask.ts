import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readCommonOptions } from '../input/commonOptions';
import { customOperation } from '../transport';
import { idempotencyKey } from '../transport/idempotencyKey';
import { optionalText } from '../input/text';
import { planRequest, readSentQuestion, type SentQuestion } from './plan';
import { storeQuestion, timedOutData, type Question } from './question';
import { registerQuestion, type Registration } from './registration';
import { readQuestionSettings, type Settings } from './questionSettings';

/**
 * Asks one question, whatever the number of input items, and puts the execution to wait. It goes on with the output of
 * `webhook()`, or when the time limit is over.
 */
export async function askAndWait(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// n8n 1 checks the signature of the resume URL only for nodes that say so; n8n 2 always does.
	(this as { setSignatureValidationRequired?(): void }).setSignatureValidationRequired?.();
	const asked = await ask(this);
	if ('failed' in asked) return [asked.failed];

	const { settings, question } = asked;
	storeQuestion(this, question);
	replaceInput(this, settings);
	separateFromOtherRuns(this);
	await this.putExecutionToWait(new Date(question.expiresAt));
	return [this.getInputData()];
}

/**
 * While the execution runs, and after it failed or was canceled, n8n responds for us. It shows that as a page only
 * where the URL contains this word, otherwise as JSON.
 */
const CONFLICTS_AS_PAGE = { conflicts: 'form-waiting' };

/** See {@link keyOf}. */
const ASKS_AGAIN =
	'Retrying this execution asks the question again, because it cannot receive an answer to the first one.';

type Asked = { settings: Settings; question: Question } | { failed: INodeExecutionData[] };

async function ask(ctx: IExecuteFunctions): Promise<Asked> {
	const round = String(ctx.getWorkflowDataProxy(0).$runIndex ?? 0);
	let settings: Settings | undefined;
	let registration: Registration | undefined;
	let sent: SentQuestion | undefined;
	try {
		const [output] = await customOperation({
			async plan(item) {
				settings = readQuestionSettings(item, Date.now());
				const ownKey = optionalText(settings.options.idempotencyKey, 'Idempotency Key');
				if (settings.answerBy === 'reply')
					registration = await registerQuestion(ctx, round, settings);
				const link =
					settings.answerBy === 'link'
						? ctx.getSignedResumeUrl({ round, ...CONFLICTS_AS_PAGE })
						: undefined;
				return {
					...planRequest(settings, link, ownKey ?? keyOf(ctx, round)),
					errorContext: {
						id: settings.recipient.chatId,
						...(ownKey === undefined && { ifRetried: ASKS_AGAIN }),
					},
					retryLimits: readCommonOptions(settings.options).retryLimits,
				};
			},
		}).call(withFirstItem(ctx));
		sent = readSentQuestion(output[0]?.json ?? {});
		if (settings === undefined || sent === undefined) return { failed: output };
		return { settings, question: toQuestion(round, settings, sent, registration) };
	} finally {
		// Nobody waits for the answer to a question that failed.
		if (sent === undefined) await registration?.remove();
	}
}

/** The same functions, for a node that has only the first of its input items. */
function withFirstItem(ctx: IExecuteFunctions): IExecuteFunctions {
	return Object.create(ctx, {
		getInputData: { value: () => ctx.getInputData().slice(0, 1) },
	}) as IExecuteFunctions;
}

/**
 * One key for each question of an execution. A person's retry is another execution, to which the resume URL of the
 * failed one does not lead, so it has another key.
 */
function keyOf(ctx: IExecuteFunctions, round: string): string {
	const identity = {
		instance: ctx.getInstanceId(),
		workflow: ctx.getWorkflow().id ?? '',
		execution: ctx.getExecutionId(),
		node: ctx.getNode().id,
		run: Number(round),
		item: 0,
	};
	return idempotencyKey(identity, 'sendAndWait');
}

function toQuestion(
	round: string,
	settings: Settings,
	sent: SentQuestion,
	registration: Registration | undefined,
): Question {
	const { expiresAt, responseType, page, recipient, approvers } = settings;
	if (settings.answerBy === 'link' || responseType === 'customForm')
		return { round, expiresAt, answer: { by: 'link', responseType, page } };
	const { approveWords, disapproveWords, unclearReply, afterAnswer } = settings;
	return {
		round,
		expiresAt,
		answer: {
			by: 'reply',
			responseType,
			respondents: { ...recipient, approvers },
			messageId: sent.messageId,
			chatId: recipient.chatId ?? sent.chatId,
			askedAt: sent.sentAt ?? registration?.registeredAt ?? Date.now(),
			approveWords,
			disapproveWords,
			unclearReply,
			afterAnswer,
			ownSubscriptionId: registration?.ownSubscriptionId,
		},
	};
}

/**
 * n8n gives out the node's input when the time is over, and runs none of our code then. So the input becomes what comes
 * out. n8n does not document this; where it changes, the input items come out unchanged.
 */
function replaceInput(ctx: IExecuteFunctions, { responseType }: Settings): void {
	const { main } = ctx.getExecuteData().data;
	const item = { json: { data: timedOutData(responseType) }, pairedItem: { item: 0 } };
	if (Array.isArray(main)) main[0] = [item];
}

/**
 * n8n disables a node that has waited, so that it does not run again. Runs of the node that are queued, e.g. from
 * another branch or for another call of an agent, have the same object, and would pass their input on without asking.
 */
function separateFromOtherRuns(ctx: IExecuteFunctions): void {
	const run = ctx.getExecuteData();
	run.node = { ...run.node };
}
