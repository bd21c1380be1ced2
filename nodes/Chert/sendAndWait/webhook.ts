import type { IWebhookDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answerInChat } from './answerInChat';
import { answerOnPage } from './answerOnPage';
import { readQuestion } from './question';
import { ROUTE_PATH } from './record';
import { receiveDelivery } from './route';

const RESUME = {
	name: 'default',
	path: '={{ $nodeId }}',
	isFullPath: true,
	restartWebhook: true,
	responseMode: 'onReceived',
	responseData: '',
} as const;

/**
 * The webhooks of Send and Wait for Response: the signed resume URL of a waiting execution, and the route to which
 * Chert delivers answers. n8n registers the route only where its method is not empty: in a published workflow. In the
 * editor, Execute step would otherwise wait for a call to the route, as it does for a trigger.
 */
export const webhooks: IWebhookDescription[] = [
	{ ...RESUME, httpMethod: 'GET' },
	{ ...RESUME, httpMethod: 'POST' },
	{
		name: 'setup',
		httpMethod:
			'={{ $workflow.active && $parameter["operation"] === "sendAndWait" && $parameter["answerBy"] === "reply" ? "POST" : "" }}',
		path: ROUTE_PATH,
		responseMode: 'onReceived',
		responseData: 'noData',
		ndvHideUrl: true,
	},
];

/** Takes a request to one of the {@link webhooks}. */
export async function receiveAnswer(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	if (ctx.getWebhookName() === 'setup') return await receiveDelivery(ctx);
	const question = readQuestion(ctx);
	const isEvent = question?.answer.by === 'reply' && ctx.getRequestObject().method === 'POST';
	return isEvent ? await answerInChat(ctx, question) : answerOnPage(ctx, question);
}
