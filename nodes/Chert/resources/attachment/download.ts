import { describeStorageError } from '../../../shared/errorMessages';
import {
	contentRequest,
	fileFromResponse,
	lookUpFileName,
	StorageError,
} from '../../../shared/downloadFile';
import { toAttachmentId } from '../../input/id';
import type { Item } from '../../input/item';
import { optionalText } from '../../input/text';
import { ItemError } from '../../transport/itemError';
import type { Output, Result } from '../../transport/operation';
import { attachmentIdField, binaryPropertyField } from '../fields';
import type { OperationDefinition } from '../resource';

/** The bytes of an attachment, received ones included, into a binary field. Source: API section 3.20. */
export const downloadAttachment: OperationDefinition = {
	name: 'Download',
	value: 'download',
	action: 'Download attachment',
	description:
		'Get the file of an attachment that was received or uploaded. Returns it as a binary field, with its name, type and size.',
	fields: [
		attachmentIdField,
		{
			...binaryPropertyField,
			displayName: 'Put Output File in Field',
			hint: 'The name of the output binary field to put the file in',
		},
	],
	plan(item) {
		const attachmentId = toAttachmentId(item.getNodeParameter('attachmentId', ''));
		const propertyName =
			optionalText(item.getNodeParameter('binaryPropertyName', ''), 'Put Output File in Field') ??
			'data';
		const abort = new AbortController();
		return {
			repeat: 'read',
			errorContext: { attachments: [attachmentId] },
			request: contentRequest(attachmentId, item.getExecutionCancelSignal(), abort.signal),
			toOutput: async (result) =>
				await toFileOutput(item, attachmentId, propertyName, result, abort),
		};
	},
};

async function toFileOutput(
	item: Item,
	attachmentId: string,
	propertyName: string,
	{ response, sendOnce }: Result,
	abort: AbortController,
): Promise<Output> {
	const fileName = await lookUpFileName(attachmentId, response, sendOnce);
	const fetched = await fileFromResponse(item, attachmentId, response, { fileName }).catch(
		async (error: unknown) => (error instanceof StorageError ? error : await Promise.reject(error)),
	);
	if (fetched instanceof StorageError) {
		abort.abort();
		throw new ItemError(describeStorageError(attachmentId, fetched.message));
	}
	const { file, sizeBytes } = fetched;
	const { mimeType } = file;
	return {
		json: { attachmentId, fileName: file.fileName, mimeType, sizeBytes },
		binary: { [propertyName]: file },
	};
}
