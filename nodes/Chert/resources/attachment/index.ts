import { resource, type Resource } from '../resource';
import { download, downloadFields } from './download';
import { get, getFields } from './get';
import { upload, uploadFields } from './upload';

export const attachment: Resource = resource('attachment', 'upload', [
	{
		name: 'Download',
		value: 'download',
		action: 'Download attachment',
		description: 'Fetch the file of an attachment, received ones included',
		operation: download,
		fields: downloadFields,
	},
	{
		name: 'Get',
		value: 'get',
		action: 'Get attachment',
		description: 'Look up name, type and size of an attachment',
		operation: get,
		fields: getFields,
	},
	{
		name: 'Upload',
		value: 'upload',
		action: 'Upload attachment',
		description: 'Upload a file to attach it to messages later',
		operation: upload,
		fields: uploadFields,
	},
]);
