import type { IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';

import { toAttachmentId } from '../../input/id';
import { optionalText } from '../../input/text';
import { fileFromAnswer } from '../../../shared/download';
import type { Operation, Output } from '../../transport/operation';
import { attachmentIdField, binaryPropertyField, optionsField, readOptions, readPatience } from '../fields';

export const downloadFields: INodeProperties[] = [
	attachmentIdField,
	{ ...binaryPropertyField, displayName: 'Put Output File in Field', hint: 'The name of the binary field to put the file in' },
	optionsField(),
];

/** The bytes of an attachment, received ones included, into a binary field. Source: API section 3.20. */
export const download: Operation = {
	plan(item) {
		const attachmentId = toAttachmentId(item.getNodeParameter('attachmentId', ''));
		const propertyName = optionalText(item.getNodeParameter('binaryPropertyName', '')) ?? 'data';
		return {
			repeat: 'safe',
			patience: readPatience(readOptions(item)),
			circumstances: { attachments: [attachmentId] },
			request: () => ({
				method: 'GET',
				path: `/attachments/${encodeURIComponent(attachmentId)}/content`,
				encoding: 'stream',
				timeoutMs: DOWNLOAD_TIMEOUT_MS,
			}),
			toOutput: async ({ answer }) => await toItem(item, attachmentId, propertyName, answer),
		};
	},
};

/** 100 MB over a slow line take minutes. */
const DOWNLOAD_TIMEOUT_MS = 30 * 60_000;

async function toItem(
	item: IExecuteSingleFunctions,
	attachmentId: string,
	propertyName: string,
	answer: Parameters<typeof fileFromAnswer>[2],
): Promise<Output> {
	const { file, sizeBytes } = await fileFromAnswer(item, attachmentId, answer);
	const { fileName, mimeType } = file;
	return { json: { attachmentId, fileName, mimeType, sizeBytes }, binary: { [propertyName]: file } };
}
