import type { INodeProperties } from 'n8n-workflow';

import { transport } from '../../transport';
import { resource } from '../resource';
import { download, downloadFields } from './download';
import { get, getFields } from './get';
import { upload, uploadFields } from './upload';

export const attachment: INodeProperties[] = resource('attachment', 'upload', [
	{
		name: 'Download',
		value: 'download',
		action: 'Download attachment',
		description: 'Fetch the file of an attachment, received ones included',
		routing: transport(download),
		fields: downloadFields,
	},
	{
		name: 'Get',
		value: 'get',
		action: 'Get attachment',
		description: 'Look up name, type and size of an attachment',
		routing: transport(get),
		fields: getFields,
	},
	{
		name: 'Upload',
		value: 'upload',
		action: 'Upload attachment',
		description: 'Upload a file to attach it to messages later',
		routing: transport(upload),
		fields: uploadFields,
	},
]);
