import { until } from '../hosts/ready';
import { failureOf } from '../hosts/rest';
import type { SandboxMessage } from '../sandbox';
import type { Demo } from './startDemo';

const CUSTOMER = { name: 'Ana', phone: '+15550100123' };

const REPLY = 'It looks wonderful, thank you! Five stars from us.';

/** The customer looks at the photo before she replies. */
const REPLY_AFTER_MS = 2_000;

/** The conversation takes about four seconds. */
const CONVERSATION_TIMEOUT_MS = 60_000;

/** The request that the CRM sends when a job is done. */
export function jobDone({ n8n, files }: Pick<Demo, 'n8n' | 'files'>): {
	url: string;
	body: string;
} {
	return {
		url: `${n8n.url}/webhook/job-done`,
		body: JSON.stringify({ customer: CUSTOMER, photoUrl: `${files.url}/after.png` }),
	};
}

/**
 * Plays the review request through n8n's webhooks: the CRM reports a finished job, the customer receives the request
 * and replies, and the reply gets a tapback and a thank-you.
 * @returns what is missing or failed, one line each; empty when the conversation is complete
 */
export async function playReviewRequest({
	n8n,
	sandbox,
	files,
	workflows,
}: Demo): Promise<string[]> {
	const { control } = sandbox;
	control.addScripts({
		phone: CUSTOMER.phone,
		onText: 'choosing us',
		reply: { text: REPLY },
		afterMs: REPLY_AFTER_MS,
		times: 1,
	});

	const { url, body } = jobDone({ n8n, files });
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body,
	});
	if (!response.ok)
		return [`n8n's response to the CRM: ${response.status}, ${await response.text()}`];

	const conversation = () => control.messages({ phone: CUSTOMER.phone, direction: 'all' });
	const isComplete = async () => missingParts(conversation()).length === 0;
	// On a timeout, the missing parts say more than its message.
	await until(isComplete, { what: 'The conversation', timeoutMs: CONVERSATION_TIMEOUT_MS }).catch(
		() => undefined,
	);
	const failed = await failures(n8n, workflows.get('review-request') ?? '');
	return [...missingParts(conversation()), ...failed];
}

/**
 * Checks a conversation for completeness.
 * @param messages both directions, in order
 * @returns one line for each missing part
 */
export function missingParts(messages: readonly SandboxMessage[]): string[] {
	const request = messages.find(({ direction }) => direction === 'outbound');
	const reply = messages.find(({ direction }) => direction === 'inbound');
	const thanks = messages.find(
		({ direction, sequence }) => direction === 'outbound' && reply && sequence > reply.sequence,
	);
	const checks: Array<[unknown, string]> = [
		[request?.text.includes(CUSTOMER.name), 'the request with a greeting'],
		[
			request?.attachments.some(({ mimeType }) => mimeType.startsWith('image/')),
			'the photo in the request',
		],
		[request?.parts.some(({ type }) => type === 'rich_link'), 'the review link in the request'],
		[reply, "the customer's reply"],
		[
			reply?.reactions.some(({ type, direction }) => type === 'like' && direction === 'outbound'),
			'the tapback on the reply',
		],
		[thanks?.text.startsWith('Thank you'), 'the thank-you'],
	];
	return checks.filter(([isPresent]) => !isPresent).map(([, what]) => what);
}

/** One line for each failed execution of the workflow. */
async function failures({ rest }: Demo['n8n'], workflowId: string): Promise<string[]> {
	const executions = await rest.executionsEnded(workflowId, 1);
	return executions.map(failureOf).filter((reason) => reason !== '');
}
