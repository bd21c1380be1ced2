import type { INodeProperties } from 'n8n-workflow';

import { readFileSource } from '../../input/file';
import { optionalText } from '../../input/text';
import type { Operation } from '../../transport/operation';
import { binaryPropertyField, optionsField, readOptions, readRetryLimits } from '../fields';

export const uploadFields: INodeProperties[] = [
	binaryPropertyField,
	optionsField(
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			placeholder: 'e.g. invoice.pdf',
			description: "The name that the recipient sees. Left out, it is the file's own.",
		},
		{
			displayName: 'MIME Type',
			name: 'mimeType',
			type: 'string',
			default: '',
			placeholder: 'e.g. application/pdf',
			description:
				"The type of the file. Left out, it is the binary field's, or follows from the file's name.",
		},
	),
];

/** A file to be attached later by its id. Source: API sections 3.17 and 3.18. */
export const upload: Operation = {
	async plan(item) {
		const options = readOptions(item);
		const propertyName =
			optionalText(item.getNodeParameter('binaryPropertyName', ''), 'Binary Field') ?? 'data';
		const file = await readFileSource(item, propertyName, {
			fileName: optionalText(options.fileName, 'File Name'),
			mimeType: optionalText(options.mimeType, 'MIME Type'),
		});
		return {
			files: [file],
			// An upload slot that is not used expires.
			repeat: 'idempotentWrite',
			retryLimits: readRetryLimits(options),
			errorContext: { attachments: [file.fileName] },
			toOutput: ({ uploads: [uploaded] }) => ({ json: uploaded }),
		};
	},
};
