import type { IBinaryKeyData, IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import type { FileSource, LoadedFile } from '../../nodes/Chert/input/file';

/**
 * An item with resolved parameters, binary fields, and sizes of stored files: the part that reading its input needs.
 */
export function itemWith(
	parameters: IDataObject,
	binary?: IBinaryKeyData,
	storedSizes: Record<string, number> = {},
): IExecuteSingleFunctions {
	return {
		getNodeParameter: (name: string, fallback?: unknown) => parameters[name] ?? fallback,
		getInputData: () => ({ json: {}, binary }),
		helpers: {
			getBinaryMetadata: async (id: string) => ({ fileSize: storedSizes[id] }),
			getBinaryStream: async (id: string) => `stream of ${id}`,
		},
	} as unknown as IExecuteSingleFunctions;
}

/** A binary field with a small file in memory. */
export function file(
	name: string,
	{ mimeType = 'image/png', fileName = `${name}.png`, content = `content of ${name}` } = {},
): IBinaryKeyData {
	return { [name]: { data: Buffer.from(content).toString('base64'), mimeType, fileName } };
}

/** The file itself. Throws when the first attempt does not give it. */
export async function loadFile(source: FileSource): Promise<LoadedFile> {
	const result = await source.load();
	if ('error' in result) throw new Error(result.sentence);
	return result.value;
}
