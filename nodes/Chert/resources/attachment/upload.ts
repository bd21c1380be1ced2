import { readFileSource } from '../../input/file';
import { optionalText } from '../../input/text';
import { binaryPropertyField, fileNameField } from '../fields';
import type { OperationDefinition } from '../resource';

/** A file to be attached later by its ID. Source: API sections 3.17 and 3.18. */
export const uploadAttachment: OperationDefinition = {
	name: 'Upload',
	value: 'upload',
	action: 'Upload attachment',
	description:
		'Upload a file once to attach it to one or more messages later. Returns the attachment ID.',
	fields: [binaryPropertyField],
	options: [
		fileNameField,
		{
			displayName: 'MIME Type',
			name: 'mimeType',
			type: 'string',
			default: '',
			placeholder: 'e.g. application/pdf',
			description:
				'The type of the file. Leave empty to detect it from the binary field or the file name.',
		},
	],
	async plan(item, options) {
		const propertyName =
			optionalText(item.getNodeParameter('binaryPropertyName', ''), 'Input Binary Field') ?? 'data';
		const file = await readFileSource(item, propertyName, {
			fileName: optionalText(options.fileName, 'File Name'),
			mimeType: optionalText(options.mimeType, 'MIME Type'),
		});
		return {
			files: [file],
			// An upload slot that is not used expires.
			repeat: 'idempotentWrite',
			errorContext: { attachments: [file.fileName] },
			toOutput: ({ uploads: [uploaded] }) => ({ json: uploaded }),
		};
	},
};
