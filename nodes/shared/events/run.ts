import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { asObject } from '../object';
import { claimEvent } from './claims';
import { readEvent } from './envelope';
import type { ChertEvent, Delivery } from './envelope';
import { downloadMedia } from './media';
import { readSettings } from './options';
import type { EventSettings } from './options';
import { simplify } from './simplify';

/**
 * The part of a trigger that runs inside the execution, after the event was acknowledged: drops repeats, fetches media
 * and makes the item. It runs here because only here n8n has a memory that all its processes share, and because Chert
 * need not wait for it.
 *
 * @param input items made by {@link toItem}; anything else passes through
 * @returns one item per event; none for a repeat, whose execution then ends here
 */
export async function runEvents(
	ctx: IExecuteFunctions,
	input = ctx.getInputData(),
): Promise<INodeExecutionData[]> {
	const items: INodeExecutionData[] = [];
	for (const [index, item] of input.entries()) {
		const delivery = readDelivery(item);
		if (delivery === undefined) {
			items.push(item);
			continue;
		}
		const event = readEvent(delivery);
		const settings = readSettings({ read: (name) => ctx.getNodeParameter(name, index) });
		if (!(await claimEvent(ctx, event.eventId))) continue;
		items.push(await makeItem(ctx, event, settings, index));
	}
	return items;
}

/** Wraps a delivery into the item that starts the run. */
export function toItem(delivery: Delivery): INodeExecutionData {
	return { json: { ...delivery } };
}

function readDelivery({ json }: INodeExecutionData): Delivery | undefined {
	return asObject(json.body) !== undefined && typeof json.arrivedAt === 'string'
		? (json as unknown as Delivery)
		: undefined;
}

async function makeItem(
	ctx: IExecuteFunctions,
	event: ChertEvent,
	settings: EventSettings,
	index: number,
): Promise<INodeExecutionData> {
	const json = settings.simplify ? simplify(event) : { ...event.envelope };
	if (!settings.downloadAttachments) return { json, pairedItem: { item: index } };

	const { binary, failed } = await downloadMedia(ctx, event, settings.binaryPropertyPrefix);
	if (failed.length > 0) json.failedDownloads = failed.map((entry) => ({ ...entry }));
	return { json, ...(Object.keys(binary).length > 0 && { binary }), pairedItem: { item: index } };
}
