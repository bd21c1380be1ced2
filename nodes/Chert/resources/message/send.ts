import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { splitEntries, splitList } from '../../../shared/fieldValue';
import { isOn } from '../../input/boolean';
import { readFileSources, type FileSource } from '../../input/file';
import { fileFromUrl } from '../../input/fileFromUrl';
import { toAttachmentId, toLineId } from '../../input/id';
import { InputError } from '../../input/inputError';
import { toPhone } from '../../input/phone';
import { optionalText, toText, withoutMarkdown } from '../../input/text';
import { toWebAddresses } from '../../input/webAddress';
import { locatorValue, phoneField } from '../fields';
import { readCountryCode } from '../../input/commonOptions';
import { countryCodeOption, idempotencyKeyOption, keyedWrite, plainTextOption } from '../options';
import type { OperationDefinition } from '../resource';

const fields: INodeProperties[] = [
	phoneField,
	{
		displayName: 'Text',
		name: 'body',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'e.g. Thanks for having us in today!',
		description: 'The text of the message. A blank line starts a new bubble.',
	},
	{
		displayName: 'Attach Files',
		name: 'binaryPropertyNames',
		type: 'string',
		default: '',
		placeholder: 'e.g. data, photo_2',
		hint: 'The names of the input fields containing the files to attach, separated by commas',
		description: 'Photos and other files of the input item to upload and send with the text',
	},
];

const optionFields: INodeProperties[] = [
	{
		displayName: 'Attachment IDs',
		name: 'attachments',
		type: 'string',
		default: '',
		placeholder: 'e.g. 3d9a61f0b7c84e2595d1a0c6e8f47b12',
		description: 'IDs of files that are already uploaded to Chert, separated by commas',
	},
	countryCodeOption,
	{
		displayName: 'Effect',
		name: 'effect',
		type: 'options',
		allowArbitraryValues: true,
		options: [
			{ name: 'Celebration', value: 'celebration' },
			{ name: 'None', value: '' },
		],
		default: '',
		description:
			'The bubble or screen effect. To use another effect, enter its name as an expression. If Chert does not know it, the error lists the known effects.',
	},
	{
		displayName: 'External ID',
		name: 'externalId',
		type: 'string',
		default: '',
		placeholder: 'e.g. crm-4711',
		description: 'ID of the contact in your own system, saved with the contact in Chert',
	},
	{
		displayName: 'File URLs',
		name: 'fileUrls',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/roof.jpg',
		description:
			'Public web addresses of files to attach, separated by commas. They are downloaded and uploaded automatically.',
	},
	{
		displayName: 'From Line',
		name: 'phoneLineId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description: 'The line to send from. Later messages of this conversation use it too.',
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
		displayName: 'Contact Name',
		name: 'leadName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Ana Lopez',
		description: 'Name of the recipient, shown in Chert, where contacts are called leads',
	},
	{
		displayName: 'Live Photo',
		name: 'livePhoto',
		type: 'boolean',
		default: false,
		description:
			'Whether to send an attached HEIC photo and MOV video as one Live Photo. In Attachment IDs, put the photo first.',
	},
	plainTextOption,
];

/** Sends a text to one phone number, with optional files. Source: API section 3.1. */
export const sendMessage: OperationDefinition = {
	name: 'Send',
	value: 'send',
	action: 'Send message to phone number',
	description:
		'Send a text, with optional files, to one phone number. The chat is created if there is none. Returns the message ID, the chat ID and the status.',
	fields,
	options: optionFields,
	async plan(item, options) {
		const phone = toPhone(item.getNodeParameter('phone', ''), 'Phone', readCountryCode(options));
		const text = toText(item.getNodeParameter('body', ''), 'Text');
		const body = isOn(options.plainText, 'Plain Text') ? withoutMarkdown(text, 'Text') : text;
		const ids = splitEntries(options.attachments).map((id) => toAttachmentId(id, 'Attachment IDs'));
		const files = [
			...(await readFileSources(item, splitList(item.getNodeParameter('binaryPropertyNames', '')))),
			...toWebAddresses(options.fileUrls, 'File URLs').map((url) => fileFromUrl(item, url)),
		];
		const lineId = optionalText(locatorValue(options.phoneLineId), 'From Line');
		const livePhoto = isOn(options.livePhoto, 'Live Photo');
		if (livePhoto) checkLivePhoto(ids, files);

		const json: IDataObject = { phone, body };
		const name = optionalText(options.leadName, 'Contact Name');
		const externalId = optionalText(options.externalId, 'External ID');
		const effect = optionalText(options.effect, 'Effect');
		if (name) json.name = name;
		if (externalId) json.external_id = externalId;
		if (lineId) json.phone_line_id = toLineId(lineId);
		if (effect) json.effect = effect;
		const attachments = [
			...ids.map((id, index) => attachment(id, livePhoto && index === 0 && !files.some(isPhoto))),
			...files.map((file) => attachment(file, livePhoto && isPhoto(file))),
		];
		if (attachments.length > 0) json.attachments = attachments;

		return {
			orderingKey: phone,
			...(files.length > 0 && { files }),
			repeat: keyedWrite('body', options),
			...((lineId !== undefined || attachments.length > 0) && {
				errorContext: {
					line: lineId,
					attachments: [...ids, ...files.map(({ fileName }) => fileName)],
				},
			}),
			request: { method: 'POST', path: '/send', json },
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
			'Live Photo needs a HEIC photo and its MOV video: add both to Attach Files or Attachment IDs, or turn the option off',
		);
	}
}
