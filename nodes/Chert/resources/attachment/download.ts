import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../../transport/item';
import { toAttachmentId } from '../../input/id';
import { optionalText } from '../../input/text';
import { explainStoreRefusal } from '../../../shared/advice';
import { contentRequest, fileFromAnswer, StoreRefusal } from '../../../shared/download';
import type { Operation, Output } from '../../transport/operation';
import { Problem } from '../../transport/problem';
import {
	attachmentIdField,
	binaryPropertyField,
	optionsField,
	readOptions,
	readPatience,
} from '../fields';

export const downloadFields: INodeProperties[] = [
	attachmentIdField,
	{
		...binaryPropertyField,
		displayName: 'Put Output File in Field',
		hint: 'The name of the binary field to put the file in',
	},
	optionsField(),
];

/** The bytes of an attachment, received ones included, into a binary field. Source: API section 3.20. */
export const download: Operation = {
	plan(item) {
		const attachmentId = toAttachmentId(item.getNodeParameter('attachmentId', ''));
		const propertyName =
			optionalText(item.getNodeParameter('binaryPropertyName', ''), 'Binary Field') ?? 'data';
		return {
			repeat: 'safe',
			patience: readPatience(readOptions(item)),
			circumstances: { attachments: [attachmentId] },
			request: () => contentRequest(attachmentId, item.getExecutionCancelSignal()),
			toOutput: async ({ answer }) => await toItem(item, attachmentId, propertyName, answer),
		};
	},
};

async function toItem(
	item: Item,
	attachmentId: string,
	propertyName: string,
	answer: Parameters<typeof fileFromAnswer>[2],
): Promise<Output> {
	const fetched = await fileFromAnswer(item, attachmentId, answer).catch(async (error: unknown) =>
		error instanceof StoreRefusal ? error : await Promise.reject(error),
	);
	if (fetched instanceof StoreRefusal) {
		throw new Problem(explainStoreRefusal(attachmentId, fetched.message));
	}
	const { file, sizeBytes } = fetched;
	const { fileName, mimeType } = file;
	return {
		json: { attachmentId, fileName, mimeType, sizeBytes },
		binary: { [propertyName]: file },
	};
}
