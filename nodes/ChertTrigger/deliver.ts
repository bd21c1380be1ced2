import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { readEvent } from '../shared/events/envelope';
import type { Delivery } from '../shared/events/envelope';
import { passes } from '../shared/events/filters';
import { readSettings } from '../shared/events/options';
import { toItem } from '../shared/events/run';
import { asObject } from '../shared/object';
import { verify } from './signature';
import type { RefusalReason } from './signature';
import { readRecord } from './subscription';

/** For the log and for whoever called. Short, because most callers that see one are not Chert. */
const REASONS: Record<RefusalReason, string> = {
	noSecret: 'this trigger has no webhook subscription yet',
	missing: 'the signature header is missing',
	malformed: 'the signature header is malformed',
	stale: 'the signature is too old or too new',
	mismatch: 'the signature does not match',
};

/**
 * Takes one call to the webhook URL: verifies it, filters it, and starts a run with it as it came.
 *
 * What Chert gets to hear decides what becomes of the event (API section 5.6): 2xx once the run is stored, 401 for what
 * it did not sign, 5xx for anything that went wrong here, so that it sends the event again.
 */
export async function deliver(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = ctx.getRequestObject();
	const headers = ctx.getHeaderData();
	const record = readRecord(ctx.getWorkflowStaticData('node'));
	const rawBody = await readBytes(request);
	if (rawBody === undefined) return refuse(ctx, 400, 'the body could not be read');

	const verification = verify({
		rawBody,
		headers,
		secrets: record?.secret ? [record.secret] : [],
		now: Math.floor(Date.now() / 1000),
	});
	if (!verification.ok) {
		// A delivery can overtake the storing of the secret it was signed with: 503 makes Chert send it again.
		const status = verification.reason === 'noSecret' ? 503 : 401;
		return refuse(ctx, status, REASONS[verification.reason]);
	}

	const body = parseObject(rawBody);
	if (body === undefined) return refuse(ctx, 400, 'the body is not a JSON object');

	const delivery: Delivery = {
		body,
		...(typeof headers['x-webhook-event'] === 'string' && {
			headerEvent: headers['x-webhook-event'],
		}),
		...(typeof headers['x-webhook-event-id'] === 'string' && {
			headerEventId: headers['x-webhook-event-id'],
		}),
		arrivedAt: new Date().toISOString(),
	};
	const { filters } = readSettings({ read: (name) => ctx.getNodeParameter(name) });
	if (!passes(readEvent(delivery), filters)) return {};
	return { workflowData: [[toItem(delivery)]] };
}

/**
 * @returns undefined when n8n cannot read them: too many, cut short, badly compressed, or a form. An error would make
 * n8n store a failed execution, and so start the error workflow, for a call that nobody signed.
 */
async function readBytes(
	request: ReturnType<IWebhookFunctions['getRequestObject']>,
): Promise<Buffer | undefined> {
	try {
		if (!request.rawBody) await request.readRawBody();
	} catch {
		return undefined;
	}
	return request.rawBody ?? Buffer.alloc(0);
}

/** Parses the very bytes that were verified, whatever content type they came under. */
function parseObject(rawBody: Buffer): IDataObject | undefined {
	try {
		return asObject(JSON.parse(rawBody.toString('utf8')));
	} catch {
		return undefined;
	}
}

function refuse(ctx: IWebhookFunctions, status: number, reason: string): IWebhookResponseData {
	ctx.logger.warn(`${ctx.getNode().name} turned a call away with ${status}: ${reason}`, {
		workflowId: ctx.getWorkflow().id,
		nodeName: ctx.getNode().name,
	});
	ctx
		.getResponseObject()
		.status(status)
		.json({ message: `Not accepted: ${reason}` });
	return { noWebhookResponse: true };
}
