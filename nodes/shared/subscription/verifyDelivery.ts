import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import type { Delivery } from '../events/envelope';
import { asObject } from '../object';
import { latestRecord } from './replacedRecords';
import { verify } from './signature';
import type { RejectionReason } from './signature';
import { readRecord } from './subscription';
import { writeLog } from '../log';

/** For the log and the caller. Short, because most callers that see one are not Chert. */
const REASONS: Record<RejectionReason, string> = {
	noSecret: 'this node has no webhook subscription yet',
	missing: 'the signature header is missing',
	malformed: 'the signature header is malformed',
	stale: 'the signature is too old or too new. Check the clock of the n8n server',
	mismatch: 'the signature does not match',
};

/**
 * Verifies a request to the URL of the node's subscription.
 *
 * @returns undefined when it is rejected; the response is then sent
 */
export async function verifyDelivery(ctx: IWebhookFunctions): Promise<Delivery | undefined> {
	const request = ctx.getRequestObject();
	const headers = ctx.getHeaderData();
	const staticData = ctx.getWorkflowStaticData('node');
	const stored = readRecord(staticData);
	const record = stored && latestRecord(stored);
	if (record?.id !== stored?.id) {
		// n8n stores changed static data only for a request that is rejected. Chert sends the event again.
		staticData.subscription = { ...record };
		return reject(
			ctx,
			503,
			'the webhook subscription was replaced by an older one and has been restored',
		);
	}
	const rawBody = await readRawBody(request);
	if (rawBody === undefined) return reject(ctx, 400, 'the body could not be read');

	const verification = verify({
		rawBody,
		headers,
		secrets: record?.secret ? [record.secret] : [],
		now: Math.floor(Date.now() / 1000),
	});
	if (!verification.ok) {
		// A delivery can arrive before the secret that it was signed with is stored: with 503 Chert sends it again.
		if (verification.reason === 'noSecret') return reject(ctx, 503, REASONS.noSecret);
		const named = headers['x-webhook-subscription-id'];
		const isOther =
			verification.reason === 'mismatch' && named !== undefined && named !== record?.id;
		return isOther
			? reject(
					ctx,
					503,
					`it is for the webhook subscription ${named}, not for the stored one (${record?.id}). If this continues, publish the workflow again, or delete ${named} in the Chert console`,
				)
			: reject(ctx, 401, REASONS[verification.reason]);
	}

	const body = parseObject(rawBody);
	if (body === undefined) return reject(ctx, 400, 'the body is not a JSON object');

	return {
		body,
		...(typeof headers['x-webhook-event'] === 'string' && {
			headerEvent: headers['x-webhook-event'],
		}),
		...(typeof headers['x-webhook-event-id'] === 'string' && {
			headerEventId: headers['x-webhook-event-id'],
		}),
		arrivedAt: new Date().toISOString(),
		...(record && { subscriptionId: record.id }),
	};
}

/**
 * Reads the body without throwing: n8n would store a failed execution, and start the error workflow, for a request
 * that nobody signed.
 *
 * @returns undefined when n8n cannot read it: too large, cut short, badly compressed, or a form
 */
async function readRawBody(
	request: ReturnType<IWebhookFunctions['getRequestObject']>,
): Promise<Buffer | undefined> {
	try {
		if (!request.rawBody) await request.readRawBody();
	} catch {
		return undefined;
	}
	return request.rawBody ?? Buffer.alloc(0);
}

/** Parses the very bytes that were verified, whatever their content type. */
function parseObject(rawBody: Buffer): IDataObject | undefined {
	try {
		return asObject(JSON.parse(rawBody.toString('utf8')));
	} catch {
		return undefined;
	}
}

function reject(ctx: IWebhookFunctions, status: number, reason: string): undefined {
	writeLog(ctx, 'warn', `rejected a request with ${status}: ${reason}`);
	ctx
		.getResponseObject()
		.status(status)
		.json({ message: `Not accepted: ${reason}` });
	return undefined;
}
