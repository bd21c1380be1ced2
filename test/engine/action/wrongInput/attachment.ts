import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

import { EMPTY, EMPTY_FILE, ID_SOURCE, NO_ID, PDF, type Case } from './case';

const upload = (parameters: IDataObject, sentence: string, binary?: IBinaryKeyData): Case => ({
	operation: 'attachment.upload',
	parameters,
	binary,
	sentence,
});

export const ATTACHMENT_CASES: Record<string, Case> = {
	'an upload without file': upload(
		{},
		'Binary field "data" is not in this item (it has "bill"): enter the name of the field that holds the file',
		PDF,
	),
	'an upload of an empty file': upload(
		{},
		'File "data.png" in binary field "data" is empty: use a file that has content',
		EMPTY_FILE,
	),
	'an attachment ID that is a step up': {
		operation: 'attachment.get',
		parameters: { attachmentId: '..' },
		sentence: `Attachment ID ".." ${NO_ID}: ${ID_SOURCE.attachment}`,
	},
	'no attachment ID': {
		operation: 'attachment.download',
		parameters: { attachmentId: EMPTY },
		sentence: `Attachment ID is empty: ${ID_SOURCE.attachment}`,
	},
};
