import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { asObject } from '../object';
import { claimEvent } from './claims';
import { readEvent } from './envelope';
import type { ChertEvent, Delivery } from './envelope';
import { downloadMedia } from './media';
import { readExecutionSettings } from './settings';
import type { EventSettings } from './settings';
import { simplifyEvent } from './simplify';

export interface ProcessOptions {
	/** Items from {@link toItem}; anything else passes through. Default: the input of the node */
	input?: INodeExecutionData[];
	/**
	 * Gives events that were not delivered, oldest first.
	 *
	 * @param isRepeated true when n8n runs this execution again, as it does with a stalled queue job
	 */
	findMissed?(settings: EventSettings, isRepeated: boolean): Promise<Delivery[]>;
}

/**
 * The part of a trigger that runs inside the execution, after Chert got its response: drops repeated deliveries,
 * downloads media and makes the items. Only here n8n has a memory that all its processes share.
 *
 * @returns missed events and those of the input, one item for each; none for a repeated delivery
 */
export async function processEvents(
	ctx: IExecuteFunctions,
	{ input = ctx.getInputData(), findMissed }: ProcessOptions = {},
): Promise<INodeExecutionData[]> {
	if (!input.some(toDelivery)) return input;

	const settings = readExecutionSettings(ctx);
	const claim = async (delivery: Delivery) => {
		const event = readEvent(delivery);
		return { delivery, event, result: await claimEvent(ctx, event.eventId) };
	};
	const deliveries = input.map(toDelivery).filter((delivery) => delivery !== undefined);
	const received = await Promise.all(deliveries.map(claim));
	const isRepeated = received.some(({ result }) => result === 'rerun');
	const missed = await Promise.all(((await findMissed?.(settings, isRepeated)) ?? []).map(claim));

	const others = input.filter((item) => toDelivery(item) === undefined);
	const items: INodeExecutionData[] = [];
	for (const { delivery, event, result } of [...missed, ...received]) {
		if (result !== 'lost') items.push(await makeItem(ctx, delivery, event, settings));
	}
	return [...items, ...others];
}

/** Wraps a delivery into the item that starts the execution. */
export function toItem(delivery: Delivery): INodeExecutionData {
	return { json: { ...delivery } };
}

function toDelivery({ json }: INodeExecutionData): Delivery | undefined {
	return asObject(json.body) !== undefined && typeof json.arrivedAt === 'string'
		? (json as unknown as Delivery)
		: undefined;
}

async function makeItem(
	ctx: IExecuteFunctions,
	{ body }: Delivery,
	event: ChertEvent,
	{ simplify, downloadAttachments, binaryPropertyPrefix, optOutWords }: EventSettings,
): Promise<INodeExecutionData> {
	const json = simplify ? simplifyEvent(event, optOutWords) : { ...body };
	const pairedItem = { item: 0 };
	if (!downloadAttachments) return { json, pairedItem };

	const { binary, failed } = await downloadMedia(ctx, event, binaryPropertyPrefix);
	if (failed.length > 0) json.failedDownloads = failed.map((entry) => ({ ...entry }));
	return { json, ...(Object.keys(binary).length > 0 && { binary }), pairedItem };
}
