import { unwrapObject } from '../../../shared/responseBody';
import { toAttachmentId } from '../../input/id';
import { attachmentIdField } from '../fields';
import type { OperationDefinition } from '../resource';

/** Name, type and size of an attachment. Source: API section 3.19. */
export const getAttachment: OperationDefinition = {
	name: 'Get',
	value: 'get',
	action: 'Get attachment',
	description:
		'Look up an attachment without downloading it. Returns its file name, type, size and when it expires.',
	fields: [attachmentIdField],
	plan(item) {
		const attachmentId = toAttachmentId(item.getNodeParameter('attachmentId', ''));
		return {
			repeat: 'read',
			errorContext: { attachments: [attachmentId] },
			request: { method: 'GET', path: `/attachments/${encodeURIComponent(attachmentId)}` },
			toOutput: ({ body }) => ({ json: unwrapObject(body, 'attachment') }),
		};
	},
};
