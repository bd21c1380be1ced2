import type { INodeProperties } from 'n8n-workflow';

import { toAttachmentId } from '../../input/id';
import { unwrapObject } from '../../../shared/responseBody';
import type { Operation } from '../../transport/operation';
import { attachmentIdField, optionsField, readOptions, readRetryLimits } from '../fields';

export const getFields: INodeProperties[] = [attachmentIdField, optionsField()];

/** Name, type and size of an attachment. Source: API section 3.19. */
export const get: Operation = {
	plan(item) {
		const attachmentId = toAttachmentId(item.getNodeParameter('attachmentId', ''));
		return {
			repeat: 'read',
			retryLimits: readRetryLimits(readOptions(item)),
			errorContext: { attachments: [attachmentId] },
			request: { method: 'GET', path: `/attachments/${encodeURIComponent(attachmentId)}` },
			toOutput: ({ body }) => ({ json: unwrapObject(body, 'attachment') }),
		};
	},
};
