import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';

import { attachmentIdField, binaryPropertyField, fileNameField } from './fields';

/** The parts of a message: a sortable form, or the API's own JSON. */
export const partsFields: INodeProperties[] = [
	{
		displayName: 'Specify Message',
		name: 'specifyParts',
		type: 'options',
		options: [
			{
				name: 'Using Fields Below',
				value: 'fields',
				description: 'Add texts, files and links one by one',
			},
			{
				name: 'Using JSON',
				value: 'json',
				description: 'Enter the "parts" array of the Chert API',
			},
		],
		default: 'fields',
	},
	{
		displayName: 'Parts',
		name: 'parts',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Part' },
		placeholder: 'Add Part',
		default: { part: [{ type: 'text', text: '' }] },
		description:
			"The texts, files and links to send, in this order. Each part becomes a bubble. Two text parts can't be adjacent.",
		displayOptions: { show: { specifyParts: ['fields'] } },
		options: [partFields()],
	},
	{
		displayName: 'Parts (JSON)',
		name: 'partsJson',
		type: 'json',
		default: '[\n  { "type": "text", "value": "Hello" }\n]',
		description:
			'The "parts" array of the Chert API. <a href="https://docs.trychert.com/api/chats/send-message" target="_blank">More info</a>.',
		displayOptions: { show: { specifyParts: ['json'] } },
	},
];

function partFields(): INodePropertyCollection {
	const shownFor = (...types: string[]) => ({ show: { type: types } });
	return {
		displayName: 'Part',
		name: 'part',
		values: [
			{
				displayName: 'Type',
				name: 'type',
				type: 'options',
				options: [
					{
						name: 'File',
						value: 'file',
						description: 'A file from a binary field of the input, uploaded automatically',
					},
					{
						name: 'File From URL',
						value: 'fileUrl',
						description: 'A file at a web address, downloaded and uploaded automatically',
					},
					{
						name: 'Media',
						value: 'media',
						description: 'A file that is already uploaded to Chert',
					},
					{ name: 'Rich Link', value: 'richLink', description: 'A web address with its preview' },
					{ name: 'Text', value: 'text', description: 'Text in its own bubble' },
				],
				default: 'text',
			},
			{
				displayName: 'Text',
				name: 'text',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				placeholder: 'e.g. Thanks for having us in today!',
				displayOptions: shownFor('text'),
			},
			{ ...attachmentIdField, required: undefined, displayOptions: shownFor('media') },
			{ ...binaryPropertyField, required: undefined, displayOptions: shownFor('file') },
			{
				displayName: 'URL',
				name: 'url',
				type: 'string',
				default: '',
				placeholder: 'e.g. https://example.com/review',
				description: 'The web address of the link or file. A file must be public.',
				displayOptions: shownFor('fileUrl', 'richLink'),
			},
			{ ...fileNameField, displayOptions: shownFor('fileUrl') },
			{
				displayName: 'Link Preview',
				name: 'linkPreview',
				type: 'collection',
				placeholder: 'Add Field',
				default: {},
				description: 'What the preview shows. Other details come from the web page.',
				displayOptions: shownFor('richLink'),
				options: [
					{
						displayName: 'Icon URL',
						name: 'iconUrl',
						type: 'string',
						default: '',
						placeholder: 'e.g. https://example.com/icon.png',
					},
					{
						displayName: 'Image URL',
						name: 'imageUrl',
						type: 'string',
						default: '',
						placeholder: 'e.g. https://example.com/kitchen.jpg',
					},
					{
						displayName: 'Summary',
						name: 'summary',
						type: 'string',
						default: '',
						placeholder: 'e.g. It takes a minute',
					},
					{
						displayName: 'Title',
						name: 'title',
						type: 'string',
						default: '',
						placeholder: 'e.g. How did we do?',
					},
				],
			},
		],
	};
}

export const parallelAttachmentsOption: INodeProperties = {
	displayName: 'Send Photos as Collage',
	name: 'parallelAttachments',
	type: 'boolean',
	default: false,
	description:
		'Whether two or more photos arrive together as a collage or stack instead of in separate bubbles',
};
