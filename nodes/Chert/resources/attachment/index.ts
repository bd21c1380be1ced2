import { resource } from '../resource';
import { downloadAttachment } from './download';
import { getAttachment } from './get';
import { uploadAttachment } from './upload';

export const attachment = resource({ name: 'Attachment', value: 'attachment' }, uploadAttachment, [
	downloadAttachment,
	getAttachment,
	uploadAttachment,
]);
