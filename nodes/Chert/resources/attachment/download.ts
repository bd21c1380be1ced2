import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../../input/item';
import { toAttachmentId } from '../../input/id';
import { optionalText } from '../../input/text';
import { describeStorageError } from '../../../shared/errorMessages';
import {
	contentRequest,
	fileFromResponse,
	lookUpFileName,
	StorageError,
} from '../../../shared/download';
import type { Operation, Output, Result } from '../../transport/operation';
import { ItemError } from '../../transport/itemError';
import {
	attachmentIdField,
	binaryPropertyField,
	optionsField,
	readOptions,
	readRetryLimits,
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
			repeat: 'read',
			retryLimits: readRetryLimits(readOptions(item)),
			errorContext: { attachments: [attachmentId] },
			request: contentRequest(attachmentId, item.getExecutionCancelSignal()),
			toOutput: async (result) => await toFileOutput(item, attachmentId, propertyName, result),
		};
	},
};

async function toFileOutput(
	item: Item,
	attachmentId: string,
	propertyName: string,
	{ response, sendOnce }: Result,
): Promise<Output> {
	const fileName = await lookUpFileName(attachmentId, response, sendOnce);
	const fetched = await fileFromResponse(item, attachmentId, response, { fileName }).catch(
		async (error: unknown) => (error instanceof StorageError ? error : await Promise.reject(error)),
	);
	if (fetched instanceof StorageError) {
		throw new ItemError(describeStorageError(attachmentId, fetched.message));
	}
	const { file, sizeBytes } = fetched;
	const { mimeType } = file;
	return {
		json: { attachmentId, fileName: file.fileName, mimeType, sizeBytes },
		binary: { [propertyName]: file },
	};
}
