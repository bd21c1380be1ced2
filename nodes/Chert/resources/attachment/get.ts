import type { INodeProperties } from 'n8n-workflow';

import { toAttachmentId } from '../../input/id';
import { unwrap, type Operation } from '../../transport/operation';
import { attachmentIdField, optionsField, readOptions, readPatience } from '../fields';

export const getFields: INodeProperties[] = [attachmentIdField, optionsField()];

/** Name, type and size of an attachment. Source: API section 3.19. */
export const get: Operation = {
	plan(item) {
		const attachmentId = toAttachmentId(item.getNodeParameter('attachmentId', ''));
		return {
			repeat: 'safe',
			patience: readPatience(readOptions(item)),
			circumstances: { attachments: [attachmentId] },
			request: () => ({ method: 'GET', path: `/attachments/${encodeURIComponent(attachmentId)}` }),
			toOutput: ({ body }) => ({ json: unwrap(body, 'attachment') }),
		};
	},
};
