import type { IBinaryData, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

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
	/** The bytes from the beginning, each time anew. */
	open(): Promise<IHttpRequestOptions['body']>;
}

/**
 * Finds the file of a binary field and learns its size and type, without reading it.
 *
 * @param given name and type from the options, which win over those of the field
 * @throws InvalidInput when the field is missing, the file is empty or over 100 MB
 */
export async function readFileSource(
	item: IExecuteSingleFunctions,
	propertyName: string,
	given: { fileName?: string; mimeType?: string } = {},
): Promise<FileSource> {
	const binary = item.getInputData().binary ?? {};
	const field = binary[propertyName] as IBinaryData | undefined;
	if (!field) {
		const present = Object.keys(binary);
		const others = present.length > 0 ? `it has ${present.map((name) => `"${name}"`).join(', ')}` : 'it has no file at all';
		throw new InvalidInput(
			`Binary field "${propertyName}" is not in this item (${others}): enter the name of the field that holds the file`,
		);
	}

	const { id } = field;
	const sizeBytes = id
		? (await item.helpers.getBinaryMetadata(id)).fileSize
		: Buffer.byteLength(field.data, 'base64');
	const fileName = given.fileName ?? field.fileName ?? withExtension(propertyName, field);
	if (sizeBytes === 0) throw new InvalidInput(`File "${fileName}" in binary field "${propertyName}" is empty: send a file that has content`);
	if (sizeBytes > MAX_FILE_BYTES) {
		throw new InvalidInput(
			`File "${fileName}" in binary field "${propertyName}" has ${Math.ceil(sizeBytes / 1e6)} MB: Chert takes at most 100 MB, so shrink or split it`,
		);
	}

	return {
		propertyName,
		fileName,
		mimeType: given.mimeType ?? typeOf(field.mimeType, fileName),
		sizeBytes,
		fingerprint: `${propertyName}:${fileName}:${sizeBytes}:${id ?? ''}`,
		open: async () => (id ? await item.helpers.getBinaryStream(id, CHUNK_BYTES) : Buffer.from(field.data, 'base64')),
	};
}

/** Large enough to keep a fast line busy, small beside the memory of any host. */
const CHUNK_BYTES = 256 * 1024;

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

const UNKNOWN_TYPE = 'application/octet-stream';

/** The field's type, or the one that the file's name tells when the field has none. */
function typeOf(fieldType: string | undefined, fileName: string): string {
	const type = (fieldType ?? '').split(';')[0].trim().toLowerCase();
	if (type !== '' && type !== UNKNOWN_TYPE) return SAME_TYPE[type] ?? type;
	const ending = fileName.split('.').pop()?.toLowerCase() ?? '';
	return BY_ENDING[ending] ?? UNKNOWN_TYPE;
}
