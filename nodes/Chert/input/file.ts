import { createHash } from 'node:crypto';
import type { IBinaryData, IHttpRequestOptions } from 'n8n-workflow';

import type { Item } from '../transport/item';
import { InvalidInput } from './invalidInput';

/** API section 3.17: 100 MB, read as 100 * 1024 * 1024 bytes. */
export const MAX_FILE_BYTES = 104_857_600;

/** A file in an n8n binary field: what Chert must be told before it takes the bytes, and the way to the bytes. */
export interface FileSource {
	propertyName: string;
	fileName: string;
	mimeType: string;
	sizeBytes: number;
	/** Changes when the field holds another file; never the bytes themselves. */
	fingerprint: string;
	/**
	 * The bytes from the beginning, each time anew.
	 *
	 * @throws InvalidInput when n8n does not have them any more
	 */
	open(): Promise<IHttpRequestOptions['body']>;
}

/**
 * Finds the file of a binary field and learns its size and type, without reading it.
 *
 * @param given name and type from the options, which win over those of the field
 * @throws InvalidInput when the field is missing, or its file is gone, empty, over 100 MB or a data URL
 */
export async function readFileSource(
	item: Item,
	propertyName: string,
	given: { fileName?: string; mimeType?: string } = {},
): Promise<FileSource> {
	const field = findField(item, propertyName);
	const { id } = field;
	const fileName = given.fileName ?? (field.fileName || withExtension(propertyName, field));
	const name = `File "${fileName}" in binary field "${propertyName}"`;
	if (!id && field.data.startsWith('data:')) {
		throw new InvalidInput(
			`${name} begins with "data:": put only what comes after the comma into the field`,
		);
	}
	const sizeBytes = id
		? (await stored(item.helpers.getBinaryMetadata(id), name)).fileSize
		: sizeOfBase64(field.data);
	if (sizeBytes === 0) throw new InvalidInput(`${name} is empty: send a file that has content`);
	if (sizeBytes > MAX_FILE_BYTES) {
		throw new InvalidInput(
			`${name} has ${Math.ceil(sizeBytes / 1e6)} MB: Chert takes at most 100 MB, so shrink or split it`,
		);
	}

	return {
		propertyName,
		fileName,
		mimeType: given.mimeType ?? typeOf(field.mimeType, fileName),
		sizeBytes,
		fingerprint: `${propertyName}:${fileName}:${sizeBytes}:${id ?? digest(field.data)}`,
		open: async () =>
			id
				? await stored(item.helpers.getBinaryStream(id, CHUNK_BYTES), name)
				: Buffer.from(field.data, 'base64'),
	};
}

/** The files of several binary fields; see {@link readFileSource}. */
export async function readFileSources(item: Item, propertyNames: string[]): Promise<FileSource[]> {
	return await Promise.all(propertyNames.map(async (name) => await readFileSource(item, name)));
}

/** Each chunk costs n8n a round trip to its storage: with node's usual 64 KiB a large file takes half as long again. */
const CHUNK_BYTES = 1024 * 1024;

function findField(item: Item, propertyName: string): IBinaryData {
	const binary = item.getInputData().binary ?? {};
	const field =
		(binary[propertyName] as IBinaryData | undefined) ?? fieldInJson(item, propertyName);
	if (field) return field;

	const present = Object.keys(binary);
	const others =
		present.length > 0
			? `it has ${present.map((name) => `"${name}"`).join(', ')}`
			: 'it has no file at all';
	throw new InvalidInput(
		`Binary field "${propertyName}" is not in this item (${others}): enter the name of the field that holds the file`,
	);
}

/** Workflows set to combine binary with JSON keep files below a path of the item's JSON, which n8n knows how to read. */
function fieldInJson(item: Item, path: string): IBinaryData | undefined {
	try {
		return item.helpers.assertBinaryData(path);
	} catch {
		return undefined;
	}
}

/** @throws InvalidInput when n8n's store does not give the file */
async function stored<T>(reading: Promise<T>, name: string): Promise<T> {
	const found = await reading.catch(() => undefined);
	if (found === undefined)
		throw new InvalidInput(
			`${name} is no longer in n8n's storage: run the node that made it again`,
		);
	return found;
}

/** Bytes that the text stands for. Only what the decoder skips, such as line breaks, makes it necessary to decode it. */
function sizeOfBase64(text: string): number {
	const end = text.search(/[^\w+/-]/);
	const isPlain = end === -1 || /^={1,2}$/.test(text.slice(end));
	return isPlain ? Buffer.byteLength(text, 'base64') : Buffer.from(text, 'base64').length;
}

/** Text is hashed in pieces of this many characters, so that no copy of the whole is made. */
const DIGEST_STEP = 1024 * 1024;

function digest(text: string): string {
	const hash = createHash('sha256');
	for (let at = 0; at < text.length; at += DIGEST_STEP)
		hash.update(text.slice(at, at + DIGEST_STEP));
	return hash.digest('hex');
}

function withExtension(name: string, { fileExtension }: IBinaryData): string {
	return fileExtension ? `${name}.${fileExtension}` : name;
}

/** The types that the API lists (section 3.17), by file name ending. */
const BY_ENDING: Record<string, string> = {
	aac: 'audio/aac',
	gif: 'image/gif',
	heic: 'image/heic',
	heif: 'image/heif',
	jpeg: 'image/jpeg',
	jpg: 'image/jpeg',
	m4a: 'audio/m4a',
	mov: 'video/quicktime',
	mp3: 'audio/mpeg',
	mp4: 'video/mp4',
	pdf: 'application/pdf',
	png: 'image/png',
	wav: 'audio/wav',
	webp: 'image/webp',
};

/** Other names that n8n and browsers give to types on the API's list. */
const SAME_TYPE: Record<string, string> = {
	'audio/mp3': 'audio/mpeg',
	'audio/mp4': 'audio/m4a',
	'audio/vnd.wave': 'audio/wav',
	'audio/wave': 'audio/wav',
	'audio/x-aac': 'audio/aac',
	'audio/x-m4a': 'audio/m4a',
	'audio/x-wav': 'audio/wav',
	'image/jpg': 'image/jpeg',
};

/** What a type is when neither the field nor the file's name tells it. */
export const UNKNOWN_TYPE = 'application/octet-stream';

/** The field's type, or the one that the file's name tells when the field has none. */
function typeOf(fieldType: string | undefined, fileName: string): string {
	const type = (fieldType ?? '').split(';')[0].trim().toLowerCase();
	if (type !== '' && type !== UNKNOWN_TYPE) return SAME_TYPE[type] ?? type;
	const ending = fileName.split('.').pop()?.toLowerCase() ?? '';
	return BY_ENDING[ending] ?? UNKNOWN_TYPE;
}
