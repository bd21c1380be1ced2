import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { QuestionPage } from './page';
import type { ReplyRules } from './reply';

/** What happens once a reply ended the wait. */
export type AfterAnswer = { kind: 'none' } | { kind: 'reaction' } | { kind: 'text'; text: string };

/** A question that was asked, as the waiting execution keeps it. */
export interface Question {
	/** Number of the node's run in the execution: tells the questions of a loop apart. */
	round: string;
	/** Milliseconds since 1970 */
	expiresAt: number;
	answer: LinkAnswer | ReplyAnswer;
}

export interface LinkAnswer {
	by: 'link';
	responseType: 'approval' | 'freeText' | 'customForm';
	page: QuestionPage;
}

export interface ReplyAnswer extends ReplyRules {
	by: 'reply';
	/** The chat of the question; hints go there */
	chatId?: string;
	/** '' for none */
	unclearReply: string;
	afterAnswer: AfterAnswer;
	/** The subscription that delivers straight to the waiting execution, where no route does it */
	ownSubscriptionId?: string;
}

const KEY = 'question';

/** Keeps the question with the execution, as text: n8n hands objects out of its expression sandbox as proxies. */
export function storeQuestion(ctx: IExecuteFunctions, question: Question): void {
	ctx.getContext('node')[KEY] = JSON.stringify(question);
}

/** @returns undefined when the execution does not wait for an answer at this node */
export function readQuestion(ctx: IWebhookFunctions): Question | undefined {
	// Two closing braces in the name would end the expression.
	const name = JSON.stringify(ctx.getNode().name).replaceAll('}', '\\u007d');
	const stored = ctx.evaluateExpression(`{{ $node[${name}].context["${KEY}"] }}`);
	return typeof stored === 'string' && stored !== '' ? (JSON.parse(stored) as Question) : undefined;
}

/** What comes out when nobody answered in time. */
export function timedOutData(responseType: string) {
	return responseType === 'approval' ? { timedOut: true, approved: false } : { timedOut: true };
}
