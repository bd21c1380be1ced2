import { asObject } from '../../shared/object';

/** What a waiting execution makes of an event; it is in its response. */
export type ReplyOutcome = 'answered' | 'unclear' | 'other' | 'closed';

const OUTCOMES: readonly string[] = ['answered', 'unclear', 'other', 'closed'];

/** How n8n fails on the resume URL of an execution that was killed while it was running. */
const KILLED = ['Cannot read properties of undefined', 'Could not find node to process webhook'];

export type RelayOutcome =
	| ReplyOutcome
	/** The execution runs at this moment: it is not waiting yet, or it goes on already. */
	| 'busy'
	/** n8n does not reach itself, or rejects its own signed URL. */
	| 'unreachable';

/**
 * Reads n8n's response to an event that was passed on to a resume URL.
 *
 * @param body parsed JSON, or text
 */
export function readRelayOutcome(status: number, body: unknown): RelayOutcome {
	const { outcome, message } = asObject(body) ?? {};
	if (status === 200) {
		const known = OUTCOMES.find((each) => each === outcome);
		if (known !== undefined) return known as ReplyOutcome;
		// n8n's own page, when the execution is over or waits at another node. Any other page is not from n8n.
		return typeof body === 'string' && body.includes('No action required')
			? 'closed'
			: 'unreachable';
	}
	const sentence = typeof message === 'string' ? message : '';
	if (status === 409) return sentence.includes('running already') ? 'busy' : 'closed';
	if (status === 410) return 'closed';
	if (status === 404 && sentence.startsWith('The execution ')) return 'closed';
	if (KILLED.some((start) => sentence.startsWith(start))) return 'closed';
	// Another answer was faster, or n8n is shutting down.
	return status === 500 || status === 503 ? 'busy' : 'unreachable';
}
