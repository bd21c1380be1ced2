import type { IBinaryKeyData, IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

/** As much of an item as reading its input needs: parameters as they resolve, binary fields, sizes of stored files. */
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

/** A binary field that holds a small file in memory. */
export function file(
	name: string,
	{ mimeType = 'image/png', fileName = `${name}.png`, content = `content of ${name}` } = {},
): IBinaryKeyData {
	return { [name]: { data: Buffer.from(content).toString('base64'), mimeType, fileName } };
}
