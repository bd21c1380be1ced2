import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { readFormValues, toFormAnswer } from './form';
import { PAGE_HEADERS } from './html';
import { DECISION, renderNotice, renderQuestion } from './page';
import type { LinkAnswer, Question } from './question';

/** What the page says when there is nothing to answer, or no more. */
const NOTICES = {
	answered: { title: 'Thank you', text: 'Your answer was sent. You can close this page.' },
	closed: {
		title: 'Question closed',
		text: 'This question has been answered or has expired, so nothing changed. You can close this page.',
	},
	expired: {
		title: 'Too late',
		text: 'This question has expired. You can no longer answer it.',
	},
} as const;

/**
 * Shows the page of a question, and takes the answer that is sent from it. Only POST decides: link previews use GET.
 */
export function answerOnPage(
	ctx: IWebhookFunctions,
	question: Question | undefined,
): IWebhookResponseData {
	const { round } = ctx.getQueryData() as IDataObject;
	if (question?.answer.by !== 'link' || question.round !== round)
		return show(ctx, 410, notice('closed'));
	if (Date.now() >= question.expiresAt) return show(ctx, 410, notice('expired'));

	const { answer } = question;
	if (ctx.getRequestObject().method !== 'POST') return show(ctx, 200, renderQuestion(answer.page));
	return takeAnswer(ctx, answer);
}

function takeAnswer(
	ctx: IWebhookFunctions,
	{ page, responseType }: LinkAnswer,
): IWebhookResponseData {
	const body = (ctx.getBodyData() ?? {}) as IDataObject;
	const respondedAt = new Date().toISOString();
	if (page.input.kind === 'approval') {
		const decision = body[DECISION.name];
		const approved = decision === DECISION.approve;
		const isOffered = page.input.disapproveLabel !== undefined && decision === DECISION.disapprove;
		if (!approved && !isOffered) return show(ctx, 400, renderQuestion(page));
		return resume({ approved, respondedAt });
	}
	const { fields } = page.input;
	const values = readFormValues(fields, body);
	const checked = toFormAnswer(fields, values);
	if (!checked.ok) return show(ctx, 422, renderQuestion(page, { values, errors: checked.errors }));
	const data = responseType === 'freeText' ? { text: checked.data[fields[0].label] } : checked.data;
	return resume({ ...data, respondedAt });
}

/** Ends the wait. n8n sends the page with its own headers, which forbid it what ours does. */
function resume(data: IDataObject): IWebhookResponseData {
	return {
		webhookResponse: notice('answered'),
		workflowData: [[{ json: { data }, pairedItem: { item: 0 } }]],
	};
}

const notice = (name: keyof typeof NOTICES) =>
	renderNotice(NOTICES[name].title, NOTICES[name].text);

function show(ctx: IWebhookFunctions, status: number, html: string): IWebhookResponseData {
	const response = ctx.getResponseObject();
	response
		.status(status)
		.set({ ...PAGE_HEADERS })
		.send(html);
	return { noWebhookResponse: true };
}
