import type { IDataObject } from 'n8n-workflow';

import type { Item } from '../transport/item';
import { readFileSource, UNKNOWN_TYPE, type FileSource } from './file';
import { toAttachmentId } from './id';
import { InvalidInput } from './invalidInput';
import { optionalText, toText } from './text';

/** The parts of a message in the order of their bubbles, files still to be uploaded. */
export type DraftPart = { file: FileSource } | { ready: IDataObject };

/**
 * Reads a message's parts from the item, from the form or from JSON.
 *
 * @throws InvalidInput naming the part and the field
 * Source: API section 4.
 */
export async function readParts(item: Item): Promise<DraftPart[]> {
	if (item.getNodeParameter('specifyParts', 'fields') === 'json') {
		return partsFromJson(item.getNodeParameter('partsJson', '')).map((ready) => ({ ready }));
	}
	const { part = [] } = item.getNodeParameter('parts', {}) as { part?: IDataObject[] };
	if (part.length === 0)
		throw new InvalidInput('Parts is empty: add at least one part, for example a text');
	return await Promise.all(
		part.map(async (entry, index) => await partFromFields(item, entry, `Part ${index + 1}`)),
	);
}

async function partFromFields(item: Item, entry: IDataObject, where: string): Promise<DraftPart> {
	switch (entry.type) {
		case 'media':
			return {
				ready: {
					type: 'media',
					attachment_id: toAttachmentId(entry.attachmentId, `${where}: Attachment ID`),
				},
			};
		case 'file':
			return {
				file: await readFileSource(
					item,
					optionalText(entry.binaryPropertyName, `${where}: Binary Field`) ?? 'data',
				),
			};
		case 'richLink':
			return { ready: richLink(entry, where) };
		default:
			return { ready: { type: 'text', value: toText(entry.text, `${where}: Text`) } };
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

function toWebAddress(value: unknown, label: string): string {
	const url = optionalText(value, label);
	if (url === undefined)
		throw new InvalidInput(
			`${label} is empty: enter a web address, e.g. https://example.com/review`,
		);
	if (!/^https?:\/\/\S+$/i.test(url) || !URL.canParse(url)) {
		throw new InvalidInput(
			`${label} "${url}" is not a web address: enter it in full, e.g. https://example.com/review`,
		);
	}
	return url;
}

/** What each known kind of part cannot do without; other kinds are the API's to judge. */
const REQUIRED: Record<string, string> = {
	text: 'value',
	media: 'attachment_id',
	rich_link: 'url',
};

/**
 * The API's own `parts` array, typed as JSON or given by an expression.
 *
 * @throws InvalidInput naming what is malformed
 */
export function partsFromJson(value: unknown): IDataObject[] {
	const parts = typeof value === 'string' ? parse(value) : value;
	if (!Array.isArray(parts)) {
		throw new InvalidInput(
			'Parts (JSON) is not a list: enter an array, e.g. [{ "type": "text", "value": "Hello" }]',
		);
	}
	if (parts.length === 0)
		throw new InvalidInput(
			'Parts (JSON) is empty: add at least one part, e.g. { "type": "text", "value": "Hello" }',
		);
	parts.forEach((part: unknown, index) => {
		const entry = typeof part === 'object' && part !== null ? (part as IDataObject) : {};
		const { type } = entry;
		if (typeof type !== 'string' || type === '') {
			throw new InvalidInput(
				`Parts (JSON): part ${index + 1} has no "type": use text, media or rich_link`,
			);
		}
		const field = REQUIRED[type];
		const content = field && entry[field];
		if (field && (typeof content !== 'string' || content.trim() === '')) {
			throw new InvalidInput(
				`Parts (JSON): part ${index + 1} of type ${type} has no "${field}": add it`,
			);
		}
	});
	return parts as IDataObject[];
}

function parse(text: string): unknown {
	if (text.trim() === '')
		throw new InvalidInput(
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
		throw new InvalidInput(
			`Parts (JSON) is not valid JSON (${fault}): check quotes, commas and brackets`,
		);
	return parsed;
}

/** API section 3.2, as the API finds an address in a text (section 10). */
const WEB_ADDRESS = /https?:\/\//i;

/**
 * The rules for the first message of a chat.
 *
 * @throws InvalidInput for a web address in a text, and for media or a rich link to a group
 * Source: API section 3.2.
 */
export function checkFirstMessage(parts: DraftPart[], isGroup: boolean): void {
	parts.forEach((part, index) => {
		const type = 'file' in part ? 'file' : part.ready.type;
		if ('ready' in part && type === 'text' && WEB_ADDRESS.test(String(part.ready.value))) {
			throw new InvalidInput(
				`Part ${index + 1}: the first message of a chat may not have a web address in its text: move it to a part of the type Rich Link`,
			);
		}
		if (isGroup && (type === 'file' || type === 'media' || type === 'rich_link')) {
			throw new InvalidInput(
				`Part ${index + 1}: the first message to a group takes text only: create the chat with a text, then use Send to Chat for files and links`,
			);
		}
	});
}

/**
 * The rules for images sent as one group.
 *
 * @throws InvalidInput for fewer than two, and for media known to be no image
 * Source: API section 3.3.
 */
export function checkParallelAttachments(parts: DraftPart[]): void {
	const media = parts.filter((part) => 'file' in part || part.ready.type === 'media');
	for (const part of media) {
		if (
			'file' in part &&
			part.file.mimeType !== UNKNOWN_TYPE &&
			!part.file.mimeType.startsWith('image/')
		) {
			throw new InvalidInput(
				`Send Images as One Group: "${part.file.fileName}" is ${part.file.mimeType}, not an image: send it in a message of its own`,
			);
		}
	}
	if (media.length < 2) {
		throw new InvalidInput(
			'Send Images as One Group needs at least two images: add another one, or turn the option off',
		);
	}
}

/** Files of the parts, in their order. */
export function filesOf(parts: DraftPart[]): FileSource[] {
	return parts.flatMap((part) => ('file' in part ? [part.file] : []));
}

/** The media of the parts as the user knows them, in their order: by file name or by attachment id. */
export function mediaNames(parts: DraftPart[]): string[] {
	return parts.flatMap((part) => {
		if ('file' in part) return [part.file.fileName];
		return part.ready.type === 'media' ? [String(part.ready.attachment_id)] : [];
	});
}

/** The parts as the API takes them, with the ids of the uploaded files in the order of {@link filesOf}. */
export function toApiParts(parts: DraftPart[], attachmentIds: string[]): IDataObject[] {
	let next = 0;
	return parts.map((part) =>
		'file' in part ? { type: 'media', attachment_id: attachmentIds[next++] } : part.ready,
	);
}
