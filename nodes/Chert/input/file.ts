import { createHash } from 'node:crypto';
import type { IBinaryData, IHttpRequestOptions } from 'n8n-workflow';

import type { ChertRequest } from '../../shared/request';
import type { AttemptError } from '../../shared/retry';
import { InputError } from './inputError';
import type { Item } from './item';

/** API section 3.17: 100 MB, read as 100 * 1024 * 1024 bytes. */
export const MAX_FILE_BYTES = 104_857_600;

/** A file with all that Chert asks for before it takes the bytes. */
export interface LoadedFile {
	fileName: string;
	mimeType: string;
	sizeBytes: number;
	/**
	 * The bytes from the beginning, at each call.
	 *
	 * @throws InputError when n8n no longer has them
	 */
	open(): Promise<IHttpRequestOptions['body']>;
}

/** An error comes with the sentence that the user reads when no attempt is left. */
export type LoadResult = { value: LoadedFile } | { error: AttemptError; sentence: string };

/** A file to upload. A class, so that the transport finds it inside the JSON of a request. */
export class FileSource {
	/** As far as it is known before the file is loaded */
	readonly fileName: string;

	readonly mimeType: string;

	/**
	 * Identifies the file in the idempotency key: the same in a second execution, which has other IDs in n8n's storage.
	 */
	readonly contentKey: string;

	/** Changes when another file takes its place, so that an earlier upload is not used for it. */
	readonly fingerprint: string;

	/**
	 * Makes one attempt to load the file.
	 *
	 * @param connection the user's connection settings
	 * @throws InputError when another attempt would not help
	 */
	readonly load: (connection?: ChertRequest['connection']) => Promise<LoadResult>;

	constructor(
		file: Pick<FileSource, 'fileName' | 'mimeType' | 'contentKey' | 'fingerprint' | 'load'>,
	) {
		this.fileName = file.fileName;
		this.mimeType = file.mimeType;
		this.contentKey = file.contentKey;
		this.fingerprint = file.fingerprint;
		this.load = file.load;
	}
}

/**
 * Finds the file of a binary field with its size and type, without reading it.
 *
 * @param given name and type from the options, which win over those of the field
 * @throws InputError when the field is missing, or its file is gone, empty, over 100 MB or a data URL
 */
export async function readFileSource(
	item: Item,
	propertyName: string,
	given: { fileName?: string; mimeType?: string } = {},
): Promise<FileSource> {
	const field = findField(item, propertyName);
	const { id } = field;
	// Code can put anything there.
	if (!id && typeof field.data !== 'string') {
		throw new InputError(
			`Binary field "${propertyName}" does not hold a file: in a Code node, create it with this.helpers.prepareBinaryData`,
		);
	}
	const fileName = given.fileName ?? (field.fileName || withExtension(propertyName, field));
	const name = `File "${fileName}" in binary field "${propertyName}"`;
	if (!id && field.data.startsWith('data:')) {
		throw new InputError(
			`${name} starts with "data:": put only what comes after the comma into the field`,
		);
	}
	const sizeBytes = id
		? (await stored(item.helpers.getBinaryMetadata(id), name)).fileSize
		: sizeOfBase64(field.data);
	if (sizeBytes === 0) throw new InputError(`${name} is empty: use a file that has content`);
	if (sizeBytes > MAX_FILE_BYTES) {
		throw new InputError(
			`${name} is ${Math.ceil(sizeBytes / 1e6)} MB, but Chert accepts at most 100 MB: compress or split it`,
		);
	}

	const mimeType = mimeTypeOf(given.mimeType ?? field.mimeType, fileName);
	const open = async () =>
		id
			? await stored(item.helpers.getBinaryStream(id, CHUNK_BYTES), name)
			: Buffer.from(field.data, 'base64');
	const loaded: LoadedFile = { fileName, mimeType, sizeBytes, open };
	return new FileSource({
		fileName,
		mimeType,
		contentKey: `${fileName}:${mimeType}:${sizeBytes}`,
		fingerprint: `${propertyName}:${fileName}:${sizeBytes}:${id ?? digestOfText(field.data)}`,
		load: async () => ({ value: loaded }),
	});
}

/** The files of several binary fields; see {@link readFileSource}. */
export async function readFileSources(item: Item, propertyNames: string[]): Promise<FileSource[]> {
	return await Promise.all(propertyNames.map(async (name) => await readFileSource(item, name)));
}

/** Each chunk costs n8n a round trip to its storage: with node's usual 64 KiB a large file takes half as long again. */
export const CHUNK_BYTES = 1024 * 1024;

function findField(item: Item, propertyName: string): IBinaryData {
	const binary = item.getInputData().binary ?? {};
	const field =
		(binary[propertyName] as IBinaryData | undefined) ?? fieldInJson(item, propertyName);
	if (field) return field;

	if (/^https?:/i.test(propertyName)) {
		throw new InputError(
			`Binary field "${propertyName}" is a web address: use File URLs in Send, or a part of the type File From URL`,
		);
	}
	const present = Object.keys(binary);
	const others =
		present.length > 0
			? `it has ${present.map((name) => `"${name}"`).join(', ')}`
			: 'it has no files';
	throw new InputError(
		`Binary field "${propertyName}" is not in this item (${others}): enter the name of the field that holds the file`,
	);
}

/**
 * Workflows set to combine binary with JSON keep files below a path of the item's JSON, which n8n knows how to read.
 */
function fieldInJson(item: Item, path: string): IBinaryData | undefined {
	try {
		return item.helpers.assertBinaryData(path);
	} catch {
		return undefined;
	}
}

/** @throws InputError when n8n's storage does not have the file */
async function stored<T>(reading: Promise<T>, name: string): Promise<T> {
	const found = await reading.catch(() => undefined);
	if (found === undefined)
		throw new InputError(
			`${name} is no longer in n8n's storage: run the node that created it again`,
		);
	return found;
}

/**
 * Size of base64 data in bytes. Only text with characters that the decoder skips, such as line breaks, has to be
 * decoded.
 */
function sizeOfBase64(text: string): number {
	const end = text.search(/[^\w+/-]/);
	const isPlain = end === -1 || /^={1,2}$/.test(text.slice(end));
	return isPlain ? Buffer.byteLength(text, 'base64') : Buffer.from(text, 'base64').length;
}

/** Text is hashed in pieces of this many characters, because hashing all of it at once copies it. */
const DIGEST_STEP = 1024 * 1024;

function digestOfText(text: string): string {
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

/** The type when neither the field nor the file name tells it. */
export const UNKNOWN_TYPE = 'application/octet-stream';

/** Types with which servers say only that a file is a download. */
const SAYS_NOTHING = /octet-stream|download|\/binary$/;

/**
 * The type as the API's list names it, or the one that the file name implies when the field has none.
 *
 * @param fieldType the MIME type of the options, of the binary field or of an HTTP response
 */
export function mimeTypeOf(fieldType: string | undefined, fileName: string): string {
	const type = (fieldType ?? '').split(';')[0].trim().toLowerCase();
	if (type !== '' && !SAYS_NOTHING.test(type)) return SAME_TYPE[type] ?? type;
	const ending = fileName.split('.').pop()?.toLowerCase() ?? '';
	return BY_ENDING[ending] ?? UNKNOWN_TYPE;
}
