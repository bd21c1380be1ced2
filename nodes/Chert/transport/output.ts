import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { asObject, firstText } from '../../shared/object';
import type { Output, Plan, Result } from './operation';

/**
 * Adds the IDs under the names that other operations ask for: what the response says, else what the user entered.
 *
 * @param json the output, which is changed: a copy per item takes noticeable memory
 */
export function addIds(json: IDataObject, given: Plan['given'] = {}): void {
	const chatId = firstText(
		json.chatId,
		json.chat_id,
		json.lead_id,
		asObject(json.chat)?.id,
		given.chatId,
	);
	const messageId = firstText(
		json.messageId,
		json.message_id,
		asObject(json.message)?.id,
		given.messageId,
	);
	if (chatId !== undefined) json.chatId = chatId;
	if (messageId !== undefined) json.messageId = messageId;
	if (given.phone !== undefined) json.phone = given.phone;
}

/**
 * What Chert says of something that was done, or that it was done where Chert's response is empty.
 *
 * @param ids the IDs that the user entered, other than those of {@link addIds}
 */
export function successOutput({ body }: Pick<Result, 'body'>, ids: IDataObject = {}): Output {
	return { json: Object.keys(body).length > 0 ? body : { success: true, ...ids } };
}

/** An output paired with its input item, with the fields and files of that item if the user wants them. */
export function toOutputItem(
	{ json, binary }: Output,
	input: INodeExecutionData,
	item: number,
	includeInputFields: boolean,
): INodeExecutionData {
	const output: INodeExecutionData = { json, pairedItem: { item } };
	if (binary) output.binary = binary;
	if (!includeInputFields) return output;
	output.json = { ...input.json, ...json };
	if (input.binary ?? binary) output.binary = { ...input.binary, ...binary };
	return output;
}
