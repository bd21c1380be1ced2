import type { IDataObject } from 'n8n-workflow';

import type { Item } from './item';
import { FileSource, readFileSource, UNKNOWN_TYPE } from './file';
import { fileFromUrl } from './fileFromUrl';
import { toAttachmentId } from './id';
import { InputError } from './inputError';
import { optionalText, toText, withoutMarkdown } from './text';
import { toWebAddress } from './webAddress';

/** A part as the API takes it, except that a {@link FileSource} stands for the attachment ID of a file to upload. */
export type MessagePart = IDataObject;

/**
 * Reads a message's parts from the item, from the form or from JSON.
 *
 * @throws InputError naming the part and the field
 * Source: API section 4.
 */
export async function readParts(item: Item): Promise<MessagePart[]> {
	if (item.getNodeParameter('specifyParts', 'fields') === 'json') {
		return partsFromJson(item.getNodeParameter('partsJson', ''));
	}
	const { part = [] } = item.getNodeParameter('parts', {}) as { part?: IDataObject[] };
	if (part.length === 0)
		throw new InputError('Parts is empty: add at least one part, for example a text');
	return await Promise.all(
		part.map(async (entry, index) => await partFromFields(item, entry, `Part ${index + 1}`)),
	);
}

async function partFromFields(item: Item, entry: IDataObject, where: string): Promise<MessagePart> {
	switch (entry.type) {
		case 'media':
			return {
				type: 'media',
				attachment_id: toAttachmentId(entry.attachmentId, `${where}: Attachment ID`),
			};
		case 'file': {
			const propertyName =
				optionalText(entry.binaryPropertyName, `${where}: Input Binary Field`) ?? 'data';
			return { type: 'media', attachment_id: await readFileSource(item, propertyName) };
		}
		case 'fileUrl': {
			const url = toWebAddress(entry.url, `${where}: URL`);
			const fileName = optionalText(entry.fileName, `${where}: File Name`);
			return { type: 'media', attachment_id: fileFromUrl(item, url, fileName) };
		}
		case 'richLink':
			return richLink(entry, where);
		default:
			return { type: 'text', value: toText(entry.text, `${where}: Text`) };
	}
}

function richLink(entry: IDataObject, where: string): IDataObject {
	const preview = (entry.linkPreview ?? {}) as IDataObject;
	const part: IDataObject = { type: 'rich_link', url: toWebAddress(entry.url, `${where}: URL`) };
	const title = optionalText(preview.title, `${where}: Title`);
	const summary = optionalText(preview.summary, `${where}: Summary`);
	const imageUrl = optionalText(preview.imageUrl, `${where}: Image URL`);
	const iconUrl = optionalText(preview.iconUrl, `${where}: Icon URL`);
	if (title) part.title = title;
	if (summary) part.summary = summary;
	if (imageUrl) part.image_url = toWebAddress(imageUrl, `${where}: Image URL`);
	if (iconUrl) part.icon_url = toWebAddress(iconUrl, `${where}: Icon URL`);
	return part;
}

/** The required field of each known type; the API checks other types. */
const REQUIRED: Record<string, string> = {
	text: 'value',
	media: 'attachment_id',
	rich_link: 'url',
};

/**
 * The API's own `parts` array, typed as JSON or given by an expression.
 *
 * @throws InputError naming what is malformed
 */
export function partsFromJson(value: unknown): IDataObject[] {
	const parts = typeof value === 'string' ? parse(value) : value;
	if (!Array.isArray(parts)) {
		throw new InputError(
			'Parts (JSON) is not a list: enter an array, e.g. [{ "type": "text", "value": "Hello" }]',
		);
	}
	if (parts.length === 0)
		throw new InputError(
			'Parts (JSON) is empty: add at least one part, e.g. { "type": "text", "value": "Hello" }',
		);
	parts.forEach((part: unknown, index) => {
		const entry = typeof part === 'object' && part !== null ? (part as IDataObject) : {};
		const { type } = entry;
		if (typeof type !== 'string' || type === '') {
			throw new InputError(
				`Parts (JSON): part ${index + 1} has no "type": use text, media or rich_link`,
			);
		}
		const field = REQUIRED[type];
		const content = field && entry[field];
		if (field && (typeof content !== 'string' || content.trim() === '')) {
			throw new InputError(
				`Parts (JSON): part ${index + 1} of type ${type} has no "${field}": add it`,
			);
		}
	});
	return parts as IDataObject[];
}

function parse(text: string): unknown {
	if (text.trim() === '')
		throw new InputError(
			'Parts (JSON) is empty: enter an array, e.g. [{ "type": "text", "value": "Hello" }]',
		);
	let parsed: unknown;
	let fault = '';
	try {
		parsed = JSON.parse(text);
	} catch (error) {
		fault = error instanceof Error ? error.message : String(error);
	}
	if (fault)
		throw new InputError(
			`Parts (JSON) is not valid JSON (${fault}): check quotes, commas and brackets`,
		);
	return parsed;
}

/** API section 3.2, as the API finds an address in a text (section 10). */
const WEB_ADDRESS = /https?:\/\//i;

/**
 * The rules for the first message of a chat.
 *
 * @throws InputError for a web address in a text, and for media or a rich link to a group
 * Source: API section 3.2.
 */
export function checkFirstMessage(parts: MessagePart[], isGroup: boolean): void {
	parts.forEach(({ type, value }, index) => {
		const hasLink = type === 'text' && WEB_ADDRESS.test(String(value));
		if (isGroup && (hasLink || type === 'media' || type === 'rich_link')) {
			throw new InputError(
				`Part ${index + 1}: the first message to a group can contain only text without links: create the group with a text, then use Send to Chat for files and links`,
			);
		}
		if (hasLink) {
			throw new InputError(
				`Part ${index + 1}: the first message of a chat can't have a web address in its text: move it to a part of the type Rich Link`,
			);
		}
	});
}

/**
 * The rules for photos sent as a collage.
 *
 * @throws InputError for fewer than two photos, and for files that are known to be something else
 * Source: API section 3.3.
 */
export function checkParallelAttachments(parts: MessagePart[]): void {
	for (const { fileName, mimeType } of filesOf(parts)) {
		if (mimeType === UNKNOWN_TYPE || mimeType.startsWith('image/')) continue;
		throw new InputError(
			`Send Photos as Collage: "${fileName}" is ${mimeType}, not an image: send it in a separate message`,
		);
	}
	if (mediaNames(parts).length < 2) {
		throw new InputError(
			'Send Photos as Collage needs at least two images: add another one, or turn the option off',
		);
	}
}

/**
 * The parts with their texts as plain text.
 *
 * @throws InputError when nothing is left of a text
 */
export function withPlainTexts(parts: MessagePart[]): MessagePart[] {
	return parts.map((part, index) =>
		part.type === 'text'
			? { ...part, value: withoutMarkdown(String(part.value), `Part ${index + 1}: Text`) }
			: part,
	);
}

/** Files to upload, in the order of the parts. */
export function filesOf(parts: MessagePart[]): FileSource[] {
	return parts.map(({ attachment_id: id }) => id).filter((id) => id instanceof FileSource);
}

/** The media in the order of the parts, by file name or attachment ID, as the user knows them. */
export function mediaNames(parts: MessagePart[]): string[] {
	const media = parts.filter(({ type }) => type === 'media');
	return media.map(({ attachment_id: id }) =>
		id instanceof FileSource ? id.fileName : String(id),
	);
}
