import { until } from '../hosts/ready';
import { failureOf } from '../hosts/rest';
import type { SandboxMessage } from '../sandbox';
import type { Stage } from './stage';

const CUSTOMER = { name: 'Ana', phone: '+15550100123' };

const REPLY = 'It looks wonderful, thank you! Five stars from us.';

/** The customer looks at the photo before she writes. */
const REPLY_AFTER_MS = 2_000;

/** Longest wait for the whole conversation, which takes about four seconds. */
const CONVERSATION_TIMEOUT_MS = 60_000;

/** What the CRM sends when a job is done, and where. */
export function jobDone({ n8n, files }: Pick<Stage, 'n8n' | 'files'>): {
	url: string;
	body: string;
} {
	return {
		url: `${n8n.url}/webhook/job-done`,
		body: JSON.stringify({ customer: CUSTOMER, photoUrl: `${files.url}/after.png` }),
	};
}

/**
 * Plays the main job through n8n's webhooks: the CRM reports a finished job, the customer gets the request and answers,
 * the answer gets a tapback and a thank-you.
 * @returns what did not come about, one sentence each; empty when all of it did
 */
export async function playReviewRequest({
	n8n,
	sandbox,
	files,
	workflows,
}: Stage): Promise<string[]> {
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
		return [`n8n answered the CRM with ${response.status}: ${await response.text()}`];

	const conversation = () => control.messages({ phone: CUSTOMER.phone, direction: 'all' });
	const isComplete = async () => whatIsMissing(conversation()).length === 0;
	try {
		await until(isComplete, { what: 'The conversation', timeoutMs: CONVERSATION_TIMEOUT_MS });
		return await failures(n8n, workflows.get('review-request') ?? '');
	} catch {
		return [
			...whatIsMissing(conversation()),
			...(await failures(n8n, workflows.get('review-request') ?? '')),
		];
	}
}

/**
 * Compares a conversation with the one that should have come about.
 * @param messages both directions, in order
 * @returns one sentence for each thing that is missing
 */
export function whatIsMissing(messages: readonly SandboxMessage[]): string[] {
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
	return checks.filter(([isThere]) => !isThere).map(([, what]) => what);
}

/** Executions of the workflow that did not end well. */
async function failures({ rest }: Stage['n8n'], workflowId: string): Promise<string[]> {
	const executions = await rest.executionsEnded(workflowId, 1);
	return executions.map(failureOf).filter((reason) => reason !== '');
}
