import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { readFileSources, type FileSource } from '../../input/file';
import { toAttachmentId, toLineId } from '../../input/id';
import { InputError } from '../../input/inputError';
import { toPhone } from '../../input/phone';
import { optionalText, toText } from '../../input/text';
import { splitEntries, splitList } from '../../../shared/fieldValue';
import type { Operation } from '../../transport/operation';
import {
	keyedWrite,
	idempotencyKeyOption,
	locatorValue,
	optionsField,
	phoneField,
	readOptions,
	readRetryLimits,
} from '../fields';

export const sendFields: INodeProperties[] = [
	phoneField,
	{
		displayName: 'Text',
		name: 'body',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'e.g. Thanks for having us in today!',
		description: 'The message. A blank line starts a new bubble.',
	},
	optionsField(
		{
			displayName: 'Attachment IDs',
			name: 'attachments',
			type: 'string',
			default: '',
			placeholder: 'e.g. 3d9a61f0b7c84e2595d1a0c6e8f47b12',
			description: 'Files that are uploaded already: attachment IDs separated by commas',
		},
		{
			displayName: 'Binary Fields',
			name: 'binaryPropertyNames',
			type: 'string',
			default: 'data',
			description: 'Files to upload and attach: names of binary fields separated by commas',
		},
		{
			displayName: 'Effect',
			name: 'effect',
			type: 'string',
			default: '',
			placeholder: 'e.g. celebration',
			description:
				'The screen or bubble effect. If Chert does not know it, the error lists those it knows.',
		},
		{
			displayName: 'External ID',
			name: 'externalId',
			type: 'string',
			default: '',
			placeholder: 'e.g. crm-4711',
			description: "Your own record's ID, kept with the contact in Chert",
		},
		{
			displayName: 'From Line',
			name: 'phoneLineId',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			description: 'The line to send from. The conversation stays on it afterwards.',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					typeOptions: { searchListMethod: 'searchLineIds', searchable: true },
				},
				{ displayName: 'ID', name: 'id', type: 'string', placeholder: 'e.g. pl_9K' },
			],
		},
		idempotencyKeyOption,
		{
			displayName: 'Lead Name',
			name: 'leadName',
			type: 'string',
			default: '',
			placeholder: 'e.g. Ana Lopez',
			description: 'The name of the contact in Chert',
		},
		{
			displayName: 'Live Photo',
			name: 'livePhoto',
			type: 'boolean',
			default: false,
			description:
				'Whether a HEIC photo and its MOV video, both attached, arrive as one Live Photo. Among Attachment IDs, put the photo first.',
		},
	),
];

/** Sends a text to one phone number, with optional files. Source: API section 3.1. */
export const send: Operation = {
	async plan(item) {
		const options = readOptions(item);
		const phone = toPhone(item.getNodeParameter('phone', ''), 'Phone');
		const body = toText(item.getNodeParameter('body', ''), 'Text');
		const ids = splitEntries(options.attachments).map((id) => toAttachmentId(id, 'Attachment IDs'));
		const files = await readFileSources(item, splitList(options.binaryPropertyNames));
		const lineId = optionalText(locatorValue(options.phoneLineId), 'From Line');
		const livePhoto = options.livePhoto === true;
		if (livePhoto) checkLivePhoto(ids, files);

		const fields: IDataObject = { phone, body };
		const name = optionalText(options.leadName, 'Lead Name');
		const externalId = optionalText(options.externalId, 'External ID');
		const effect = optionalText(options.effect, 'Effect');
		if (name) fields.name = name;
		if (externalId) fields.external_id = externalId;
		if (lineId) fields.phone_line_id = toLineId(lineId);
		if (effect) fields.effect = effect;
		const attachments = [
			...ids.map((id, index) => attachment(id, livePhoto && index === 0 && !files.some(isPhoto))),
			...files.map((file) => attachment(file, livePhoto && isPhoto(file))),
		];
		if (attachments.length > 0) fields.attachments = attachments;

		return {
			orderingKey: phone,
			files,
			repeat: keyedWrite('body', options),
			retryLimits: readRetryLimits(options),
			errorContext: {
				line: lineId,
				attachments: [...ids, ...files.map(({ fileName }) => fileName)],
			},
			request: { method: 'POST', path: '/send', json: fields },
			given: { phone },
		};
	},
};

/** The photo of a Live Photo is marked, its video is not (API section 3.1). */
const attachment = (id: string | FileSource, isLivePhoto: boolean): IDataObject =>
	isLivePhoto ? { attachment_id: id, live_photo: true } : { attachment_id: id };

const isPhoto = ({ mimeType }: FileSource) => /^image\/hei[cf]$/.test(mimeType);

const isVideo = ({ mimeType }: FileSource) => mimeType === 'video/quicktime';

/** A Live Photo needs its two halves; the types of files uploaded before are not known here. */
function checkLivePhoto(ids: string[], files: FileSource[]): void {
	const isPossible =
		ids.length > 0 ? ids.length + files.length >= 2 : files.some(isPhoto) && files.some(isVideo);
	if (!isPossible) {
		throw new InputError(
			'Live Photo needs a HEIC photo and its MOV video: add both to Binary Fields or Attachment IDs, or turn the option off',
		);
	}
}
